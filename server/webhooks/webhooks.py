"""Sends a message when a job ends, and again where it did not arrive."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import random
import secrets
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from filelock import FileLock

from pipelines.batch.job import Job
from pipelines.errors import CutawayError, UrlInvalid, UrlNotAllowed, UrlsOff
from pipelines.settings import Settings
from server.fetching.policy import UrlPolicy
from server.fetching.poster import Poster, Reply
from server.webhooks.address import place_of, policy_of
from server.webhooks.outbox import Message, Outbox
from server.webhooks.signing import headers_of, key_of

_log: Final = logging.getLogger("cutaway")

WAITS: Final = (5, 30, 120, 600, 1800, 3600, 7200, 14_400)
"""Seconds between one try and the next, the first of which is at once: some eight hours in all."""

_JITTER: Final = 0.2
"""A wait is longer by up to this part of it, so that messages do not all come at once when a receiver is
back."""

_SECONDS: Final = 15.0
_AT_ONCE: Final = 4
_PAUSE: Final = 60
_LONGEST_WAIT: Final = 21_600
_GONE: Final = 410
"""By which a receiver says that it wants no more."""

_TOLD: Final = ("done", "paused", "cancelled")
_NEVER: Final = (UrlNotAllowed, UrlInvalid, UrlsOff)

Told = Callable[[Job], Mapping[str, Any]]
"""The facts of a job that are sent, ready for JSON."""


class Webhooks:
    """Tells whom jobs name when they end. Safe to share between threads.

    A message is kept in a file before it is sent, so that a server that is killed sends it when it is started
    again: it arrives at least once, always with the same id.

    Args:
        root: the folder of all jobs; the messages lie in it.
        settings: where messages may go.
        told: what is sent of a job.
        poster: sends; None does so for real.
        waits: see :data:`WAITS`.
    """

    def __init__(
        self,
        root: Path,
        settings: Settings,
        told: Told,
        poster: Callable[[UrlPolicy], Poster] | None = None,
        waits: tuple[float, ...] = WAITS,
    ) -> None:
        self._root = root
        self._told = told
        self._waits = waits
        self._policy = policy_of(settings)
        self._poster = (poster or _real)(self._policy) if self._policy else None
        self._alone = FileLock(root / "webhooks.lock", thread_local=False)
        self._outbox: Outbox | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._wake: asyncio.Event | None = None
        self._closing = False
        self._thread: threading.Thread | None = None

    def begin(self, jobs: Iterable[Job] = ()) -> None:
        """Send what waits.

        Args:
            jobs: all there are; the end of one that the server did not live to note is told now.
        """
        try:
            self._root.mkdir(parents=True, exist_ok=True)
            self._alone.acquire(timeout=0)
            self._outbox = Outbox(self._root / "webhooks.sqlite3")
        except (OSError, sqlite3.Error) as error:  # another server runs the jobs here, or there is no room
            _log.warning("webhooks are not sent (%s)", type(error).__name__)
            return
        for job in jobs:
            try:
                self.send(job)
            except (CutawayError, OSError, sqlite3.Error) as error:  # the server starts all the same
                _log.warning("the end of job %s can't be told (%s)", job.id, type(error).__name__)
        ready = threading.Event()
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._run(ready)), name="webhooks", daemon=True
        )
        self._thread.start()
        ready.wait()

    def close(self) -> None:
        """Stop at once; what has not arrived is sent at the next start."""
        self._closing = True
        self._rouse()
        if self._thread is not None:
            self._thread.join()
        if self._outbox is not None:
            self._outbox.close()
        self._alone.release()

    def send(self, job: Job) -> None:
        """Tell that a job has ended, if it asks for that and it was not told before."""
        hook = job.file.webhook
        if hook is None or self._outbox is None or job.state not in _TOLD:
            return
        end = f"{job.state} {job.file.ended or job.file.asked or job.file.created}"
        body = {
            "type": f"job.{job.state}",
            "timestamp": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
            "data": self._told(job),
        }
        name = f"msg_{secrets.token_urlsafe(18)}"
        message = Message(name, job.id, end, hook.url, hook.secret, json.dumps(body).encode())
        if self._outbox.add(message, time.time()):
            self._rouse()

    def _rouse(self) -> None:
        if self._loop is not None and self._wake is not None:
            self._loop.call_soon_threadsafe(self._wake.set)

    async def _run(self, ready: threading.Event) -> None:
        """Send what is due, a few at once, until closed."""
        assert self._outbox is not None  # noqa: S101  (begun)
        self._loop, self._wake = asyncio.get_running_loop(), asyncio.Event()
        ready.set()
        under_way: dict[str, asyncio.Task[None]] = {}
        while not self._closing:
            self._wake.clear()
            under_way = {name: task for name, task in under_way.items() if not task.done()}
            now = time.time()
            for message in self._outbox.due(now):
                if message.id not in under_way and len(under_way) < _AT_ONCE:
                    under_way[message.id] = task = asyncio.create_task(self._deliver(self._outbox, message))
                    task.add_done_callback(lambda _: self._rouse())
            later = self._outbox.next_due(now)
            await self._sleep(None if later is None else max(0.0, later - time.time()))
        for task in under_way.values():
            task.cancel()
        await asyncio.gather(*under_way.values(), return_exceptions=True)
        self._loop = None

    async def _sleep(self, seconds: float | None) -> None:
        assert self._wake is not None  # noqa: S101  (running)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._wake.wait()

    async def _deliver(self, outbox: Outbox, message: Message) -> None:
        """Send a message once, and note what came of it."""
        try:
            await self._try(outbox, message)
        except Exception:  # noqa: BLE001  (the other messages are sent, whatever it was)
            _log.exception("webhook %s could not be dealt with", message.id)
            await asyncio.sleep(_PAUSE)  # it is due still, and would be tried without a break

    async def _try(self, outbox: Outbox, message: Message) -> None:
        try:
            reply = await self._post(message)
        except _NEVER as error:
            _log.warning("webhook %s is not sent: %s", message.id, error.code)
            outbox.settle(message)
        except CutawayError as error:
            self._again(outbox, message, error.message, "")
        else:
            if 200 <= reply.status < 300:
                _log.info("webhook %s has arrived", message.id)
                outbox.settle(message)
            elif reply.status == _GONE:
                _log.warning("webhook %s is not wanted any more (status 410)", message.id)
                outbox.settle(message)
            else:
                self._again(outbox, message, f"status {reply.status}", reply.retry_after)

    async def _post(self, message: Message) -> Reply:
        place = place_of(self._policy, message.url)
        assert self._poster is not None  # noqa: S101  (there is a policy)
        headers = {
            "User-Agent": "Cutaway",
            "Content-Type": "application/json",
            **headers_of(key_of(message.secret), message.id, int(time.time()), message.body),
        }
        return await self._poster.post(place, headers, message.body)

    def _again(self, outbox: Outbox, message: Message, why: str, retry_after: str) -> None:
        """Send a message again later, or never."""
        if message.tries >= len(self._waits):
            _log.warning("webhook %s is given up after %d tries: %s", message.id, message.tries + 1, why)
            outbox.settle(message)
            return
        wait = self._waits[message.tries] * (1 + random.random() * _JITTER)  # noqa: S311  (no secret)
        if retry_after.isdecimal():
            wait = max(wait, min(int(retry_after[:9]), _LONGEST_WAIT))
        _log.warning("webhook %s has not arrived (%s); again in %d seconds", message.id, why, wait)
        outbox.put_off(message, time.time() + wait)


def _real(policy: UrlPolicy) -> Poster:
    return Poster(policy, _SECONDS)
