"""``python app.py batch``: a whole folder of photos, however often the program is stopped on the way."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from commands import DONE, SOME_FAILED, say
from commands.cluster import ClusterFlags, ClusterWish, need_ray, on_cluster, refuse_unset
from commands.flags import grouped
from commands.order_flags import OrderFlags
from commands.progress import photo_progress
from commands.tables import check_products
from commands.trying import check_page, try_on
from pipelines.errors import InputError
from pipelines.settings import load_settings

if TYPE_CHECKING:
    from pipelines.batch.engine import Batch
    from pipelines.batch.items import Counts
    from pipelines.batch.order import Order
    from pipelines.batch.places import Folders

Engine = Literal["local", "ray"]


@dataclass(frozen=True, kw_only=True)
class RunFlags:
    """How a batch is run."""

    workers: Annotated[int, typer.Option(min=0, max=64, help="Photos under way at once; 0 chooses.")] = 0
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed/--resume", help="Try again what failed earlier, or only go on.")
    ] = False
    watch: Annotated[
        bool, typer.Option("--watch", help="Go on with photos that are added, until Ctrl+C.")
    ] = False
    report: Annotated[Path | None, typer.Option(help="How each photo went, as a .csv or .html file.")] = None


@grouped
def batch(
    *,
    source: Annotated[str, typer.Argument(metavar="IN", help="The folder of the photos.")],
    target: Annotated[
        str | None, typer.Argument(metavar="OUT", help="The folder of the results; --try needs none.")
    ] = None,
    wish: OrderFlags,
    flags: RunFlags,
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
    from pipelines.batch.report import check_name

    order = wish.order()
    if flags.report is not None:
        check_name(flags.report)
    if page is not None:
        check_page(page)
        _prepare(order)
        raise typer.Exit(try_on(Path(source), Path(target) if target else None, order, page))
    if target is None:
        raise InputError("Give the folder of the results as well: python app.py batch IN OUT")
    if engine == "ray":
        counts = _on_several(source, target, ClusterWish(order, wish.table, cluster), flags)
    else:
        cluster.refuse()
        counts = _on_this(folders_of(source, target), order, wish.table, flags)
    raise typer.Exit(_conclude(counts))


def _on_several(source: str, target: str, wish: ClusterWish, flags: RunFlags) -> Counts:
    """Do a batch on several machines."""
    refuse_unset(wish.order)
    if flags.watch or flags.workers:
        raise InputError("--watch and --workers are for the local engine. --actors says how many work.")
    need_ray()
    _prepare(wish.order)
    return on_cluster(source, target, wish, retry=flags.retry_failed, report=flags.report)


def _on_this(folders: Folders, order: Order, table: Path | None, flags: RunFlags) -> Counts:
    """Do a batch on this machine."""
    from pipelines.batch.engine import Batch

    _check_photos(order, folders, table, watched=flags.watch)
    _prepare(order)
    work = Batch(folders, order, load_settings(), flags.workers, flags.retry_failed)
    try:
        return _run_told(work, watch=flags.watch)
    except KeyboardInterrupt:
        say("Stopped. The same command goes on where this was.")
        raise
    finally:
        _tell(folders, flags.report)


def _conclude(counts: Counts) -> int:
    """Say how a batch ended; returns the program's exit status."""
    failed = f", {counts.failed} failed" if counts.failed else ""
    say(f"{counts.done} of {counts.total} photos are done{failed}.")
    return SOME_FAILED if counts.failed else DONE


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


def _check_photos(order: Order, folders: Folders, table: Path | None, *, watched: bool) -> None:
    """Find out before the first photo whether there is one, and each can be named after its product.

    Raises:
        InputError: there are no photos, never were, and none are waited for.
    """
    from pipelines.batch.engine import scan

    photos = [PurePosixPath(path) for path in scan(folders)]
    if not photos and not watched and not folders.ledger.exists():
        raise InputError(f"There are no pictures in {folders.source}.")
    check_products(table, order.products, photos, used=order.asks_for_products)


def _prepare(order: Order) -> None:
    """Find out before the first photo what would make every one fail."""
    from commands.cut import prepare
    from pipelines.service import build_service

    service = build_service(load_settings(), complete=False)
    for variant in order.variants:
        prepare(service, variant.recipe)
    service.close()


def _run_told(work: Batch, *, watch: bool) -> Counts:
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
