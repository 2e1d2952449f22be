"""``--table``: which product each photo shows, and what is said when that can't be told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Annotated, Final

import typer

from commands import say
from pipelines import naming
from pipelines.errors import RecipeError

if TYPE_CHECKING:
    from pipelines.product_table import ProductTable
    from pipelines.recipe import Recipe

Table = Annotated[
    Path | None,
    typer.Option(
        help="A CSV file with the columns file and sku: what {sku} is in the files' names. Without one it is "
        "told from the photo's name (SKU_1.jpg, SKU.MAIN.jpg, SKU (3).jpg ...)."
    ),
]
_SHOWN: Final = 3


@dataclass
class Facts:
    """What names may hold of photos before these are cut.

    Attributes:
        table: the file that says which product each shows, if one is given.
    """

    table: Path | None = None
    _shots: Counter[str] = field(default_factory=Counter)

    def check(self, recipes: Iterable[Recipe], photos: Sequence[PurePosixPath]) -> None:
        """See that every name can be filled; see :func:`check_products`."""
        used = any(naming.asks_for(recipe.output.name, *naming.PRODUCT) for recipe in recipes)
        check_products(self.table, self._products, photos, used=used)

    def of(self, path: PurePosixPath, number: int) -> dict[str, object]:
        """By name, see :data:`pipelines.naming.PLACES`. Call it once for each photo, in their order.

        Args:
            path: below the folder that was given.
            number: which of the photos it is, from 1.
        """
        from pipelines.export.bundle import product_facts
        from pipelines.products import shown_by

        shown = self._products.shown_by(path) or shown_by(path.stem)
        self._shots[shown.sku] += 1
        stem, today = path.stem, date.today().isoformat()
        return {"stem": stem, "n": number, "date": today, **product_facts(shown, self._shots[shown.sku])}

    @cached_property
    def _products(self) -> ProductTable:
        return products_of(self.table)


def products_of(table: Path | None) -> ProductTable:
    """What a table says; nothing where there is none.

    Raises:
        RecipeError: see :func:`pipelines.product_table.read_table`.
    """
    from pipelines.product_table import ProductTable, read_table

    return read_table(table) if table else ProductTable()


def check_products(
    table: Path | None, products: ProductTable, photos: Sequence[PurePosixPath], *, used: bool
) -> None:
    """See that every photo's product can be told, and say where the table and the photos do not fit.

    Args:
        table: the file, if one is given.
        products: what it says.
        photos: paths below their folder.
        used: whether a name of a result asks for it.
    Raises:
        RecipeError: some were named by a camera, and no table says what they show; or there is no use for it.
    """
    from pipelines.products import told_by

    if not used:
        if table:
            raise RecipeError("Say where the table's SKU goes, as in --name '{sku}-{shot}'.")
        return
    unknown = [path for path in photos if products.shown_by(path) is None]
    nameless = [path for path in unknown if told_by(path.stem) is None]
    if nameless:
        raise RecipeError(
            f"No SKU can be told from {_few(nameless)}: that is what a camera calls a picture. Rename "
            f"{'these' if len(nameless) > 1 else 'it'}, or say {'them' if len(nameless) > 1 else 'it'} in a "
            "table with --table products.csv (columns file, sku)."
        )
    if table and unknown:
        say(f"{table.name} does not name {_few(unknown)}; the SKU is taken from the photo's own name.")
    over = products.left_over(photos)
    if over:
        say(f"{table.name if table else 'The table'} names {_few(over)}, which is not among the photos.")


def _few(found: Sequence[object]) -> str:
    shown = ", ".join(map(str, found[:_SHOWN]))
    more = len(found) - _SHOWN
    return f"{shown} and {more} more" if more > 0 else shown
