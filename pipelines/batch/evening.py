"""Evening out: the look of a batch, measured once on some of its photos before results are made."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from pipelines.batch.items import Item
from pipelines.batch.ledger import Ledger
from pipelines.batch.order import Order, Variant
from pipelines.batch.sample import spread
from pipelines.batch.work import PhotoWork
from pipelines.compose.even import Measured, look_of
from pipelines.errors import CutawayError, ModelError, StorageFull
from pipelines.recipe import Look

SAMPLE: Final = 60
"""Photos that are measured, spread over all: the median of more would hardly be another one."""


def unset(order: Order) -> bool:
    """Whether an order asks for evening out to a look that is not known yet."""
    return any(each.recipe.even.wanted and each.recipe.even.reference is None for each in order.variants)


def with_look(order: Order, look: Look | None) -> Order:
    """An order whose results are brought to a look; as it was where there is none."""
    if look is None:
        return order
    made = []
    for variant in order.variants:
        even = variant.recipe.even
        if even.wanted and even.reference is None:
            even = even.model_copy(update={"reference": look})
        made.append(Variant(variant.name, variant.recipe.model_copy(update={"even": even})))
    return Order.of(made, order.products)


def look_for(ledger: Ledger, work: PhotoWork, under_way: int) -> Look | None:
    """The look of a batch: as it was measured before, or now.

    Mattes that are made for it are kept, so that nothing is done twice. What was measured stays, however many
    photos come later: the results that are there would else be no longer like the others.

    Args:
        ledger: knows the photos, and the look once it was measured.
        work: measures.
        under_way: photos at once.
    Returns:
        None where nothing could be measured.
    Raises:
        StorageFull, ModelError: nothing can be done now.
    """
    known = ledger.look()
    if known is not None:
        return known
    sample = spread([item.number for item in ledger.items() if item.state == "queued"], SAMPLE)
    look = look_of([one for one in _measured(ledger, work, sample, under_way) if one is not None])
    if look is not None:
        ledger.keep_look(look)
    return look


def _measured(
    ledger: Ledger, work: PhotoWork, numbers: Sequence[int], under_way: int
) -> list[Measured | None]:
    def one(number: int) -> Measured | None:
        lease = secrets.token_hex(16)
        item: Item | None = ledger.claim(lease, suspects=False, number=number)
        if item is None:
            return None
        try:
            return work.measure(item)
        except (StorageFull, ModelError):
            raise
        except (CutawayError, MemoryError):
            return None  # told when its turn comes
        finally:
            ledger.give_back(item, lease)

    with ThreadPoolExecutor(under_way, thread_name_prefix="look") as pool:
        return list(pool.map(one, numbers))
