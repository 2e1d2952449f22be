"""Jobs: many photos, made while nobody waits."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Literal

import httpx

from cutaway_client.connection import API, Connection, Source, file_of
from cutaway_client.errors import CutawayError
from cutaway_client.job_answers import Changed, Decision, Filter, Item, ItemPage, Job, Refused

_JOBS: Final = f"{API}/jobs"
_PHOTOS_AT_ONCE: Final = 50
_BYTES_AT_ONCE: Final = 32_000_000
"""A request takes more; but what is lost with a connection is sent again."""

_RETRY_SECONDS: Final = 1.0

_PICTURES: Final = frozenset(
    {".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".gif", ".tif", ".tiff", ".bmp"}
    | {".avif", ".heic", ".heif"}
)
"""What is taken of a folder."""

Photos = Iterable[Source] | str | Path
"""Files, or the path of a folder of them."""


class Jobs:
    """The jobs of a server; see :attr:`cutaway_client.Client.jobs`.

    Every method raises :class:`cutaway_client.CutawayError` where the server refuses, and
    :class:`httpx.HTTPError` where it can't be reached.

    Args:
        connection: to the server.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def create(self, photos: Photos = (), *, start: bool = True, **wish: Any) -> Job:
        """Make a job.

        Args:
            photos: files, or the path of a folder, whose pictures keep the folders that they are in; sent a
                few at a time. None for a folder of the server's, or to send them later.
            start: whether to begin at once, if there are photos.
            wish: ``recipe``, ``recipes``, ``presets``, ``name``, ``webhook``, ``folder`` and ``results``: see
                the server's description of it.
        Returns:
            The job. What of the photos was not taken is in its ``refused``.
        """
        own = {"Idempotency-Key": str(uuid.uuid4())}  # asked once more, it is not made twice
        begin = start and "folder" in wish
        job: Job = self._connection.ask("POST", _JOBS, json={**wish, "start": begin}, headers=own).json()
        added = self.add(job["id"], photos)
        now = self.start(job["id"]) if start and added["total"] and not begin else added
        return {**now, "refused": added["refused"], "webhook_secret": job["webhook_secret"]}

    def add(self, job_id: str, photos: Photos) -> Job:
        """Send photos to a job that is open, a few at a time; the same ones sent once more count once."""
        refused: list[Refused] = []
        job: Job | None = None
        for portion in _portions(photos):
            job = self._sent(job_id, [("photos", one) for one in portion])
            refused += job["refused"]
        return {**(job or self.get(job_id)), "refused": refused}

    def add_archive(self, job_id: str, archive: str | Path) -> Job:
        """Send a ZIP of photos to a job that is open; its folders are kept."""
        with Path(archive).open("rb") as file:
            return self._sent(job_id, [("archive", (Path(archive).name, file))])

    def all(self) -> list[Job]:
        """All jobs of whoever asks, the newest first."""
        found: list[Job] = self._connection.ask("GET", _JOBS).json()["jobs"]
        return found

    def get(self, job_id: str) -> Job:
        """How a job is."""
        return self._job("GET", job_id)

    def start(self, job_id: str) -> Job:
        """Begin a job, or go on with one that is paused or cancelled, or was changed."""
        return self._job("POST", job_id, "/start")

    def cancel(self, job_id: str) -> Job:
        """End a job. What was made stays."""
        return self._job("POST", job_id, "/cancel")

    def remove(self, job_id: str) -> None:
        """End a job, and remove it with the photos that were sent and their results."""
        self._connection.ask("DELETE", f"{_JOBS}/{job_id}")

    def follow(self, job_id: str) -> Iterator[Job]:
        """How far a job is, as it happens, until it is at rest; a connection that breaks is made again."""
        failures = 0
        while True:
            try:
                for name, job in self._events(job_id):
                    failures = 0
                    if name == "end":
                        return
                    yield job
            except httpx.TransportError:
                failures += 1
                if failures >= self._connection.patience.tries:
                    raise
            self._connection.patience.sleep(_RETRY_SECONDS)

    def wait(self, job_id: str) -> Job:
        """Wait until a job is at rest; how it is then."""
        for _ in self.follow(job_id):
            pass
        return self.get(job_id)

    def items(
        self, job_id: str, shown: Filter = "all", sort: Literal["doubt", "number"] = "doubt"
    ) -> Iterator[Item]:
        """The photos of a job, the least sure first."""
        number = pages = 1
        while number <= pages:
            wanted = {"filter": shown, "sort": sort, "page": number, "size": 200}
            page: ItemPage = self._connection.ask("GET", f"{_JOBS}/{job_id}/items", params=wanted).json()
            yield from page["items"]
            number, pages = number + 1, page["pages"]

    def decide(
        self,
        job_id: str,
        decision: Decision | None,
        *,
        numbers: Sequence[int] | None = None,
        above: float | None = None,
    ) -> Changed:
        """Accept or exclude photos, by number or all that are at least as sure; None takes it back."""
        return self._changed(job_id, {"decision": decision, "numbers": numbers, "above": above})

    def change(self, job_id: str, numbers: Sequence[int], changes: Mapping[str, Any]) -> Changed:
        """Have photos made again with other values in some fields of their Recipe."""
        return self._changed(job_id, {"numbers": numbers, "changes": dict(changes)})

    def save_results(self, job_id: str, path: str | Path, *, accepted: bool = False) -> None:
        """Write all results, or only those that were accepted, as a ZIP. It is there whole or not at all."""
        aside = Path(f"{path}.part")
        with self._connection.streamed(
            f"{_JOBS}/{job_id}/results.zip", params={"accepted": accepted}
        ) as answer:
            try:
                with aside.open("wb") as file:
                    for piece in answer.iter_bytes():
                        file.write(piece)
                aside.replace(path)
            finally:
                aside.unlink(missing_ok=True)

    def report(self, job_id: str, kind: Literal["csv", "html"] = "csv") -> bytes:
        """What became of each photo."""
        return self._connection.ask("GET", f"{_JOBS}/{job_id}/report.{kind}").content

    def _job(self, method: str, job_id: str, more: str = "") -> Job:
        found: Job = self._connection.ask(method, f"{_JOBS}/{job_id}{more}").json()
        return found

    def _sent(self, job_id: str, files: Sequence[tuple[str, Any]]) -> Job:
        found: Job = self._connection.ask("POST", f"{_JOBS}/{job_id}/photos", files=files).json()
        return found

    def _changed(self, job_id: str, wish: Mapping[str, Any]) -> Changed:
        body = {name: value for name, value in wish.items() if name == "decision" or value is not None}
        found: Changed = self._connection.ask("PATCH", f"{_JOBS}/{job_id}/items", json=body).json()
        return found

    def _events(self, job_id: str) -> Iterator[tuple[str, Job]]:
        """A job's events (Server-Sent Events, as this server writes them)."""
        with self._connection.streamed(f"{_JOBS}/{job_id}/events") as answer:
            name = ""
            for line in answer.iter_lines():
                if line.startswith("event: "):
                    name = line.removeprefix("event: ")
                elif line.startswith("data: ") and name == "gone":
                    raise CutawayError("job_not_found", "The job was removed.", 404)
                elif line.startswith("data: "):
                    yield name, json.loads(line.removeprefix("data: "))


def _files(photos: Photos) -> Iterator[tuple[str, bytes]]:
    """Files with their names, read one by one."""
    if not isinstance(photos, str | Path):
        yield from map(file_of, photos)
        return
    folder = Path(photos)
    for path in sorted(folder.rglob("*")):
        place = path.relative_to(folder)
        hidden = any(part.startswith(".") for part in place.parts)
        if path.suffix.lower() in _PICTURES and not hidden and path.is_file():
            yield place.as_posix(), path.read_bytes()


def _portions(photos: Photos) -> Iterator[list[tuple[str, bytes]]]:
    """Files, a few at a time."""
    portion: list[tuple[str, bytes]] = []
    size = 0
    for name, data in _files(photos):
        if portion and (len(portion) == _PHOTOS_AT_ONCE or size + len(data) > _BYTES_AT_ONCE):
            yield portion
            portion, size = [], 0
        portion.append((name, data))
        size += len(data)
    if portion:
        yield portion
