"""The client: one method for each address of the API."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from cutaway_client.answers import Cutout, Limits, Models, Presets
from cutaway_client.connection import API, Connection, Patience, Source, file_of
from cutaway_client.jobs import Jobs

Recipe = Mapping[str, Any]


@dataclass(frozen=True)
class Picture:
    """A finished picture.

    Attributes:
        data: the file's bytes.
        media_type: its MIME type.
        width: in pixels.
        height: in pixels.
        confidence: 0..1, how far the cutout can be trusted without a look.
        reasons: codes of what to look at.
        check: pass, warn or fail, where the Recipe names a preset, else None.
    """

    data: bytes
    media_type: str
    width: int
    height: int
    confidence: float
    reasons: tuple[str, ...]
    check: str | None

    def save(self, path: str | Path) -> None:
        """Write the file."""
        Path(path).write_bytes(self.data)


class Client:
    """Speaks to a Cutaway server. Safe to share between threads.

    Args:
        address: of the server, as ``http://127.0.0.1:7860``.
        key: where the server asks for one.
        timeout: seconds that an answer may take.
        patience: what to do where the server asks to come again later.
        transport: of httpx, for proxies, certificates of one's own and tests.
    Attributes:
        jobs: many photos, made while nobody waits.
    """

    def __init__(
        self,
        address: str = "http://127.0.0.1:7860",
        key: str | None = None,
        *,
        timeout: float = 120,
        patience: Patience | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        http = httpx.Client(
            base_url=address.rstrip("/"),
            headers={"X-Api-Key": key} if key else {},
            timeout=timeout,
            transport=transport,
        )
        self._connection = Connection(http, patience or Patience())
        self.jobs = Jobs(self._connection)

    def picture(
        self,
        photo: Source,
        recipe: Recipe | None = None,
        *,
        preset: str | None = None,
        pictures: Mapping[str, Source] | None = None,
    ) -> Picture:
        """Cut a photo out, and have the finished file.

        Args:
            photo: what to cut out.
            recipe: what is wanted; None is a transparent PNG.
            preset: the name of a preset, which wins over the Recipe.
            pictures: that the Recipe names, by their names.
        Raises:
            CutawayError: the server refused it.
            httpx.HTTPError: the server can't be reached.
        """
        answer = self._cutouts("*/*", photo, recipe, preset, pictures)
        told = answer.headers
        return Picture(
            answer.content,
            told["content-type"],
            int(told["x-width"]),
            int(told["x-height"]),
            float(told["x-confidence"]),
            tuple(code for code in told["x-confidence-reasons"].split(", ") if code),
            told.get("x-check"),
        )

    def cutouts(
        self,
        photo: Source,
        recipe: Recipe | None = None,
        *,
        preset: str | None = None,
        pictures: Mapping[str, Source] | None = None,
    ) -> Cutout:
        """Cut a photo out, and have facts and links to the files; see :meth:`picture` and :meth:`file`."""
        found: Cutout = self._cutouts("application/json", photo, recipe, preset, pictures).json()
        return found

    def file(self, link: str) -> bytes:
        """A file that a cutout's links name.

        Raises:
            CutawayError: it is no longer there.
        """
        return self._connection.ask("GET", self._connection.place(link)).content

    def forget(self, link: str) -> None:
        """Have a file removed from the server at once."""
        self._connection.ask("DELETE", self._connection.place(link))

    def models(self) -> Models:
        """What a Recipe may have as its model."""
        found: Models = self._connection.ask("GET", f"{API}/models").json()
        return found

    def presets(self) -> Presets:
        """What market places and authorities want of pictures."""
        found: Presets = self._connection.ask("GET", f"{API}/presets").json()
        return found

    def limits(self) -> Limits:
        """Every limit in force."""
        found: Limits = self._connection.ask("GET", f"{API}/limits").json()
        return found

    def close(self) -> None:
        """Let the connections go."""
        self._connection.http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _cutouts(
        self,
        accept: str,
        photo: Source,
        recipe: Recipe | None,
        preset: str | None,
        pictures: Mapping[str, Source] | None,
    ) -> httpx.Response:
        files: dict[str, tuple[str | None, bytes]] = {
            name: file_of(picture) for name, picture in (pictures or {}).items()
        }
        if isinstance(photo, str) and photo.startswith(("http://", "https://")):
            files["photo_url"] = None, photo.encode()
        else:
            files["photo"] = file_of(photo)
        if recipe is not None:
            files["recipe"] = None, json.dumps(dict(recipe)).encode()
        if preset is not None:
            files["preset"] = None, preset.encode()
        return self._connection.ask("POST", f"{API}/cutouts", files=files, headers={"Accept": accept})
