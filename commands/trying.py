"""``batch --try``: six photos of a folder before and after, on a page, before the batch begins."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from commands import DONE, SOME_FAILED, say
from pipelines.errors import InputError, RecipeError

if TYPE_CHECKING:
    from pipelines.batch.order import Order


def check_page(page: Path) -> None:
    """See that a page's name says what it is.

    Raises:
        RecipeError: it does not end in .html.
    """
    if page.suffix.lower() not in (".html", ".htm"):
        raise RecipeError(f"--try writes an .html file, not {page.name}.")


def try_on(source: Path, target: Path | None, order: Order, page: Path) -> int:
    """Try an order on six photos of a folder, and write the page.

    Args:
        source: the folder of the photos.
        target: that of the results, whose files are no photos.
        order: what is made.
        page: the file that is written.
    Returns:
        The program's exit status.
    Raises:
        InputError: there are no photos.
        OutputError: the page can't be written.
    """
    from pipelines.batch.evening import unset
    from pipelines.batch.trial import standing_for, trial
    from pipelines.batch.trial_page import page_of
    from pipelines.folders import pictures
    from pipelines.save import write_atomic
    from pipelines.service import build_service
    from pipelines.settings import load_settings

    source = source.expanduser().resolve()
    if not source.is_dir():
        raise InputError(f"{source} is not a folder. `python app.py cut` takes single pictures.")
    found = list(pictures(source, target.expanduser() if target else None))
    if not found:
        raise InputError(f"There are no pictures in {source}.")
    sources = [(path.relative_to(source).as_posix(), path) for path in standing_for(found)]
    service = build_service(load_settings(), complete=False)
    try:
        tried = trial(service, order, sources)
    finally:
        service.close()
    write_atomic(page, page_of(tried, len(found), evened=unset(order)))
    for one in tried:
        if one.error:
            say(f"{one.name}: {one.error}")
    say(f"{page} shows {len(tried)} of {len(found)} photos.")
    return SOME_FAILED if any(one.error for one in tried) else DONE
