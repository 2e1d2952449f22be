"""Decoding in processes that may do nothing else: what a file does to its decoder, it does to nobody else."""

from __future__ import annotations

import logging
import signal
import socket
import threading
import time
import weakref
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Final

from pipelines import formats
from pipelines.decode import Decoded
from pipelines.errors import Busy, ImageUnreadable
from pipelines.limits import Limits
from pipelines.sandbox import memory, wire
from pipelines.sandbox.fork_server import ENTRY, ForkServer

_log = logging.getLogger(__name__)

_START_SECONDS: Final = 30
_CLOCK: Final = 3
"""A decoder may take so many times its seconds on the clock, for the processor may have others to serve."""

_MEMORY_PER_PIXEL: Final = 32
"""Bytes: the dearest there is (grey values of 32 bits, whose range is measured) takes 28, photos 3 to 14."""
_MEMORY_PER_BYTE: Final = 4
"""Of the file: what is sent, what a reader copies of it, and metadata that inflates."""
_SPARE: Final = 256 * 2**20
"""Bytes for threads' stacks and readers' tables."""


@dataclass(frozen=True)
class _Decoder:
    connection: socket.socket
    pid: int
    server: ForkServer


class _ServerGoneError(Busy):
    """The fork server has ended, and a decoder with it."""


class Sandbox:
    """Decodes files, each in a process of its own. Safe to share between threads.

    Args:
        limits: the largest picture that is let in; a decoder's memory goes by it.
        seconds: of the processor's time that one file may take.
        ready: how many decoders wait for a file; as many may be at work at once.
        entry: the module of the fork server.
    """

    def __init__(self, limits: Limits, *, seconds: int = 20, ready: int = 2, entry: str = ENTRY) -> None:
        budget = _SPARE + _MEMORY_PER_PIXEL * limits.max_pixels + _MEMORY_PER_BYTE * limits.max_bytes
        self._seconds = seconds
        self._ready = ready
        self._start = partial(ForkServer, seconds, budget, entry)
        self._slots = threading.BoundedSemaphore(ready)
        self._guard = threading.Lock()
        self._waiting: deque[socket.socket] = deque()
        weakref.finalize(self, _close_all, self._waiting)
        self._closed = False
        self._server = self._start()
        self._refill()

    def decode(self, data: bytes, limits: Limits) -> Decoded:
        """Decode a picture file; see :func:`pipelines.decode.decode`.

        Raises:
            UnsupportedFormat, ImageTooLarge, ImageTruncated: as there.
            ImageUnreadable: also where the file breaks its decoder, or takes too long.
            Busy: no decoder is free, or the machine has no room for one.
        """
        limits.check_bytes(len(data))
        name = formats.sniff(data)
        what = f"{name} file of {len(data)} bytes"
        with self._slot():
            try:
                return self._tried(data, limits, what)
            except _ServerGoneError:  # and the decoder with it, which was nothing of the file's doing
                return self._tried(data, limits, what)

    @property
    def process(self) -> int:
        """The fork server; all decoders are of its session."""
        return self._server.pid

    def close(self) -> None:
        """End every decoder."""
        with self._guard:
            self._closed = True
            self._forget()
            self._server.close()

    def _tried(self, data: bytes, limits: Limits, what: str) -> Decoded:
        decoder = self._take()
        try:
            return self._asked(decoder, data, limits)
        except (OSError, EOFError, ValueError, KeyError, TypeError, IndexError) as error:
            raise self._explained(decoder, error, what) from error
        finally:
            decoder.connection.close()
            with suppress(OSError):
                decoder.server.end(decoder.pid)
            self._refill()

    @contextmanager
    def _slot(self) -> Iterator[None]:
        if not self._slots.acquire(timeout=self._seconds):
            raise Busy("Too many photos are being read just now. Try again in a moment.")
        try:
            yield
        finally:
            self._slots.release()

    def _asked(self, decoder: _Decoder, data: bytes, limits: Limits) -> Decoded:
        connection = decoder.connection
        until = time.monotonic() + _CLOCK * self._seconds
        connection.settimeout(_CLOCK * self._seconds)
        sizes = (limits.max_bytes, limits.max_pixels, limits.max_side)
        wire.send(connection, {"bytes": len(data), "limits": sizes})
        connection.sendall(data)
        connection.settimeout(max(0.1, until - time.monotonic()))
        message = wire.receive(connection)
        return wire.decoded_of(message, limits, lambda places: memory.fetch(decoder.pid, connection, places))

    def _take(self) -> _Decoder:
        """A decoder that is ready; where the fork server has ended, another is started, once."""
        for _ in range(2):
            with self._guard:
                if self._closed:
                    break
                server = self._server
                connection = self._waiting.popleft() if self._waiting else None
            try:
                return _met(connection or server.fork(), server)
            except (OSError, EOFError) as error:
                _log.warning("no decoder could be had (%r)", error)
                self._replace(server)
        raise Busy("The photo can't be read just now. Try again in a moment.")

    def _replace(self, server: ForkServer) -> None:
        with self._guard:
            if server is self._server and not self._closed:
                self._forget()
                server.close()
                self._server = self._start()

    def _refill(self) -> None:
        """Have the next decoders made while nobody waits for them."""
        server = self._server
        try:
            with self._guard:
                while not self._closed and len(self._waiting) < self._ready:
                    self._waiting.append(self._server.fork())
        except OSError:
            self._replace(server)

    def _forget(self) -> None:
        _close_all(self._waiting)

    def _explained(self, decoder: _Decoder, error: Exception, what: str) -> ImageUnreadable | Busy:
        """Our error for a decoder that gave no answer that makes sense."""
        try:
            code = decoder.server.why(decoder.pid)
        except OSError:
            self._replace(decoder.server)
            return _ServerGoneError("The photo can't be read just now. Try again in a moment.")
        late = isinstance(error, TimeoutError)
        end = "out of time" if late else signal.Signals(-code).name if code < 0 else f"exit code {code}"
        _log.warning("decoding a %s failed: %s (%r)", what, end, error)
        if late or code == -signal.SIGXCPU:
            return ImageUnreadable(
                "The picture takes too long to read. Open it in another program and save it anew."
            )
        if code == -signal.SIGKILL:  # by the system, which was out of memory: by us only above
            return Busy("There is no memory to read the picture just now. Try again in a moment.")
        return ImageUnreadable(
            "The picture is damaged in a way that breaks its decoder. Open it in another program "
            "and save it anew."
        )


def _close_all(connections: deque[socket.socket]) -> None:
    while connections:
        connections.pop().close()


def _met(connection: socket.socket, server: ForkServer) -> _Decoder:
    """Wait until a decoder says that it is ready.

    Raises:
        EOFError, OSError: it never was.
    """
    try:
        connection.settimeout(_START_SECONDS)
        told = wire.receive(connection)
        return _Decoder(connection, int(told["pid"]), server)
    except BaseException:
        connection.close()
        raise
