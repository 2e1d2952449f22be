"""``python app.py batch``: a whole folder of photos, however often the program is stopped on the way."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from commands import DONE, SOME_FAILED, say
from commands.cluster import ClusterFlags, ClusterWish, need_ray, on_cluster, refuse_unset
from commands.even_flags import EvenFlags
from commands.flags import grouped
from commands.progress import photo_progress
from commands.recipe_flags import RecipeFlags
from commands.recipes import build_recipe
from commands.tables import Table, check_products, products_of
from commands.trying import check_page, try_on
from pipelines.errors import InputError
from pipelines.settings import load_settings

if TYPE_CHECKING:
    from pipelines.batch.engine import Batch
    from pipelines.batch.items import Counts
    from pipelines.batch.order import Order
    from pipelines.batch.places import Folders
    from pipelines.product_table import ProductTable

Engine = Literal["local", "ray"]


@grouped
def batch(
    *,
    source: Annotated[str, typer.Argument(metavar="IN", help="The folder of the photos.")],
    target: Annotated[
        str | None, typer.Argument(metavar="OUT", help="The folder of the results; --try needs none.")
    ] = None,
    recipes: Annotated[
        list[Path] | None,
        typer.Option("--recipe", help="A Recipe as a JSON file. Several make several results of each photo."),
    ] = None,
    presets: Annotated[
        list[str] | None,
        typer.Option("--preset", help="What a market place wants. Several, as with --recipe."),
    ] = None,
    flags: RecipeFlags,
    even: EvenFlags,
    table: Table = None,
    workers: Annotated[int, typer.Option(min=0, max=64, help="Photos under way at once; 0 chooses.")] = 0,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed/--resume", help="Try again what failed earlier, or only go on.")
    ] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Go on with photos that are added, until Ctrl+C.")
    ] = False,
    report: Annotated[Path | None, typer.Option(help="How each photo went, as a .csv or .html file.")] = None,
    page: Annotated[
        Path | None,
        typer.Option(
            "--try", help="Begin nothing: show six of the photos before and after, as an .html file."
        ),
    ] = None,
    engine: Annotated[
        Engine, typer.Option(help="Where the work is done: on this machine, or by Ray on several.")
    ] = "local",
    cluster: ClusterFlags,
) -> None:
    """Cut out every photo of a folder; stopped at any time, the same command goes on where it was."""
    from pipelines.batch.engine import Batch
    from pipelines.batch.report import check_name

    order = order_of(recipes or (), presets or (), flags, even, products_of(table))
    if report is not None:
        check_name(report)
    if page is not None:
        check_page(page)
        _prepare(order)
        raise typer.Exit(try_on(Path(source), Path(target) if target else None, order, page))
    if target is None:
        raise InputError("Give the folder of the results as well: python app.py batch IN OUT")
    if engine == "ray":
        refuse_unset(order)
        if watch or workers:
            raise InputError("--watch and --workers are for the local engine. --actors says how many work.")
        need_ray()
        _prepare(order)
        wish = ClusterWish(order, table, cluster, retry_failed, report)
        raise typer.Exit(conclude(on_cluster(source, target, wish)))
    cluster.refuse()
    folders = folders_of(source, target)
    _check_products(order, folders, table)
    _prepare(order)
    work = Batch(folders, order, load_settings(), workers, retry_failed)
    try:
        counts = run_told(work, watch=watch)
    except KeyboardInterrupt:
        say("Stopped. The same command goes on where this was.")
        raise
    finally:
        _tell(folders, report)
    raise typer.Exit(conclude(counts))


def conclude(counts: Counts) -> int:
    """Say how a batch ended; returns the program's exit status."""
    failed = f", {counts.failed} failed" if counts.failed else ""
    say(f"{counts.done} of {counts.total} photos are done{failed}.")
    return SOME_FAILED if counts.failed else DONE


def order_of(
    recipes: Sequence[Path],
    presets: Sequence[str],
    flags: RecipeFlags,
    even: EvenFlags,
    products: ProductTable | None = None,
) -> Order:
    """What is made of each photo.

    Args:
        recipes: files; each makes a result that is called like it.
        presets: names or their beginnings; each makes a result, on top of the only Recipe, if one is given.
        flags: what they ask for holds for all of them.
        even: what is made alike.
        products: which product each photo shows.
    Raises:
        RecipeError: see :meth:`pipelines.batch.order.Order.of`.
        UnknownPreset: there is none of that name.
    """
    from pipelines.batch.order import Order, Variant
    from pipelines.presets import preset_named

    wishes, picture = {**flags.wishes(None), **even.wishes()}, flags.backdrop.picture()
    base = recipes[0] if len(recipes) == 1 and presets else None
    made = [
        Variant(path.name.removesuffix(".json").removesuffix(".recipe"), build_recipe(path, wishes, picture))
        for path in (recipes if base is None else ())
    ]
    names = [preset_named(name).name for name in presets]
    made += [Variant(name, build_recipe(base, wishes, picture, [name])) for name in names]
    return Order.of(made or [Variant("cutout", build_recipe(None, wishes, picture))], products)


def folders_of(in_: str, out: str) -> Folders:
    """The folders of a batch.

    Raises:
        InputError: the first is no folder, both are the same, or one is an address.
    """
    from pipelines.batch.places import Folders, is_url

    if is_url(in_) or is_url(out):
        raise InputError("Photos and results that are no folders of this machine need --engine ray.")
    source, target = Path(in_).expanduser().resolve(), Path(out).expanduser().resolve()
    if not source.is_dir():
        raise InputError(f"{source} is not a folder. `python app.py cut` takes single pictures.")
    if source == target or target in source.parents:
        raise InputError("The results need a folder of their own, which does not hold the photos.")
    folders = Folders(source, target)
    if (folders.own / "photos.parquet").exists():
        raise InputError(
            "These results were made with --engine ray. Go on with that, or give another folder."
        )
    return folders


def _check_products(order: Order, folders: Folders, table: Path | None) -> None:
    """Find out before the first photo whether each can be named after its product."""
    from pipelines.batch.engine import scan

    photos = [PurePosixPath(path) for path in scan(folders)]
    check_products(table, order.products, photos, used=order.asks_for_products)


def _prepare(order: Order) -> None:
    """Find out before the first photo what would make every one fail."""
    from commands.cut import prepare
    from pipelines.service import build_service

    service = build_service(load_settings(), complete=False)
    for variant in order.variants:
        prepare(service, variant.recipe)
    service.close()


def run_told(work: Batch, *, watch: bool) -> Counts:
    """Run a batch with a bar of how far it is, its rate and the time that is left."""
    from pipelines.batch.engine import run

    with photo_progress() as told:
        return run(work, told, watch=watch)


def _tell(folders: Folders, report: Path | None) -> None:
    """Name what failed, and write the report."""
    from pipelines.batch.ledger import Ledger
    from pipelines.batch.report import written
    from pipelines.save import write_atomic

    with Ledger(folders.ledger) as ledger:
        items = ledger.items()
    for item in items:
        if item.message:
            say(f"{item.path}: {item.message}")
    if report is not None:
        write_atomic(report, written(items, report, folders.own))
