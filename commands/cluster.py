"""``python app.py batch --engine ray``: a batch on several machines."""

from __future__ import annotations

import importlib.util
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass, fields
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Annotated, Final

import typer

from commands import say
from commands.progress import photo_progress
from commands.tables import check_products
from pipelines.errors import ExtraMissing, InputError
from pipelines.settings import load_settings

if TYPE_CHECKING:
    from pipelines.batch.items import Counts, Item
    from pipelines.batch.order import Order
    from pipelines.batch.places import Files
    from pipelines.cluster.connection import Pool
    from pipelines.cluster.engine import Ended

_TOGETHER: Final = 8
"""Small files fetched at once: an object store takes its time with each."""

_FREE: Final = "Let actors be started while there is work: from MIN to MAX of them, or always so many."


@dataclass(frozen=True, kw_only=True)
class ClusterFlags:
    """How several machines work; those not given are None."""

    address: Annotated[
        str | None,
        typer.Option(
            envvar="RAY_ADDRESS",
            help="With --engine ray: the cluster, as HOST:PORT or auto. Without: this machine alone.",
        ),
    ] = None
    actors: Annotated[str | None, typer.Option(metavar="MIN:MAX", help=_FREE)] = None
    cpus_per_actor: Annotated[float | None, typer.Option(min=0.1, max=256, help="Cores of each.")] = None
    gpus_per_actor: Annotated[
        float | None, typer.Option(min=0, max=16, help="Graphics cards of each, also 0.5 and the like.")
    ] = None

    def refuse(self) -> None:
        """See that none is given where they say nothing.

        Raises:
            InputError: one is.
        """
        for field in fields(self):
            if field.name != "address" and getattr(self, field.name) is not None:
                raise InputError(f"--{field.name.replace('_', '-')} goes with --engine ray.")

    def pool(self) -> Pool:
        """The actors that are asked for.

        Raises:
            InputError: their number can't be read.
        """
        from pipelines.cluster.connection import Pool

        plain = Pool()
        least, most = _range(self.actors) if self.actors else (plain.least, plain.most)
        cpus = plain.cpus if self.cpus_per_actor is None else self.cpus_per_actor
        return Pool(least, most, cpus, self.gpus_per_actor or 0)


def refuse_unset(order: Order) -> None:
    """See that no look must be measured, which machines that share nothing would each do on their own.

    Raises:
        InputError: one must.
    """
    from pipelines.batch.evening import unset

    if unset(order):
        raise InputError(
            "--even-exposure and --even-white need the look of the set, which the local engine measures. "
            "Give a Recipe that has it (even.reference), or leave out --engine ray."
        )


def need_ray() -> None:
    """See that what several machines need is installed.

    Raises:
        ExtraMissing: it is not; says how to install it.
    """
    for name in ("ray", "pyarrow"):
        if importlib.util.find_spec(name) is None:
            raise ExtraMissing(
                "Work on several machines needs packages that are not installed. "
                "Install them with: pip install -r requirements-cluster.lock"
            )


@dataclass(frozen=True)
class ClusterWish:
    """What is asked of a cluster.

    Attributes:
        order: what is made of each photo.
        table: the file that says which product each shows, if one is given.
        flags: how.
    """

    order: Order
    table: Path | None
    flags: ClusterFlags


def on_cluster(
    source: str, target: str, wish: ClusterWish, *, retry: bool = False, report: Path | None = None
) -> Counts:
    """Do a batch on several machines, and tell what failed.

    Args:
        source: of the photos: a folder or an address.
        target: of the results.
        wish: what is asked.
        retry: whether to try again what failed earlier.
        report: a file to write.
    Raises:
        BatchPaused: it can't go on until something is put right.
        InputError: the photos or the results are nowhere that can be used.
    """
    from pipelines.cluster.environment import prepare

    prepare(alone=wish.flags.address is None)
    from pipelines.cluster.engine import ClusterBatch, photos_of, run
    from pipelines.cluster.manifest import failures

    places = places_of(source, target)
    order, flags = at_every_machine(wish.order), wish.flags
    photos = photos_of(*places)
    paths = [PurePosixPath(path) for path in photos]
    check_products(wish.table, order.products, paths, used=order.asks_for_products)
    batch = ClusterBatch(*places, order, load_settings(), flags.pool(), flags.address, retry)
    try:
        with _only_ours(), photo_progress() as told:
            ended = run(batch, photos, told, say)
    except KeyboardInterrupt:
        say("Stopped. The same command goes on where this was.")
        raise
    for path, message in failures(ended.manifest):
        say(f"{path}: {message}")
    if report is not None:
        _write_report(ended, batch.target, report)
    return ended.counts


