"""Connections that may not keep us waiting: deadlines for what a client sends and takes.

uvicorn has none of its own. A client that sends its request's head too slowly, whose body
trickles, or that does not take its answer, is cut off; one that is slow because we are is not.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections import deque
from http import HTTPStatus
from typing import ClassVar, Final, Literal

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from server.errors import ANSWERS

_LOOKS: Final = 4
"""Times that a connection is looked at within its deadline."""

_SLOWEST: Final = 500
"""Bytes a second of a body, averaged over the deadline: slower than any network that works."""

_SAID: Final = {
    400: ANSWERS[400],
    408: ("too_slow", "This request came too slowly."),
    503: ("busy", "Too many connections are open just now. Try again shortly."),
}
Waiting = Literal["head", "body", "rest", "taking"]
"""What we wait for: a request's head, its body, what is left of a body that was answered already,
or that an answer is taken."""


class GuardedProtocol(H11Protocol):
    """uvicorn's protocol with deadlines."""

    seconds: ClassVar[float] = 10
    most: ClassVar[int] = 1000

    _timer: asyncio.TimerHandle | None = None
    _arrived = 0
    _taken = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client has come."""
        super().connection_made(transport)
        self._head_since: float | None = self.loop.time()
        self._seen: deque[tuple[Waiting | None, int]] = deque(maxlen=_LOOKS + 1)
        if len(self.connections) > self.most:
            self._end(503)
        self._look()

    def connection_lost(self, exc: Exception | None) -> None:
        """It has gone."""
        if self._timer:
            self._timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """It has sent something."""
        if self.transport.is_closing():  # it was turned away
            return
        before = self.cycle
        if self._head_since is None and (before is None or before.response_complete):
            self._head_since = self.loop.time()
        self._arrived += len(data)
        super().data_received(data)
        if self.cycle is not before:
            self._head_since = None

    def resume_writing(self) -> None:
        """It has taken much of what waited for it."""
        self._taken += 1
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002  (ours says the same for all)
        """Answer what is no HTTP."""
        self._end(400)

    def _look(self) -> None:
        self._seen.append(self._state())
        if self._is_stuck():
            if not self._may_answer():
                self.transport.abort()
                return
            self._end(408)
        self._timer = self.loop.call_later(self.seconds / _LOOKS, self._look)

    def _may_answer(self) -> bool:
        what, _ = self._seen[-1]
        return what == "head" or (what == "body" and not self.cycle.response_started)

    def _state(self) -> tuple[Waiting | None, int]:
        """What we wait for, and how far that has come, in bytes or times."""
        cycle = self.cycle
        if self.flow.write_paused or self.transport.is_closing():
            return "taking", self._taken - self.transport.get_write_buffer_size()
        if cycle is None or cycle.response_complete:
            rest = self.conn.their_state is h11.SEND_BODY
            return ("rest", 0) if rest else ("head", 0)
        patient = not cycle.more_body or self.flow.read_paused or cycle.waiting_for_100_continue
        return (None, 0) if patient else ("body", self._arrived)

    def _is_stuck(self) -> bool:
        what, now = self._seen[-1]
        if what == "head":
            return self._head_since is not None and self.loop.time() - self._head_since > self.seconds
        if what is None or len(self._seen) <= _LOOKS or any(seen != what for seen, _ in self._seen):
            return False
        return now - self._seen[0][1] < (_SLOWEST * self.seconds if what == "body" else 1)

    def _end(self, status: int) -> None:
        """Say why, and close."""
        code, message = _SAID[status]
        name = secrets.token_hex(8)
        said = {"code": code, "message": message, "detail": message, "request_id": name}
        body = json.dumps(said).encode()
        head = (
            f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\nX-Request-Id: {name}\r\n"
            + ("Retry-After: 5\r\n" if status == 503 else "")
        )
        self.transport.write(head.encode() + b"\r\n" + body)
        self.transport.close()


def guarded(seconds: float, most: int) -> type[GuardedProtocol]:
    """The protocol with its limits.

    Args:
        seconds: how long a client may keep us waiting.
        most: connections open at the same time; who comes then is turned away at once.
    """
    return type("Guarded", (GuardedProtocol,), {"seconds": seconds, "most": most})
