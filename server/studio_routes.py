"""The studio's own routes beside the page: photos in, files out, samples."""

from __future__ import annotations

import asyncio
import io
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import quote, unquote

from fastapi import APIRouter, Query, Request
from starlette.responses import FileResponse, Response

from pipelines.compose import studio
from pipelines.errors import InputError
from pipelines.recipe import Backdrop, Output, Recipe, StudioBackdrop
from pipelines.samples import sample_path
from pipelines.save import encode
from pipelines.workbench import Workbench
from server.work import heavy

_NAME_LIMIT = 200
_THUMB = (192, 144)
_THUMBS = 200
"""Small pictures of backdrops in memory, of about 5 kB each."""


def studio_router(bench: Workbench) -> APIRouter:
    """The routes, over a workbench."""
    router = APIRouter(prefix="/studio", include_in_schema=False)

    @router.post("/photos")
    async def receive_photo(request: Request) -> dict[str, Any]:
        """Take a photo in: the body is the file, the name is in X-File-Name."""
        data = await request.body()
        if not data:
            raise InputError("The file is empty.")
        name = clean_name(unquote(request.headers.get("x-file-name", "")))
        return asdict(await heavy(bench.gate, lambda: bench.receive(data, name)))

    @router.post("/photos/{photo}/copy")
    async def copy_photo(photo: str) -> dict[str, Any]:
        """The same photo once more."""
        return asdict(await heavy(bench.gate, lambda: bench.duplicate(photo)))

    @router.delete("/photos/{photo}", status_code=204)
    async def remove_photo(photo: str) -> None:
        """Forget a photo."""
        await asyncio.to_thread(bench.remove, photo)

    @router.get("/files/{name}")
    async def send_file(name: str, download: bool = Query(default=False)) -> Response:
        """Hand a file over by its id."""
        kept = bench.shelf.get(name)
        headers = {
            "Cache-Control": "private, max-age=3600",
            "Content-Security-Policy": "sandbox; default-src 'none'",
        }
        headers["Content-Disposition"] = attachment(kept.filename) if download else "inline"
        return FileResponse(kept.path, media_type=kept.media_type, headers=headers)

    @router.get("/samples/{name}")
    async def send_sample(name: str, thumb: bool = Query(default=False)) -> Response:
        """A sample photo, or its small picture."""
        path = sample_path(name)
        headers = {"Cache-Control": "public, max-age=86400"}
        if not thumb:
            return FileResponse(path, headers=headers)
        return Response(await asyncio.to_thread(thumbnail, path), media_type="image/webp", headers=headers)

    @router.get("/backdrops/{name}")
    async def send_backdrop(
        name: str, seed: int = 1, color: str | None = None, accent: str | None = None
    ) -> Response:
        """The small picture of a backdrop of the studio's library."""
        part = {"kind": "studio", "name": name, "seed": seed, "color": color, "accent": accent}
        data = await asyncio.to_thread(backdrop_thumbnail, Recipe.read({"background": part}).background)
        return Response(data, media_type="image/webp", headers={"Cache-Control": "public, max-age=86400"})

    return router


@lru_cache(maxsize=_THUMBS)
def backdrop_thumbnail(backdrop: Backdrop) -> bytes:
    """A small WebP of a backdrop of the studio's library, made once."""
    assert isinstance(backdrop, StudioBackdrop)  # noqa: S101  (narrowing for the type checker)
    pixels = studio.thumbnail(studio.look_of(backdrop), _THUMB[::-1])
    return encode(pixels, Output(format="webp", quality=82), icc=None, dpi=None)


def clean_name(name: str) -> str:
    """A file name without folders, control characters, dots at its ends or excess length."""
    last = PurePath(name.replace("\\", "/")).name
    kept = "".join(c for c in last if c.isprintable())[:_NAME_LIMIT].strip(" .")
    return kept or "photo"


def attachment(name: str) -> str:
    """The header that names a download, whatever script the name is in (RFC 6266, RFC 8187)."""
    plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\%' else "_" for c in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def thumbnail(path: Path) -> bytes:
    """A small WebP of a picture that comes with the program."""
    from PIL import Image, ImageOps

    with Image.open(path) as picture:
        small = ImageOps.fit(picture.convert("RGB"), _THUMB)
    buffer = io.BytesIO()
    small.save(buffer, "WEBP", quality=80)
    return buffer.getvalue()