@contextmanager
def _only_ours() -> Iterator[None]:
    """Let what we say through, and not what Ray's own parts print of their processes."""
    sys.stderr.flush()
    with (
        os.fdopen(os.dup(2), "w", encoding=sys.stderr.encoding, errors="replace") as ours,
        Path(os.devnull).open("w") as nowhere,
        redirect_stdout(nowhere),
        redirect_stderr(ours),
    ):
        os.dup2(nowhere.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(ours.fileno(), 2)


def places_of(source: str, target: str) -> tuple[str, str]:
    """Where photos and results are, as the engine takes it: absolute paths, or addresses as they are.

    Raises:
        InputError: there is no such folder, both are the same, or the local engine works there.
    """
    from pipelines.batch.places import Folders, is_url

    photos, results = (
        place.rstrip("/") if is_url(place) else Path(place).expanduser().resolve().as_posix()
        for place in (source, target)
    )
    if not is_url(photos) and not Path(photos).is_dir():
        raise InputError(f"{source} is not a folder.")
    if photos == results or photos.startswith(results.rstrip("/") + "/"):
        raise InputError("The results need a folder of their own, which does not hold the photos.")
    if not is_url(results) and Folders(Path(photos), Path(results)).ledger.exists():
        raise InputError(
            "These results were made with --engine local. Go on with that, or give another folder."
        )
    return photos, results


def at_every_machine(order: Order) -> Order:
    """An order whose files are named so that a process that works elsewhere finds them.

    Raises:
        InputError: it asks for what only one machine does.
    """
    from pipelines.batch.evening import unset
    from pipelines.batch.order import Order, Variant
    from pipelines.recipe import ImageBackdrop, Recipe

    if unset(order):
        raise InputError(
            "Several machines don't find out what exposure a set has. Let --engine local do so on some of "
            "the photos, or say it in the Recipe (even.reference)."
        )

    def with_whole_paths(recipe: Recipe) -> Recipe:
        background = recipe.background
        if isinstance(background, ImageBackdrop):
            whole = str(Path(background.source).expanduser().absolute())
            recipe = recipe.model_copy(update={"background": background.model_copy(update={"source": whole})})
        if recipe.model.endswith(".onnx"):
            recipe = recipe.model_copy(update={"model": str(Path(recipe.model).expanduser().absolute())})
        return recipe

    return Order.of(
        [Variant(each.name, with_whole_paths(each.recipe)) for each in order.variants], order.products
    )


def _range(text: str) -> tuple[int, int]:
    least, _, most = text.partition(":")
    try:
        found = int(least), int(most or least)
    except ValueError:
        found = 0, 0
    if not 1 <= found[0] <= found[1]:
        raise InputError(f"--actors {text} is no range. Give one such as 1:8, or a number.")
    return found


def _write_report(ended: Ended, target: str, report: Path) -> None:
    """Write a report; the small pictures that a page shows are fetched for that."""
    from pipelines.batch.report import written
    from pipelines.cluster.arrow_files import opened
    from pipelines.cluster.manifest import items_of
    from pipelines.save import write_atomic

    items = items_of(ended.manifest, ended.roll)
    with tempfile.TemporaryDirectory(prefix="cutaway-report-") as folder:
        if report.suffix.lower() != ".csv":
            _fetch_small(items, opened(target), Path(folder))
        write_atomic(report, written(items, report, Path(folder)))


def _fetch_small(items: Sequence[Item], files: Files, folder: Path) -> None:
    """Copy the small pictures of photos and results into a folder, as they lie in the batch's own."""
    from pipelines.batch.places import OWN, within

    facts = [item.facts for item in items if item.facts]
    wanted = {one["before"] for one in facts}
    wanted |= {told["thumb"] for one in facts for told in one["results"].values()}

    def fetch(path: str) -> None:
        place = folder / path
        if not within(place, folder):
            return  # whoever else writes to the store may have written this path
        place.parent.mkdir(parents=True, exist_ok=True)
        with suppress(OSError):  # the page goes without
            place.write_bytes(files.read(f"{OWN}/{path}"))

    with ThreadPoolExecutor(_TOGETHER) as pool:
        list(pool.map(fetch, wanted))
