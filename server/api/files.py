"""Finished files as HTTP answers: at once, or later by their id."""

from __future__ import annotations

from typing import Final

from starlette.responses import FileResponse, Response

from pipelines.errors import NotFound, PhotoNotFound
from pipelines.shelf import Kept, Shelf
from server.api.answers import Links
from server.api.making import Made
from server.facts import in_source, named
from server.studio_routes import attachment

PREFIX: Final = "/api/v1"

_SAFE: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
}


def picture(made: Made) -> Response:
    """The file itself, with the facts in its headers."""
    headers = {**_SAFE, **facts_of(made), "Content-Disposition": attachment(made.file.name), "Vary": "Accept"}
    return Response(made.file.data, headers=headers, media_type=made.file.media_type)


def facts_of(made: Made) -> dict[str, str]:
    """What is told beside a file."""
    first, cutout, confidence = made.file.facts[0], made.cutout, made.cutout.confidence
    headers: dict[str, object] = {
        "X-Width": first.width,
        "X-Height": first.height,
        "X-Confidence": f"{confidence.score:.3f}",
        "X-Confidence-Reasons": ", ".join(reason.code for reason in confidence.reasons),
        "X-Model": named(cutout.model),
        "Server-Timing": ", ".join(f"{name};dur={value:.1f}" for name, value in made.timings.items()),
    }
    if cutout.box is not None:
        left, top, right, bottom = in_source(cutout, cutout.box)
        headers["X-Foreground-Left"], headers["X-Foreground-Top"] = left, top
        headers["X-Foreground-Width"], headers["X-Foreground-Height"] = right - left, bottom - top
    if made.check is not None:
        headers["X-Check"] = made.check.verdict
    return {name: str(value) for name, value in headers.items()}


def keep(shelf: Shelf, made: Made, root: str) -> Links:
    """Put what came of a request on the shelf.

    Args:
        shelf: keeps files for a time, and hands them out by ids that can't be guessed.
        made: what came of it.
        root: the path that the server is reached at.
    Raises:
        StorageFull: no room on the disk.
    """
    result = shelf.put(made.file.data, made.file.name, made.file.media_type)
    matte = shelf.put(made.matte(), f"{made.cutout.photo.name or 'photo'}-matte.png", "image/png")
    return Links(result=f"{root}{PREFIX}/files/{result}", matte=f"{root}{PREFIX}/files/{matte}")


def kept(shelf: Shelf, name: str) -> Kept:
    """A file by its id.

    Raises:
        NotFound: never was, or was cleaned up; which of these is not told.
    """
    try:
        return shelf.get(name)
    except PhotoNotFound:
        raise NotFound("There is no such file: files are cleaned up after a while. Ask once more.") from None


def sent(file: Kept) -> Response:
    """A file that was kept."""
    headers = {**_SAFE, "Content-Disposition": attachment(file.filename)}
    return FileResponse(file.path, media_type=file.media_type, headers=headers)
