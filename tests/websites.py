"""Web servers on this machine whose answers are written byte by byte, and a network that leads to them."""

from __future__ import annotations

import contextlib
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, cast

import httpcore

from tests.threaded import running

PUBLIC = "93.184.215.14"
"""An address of the public internet; the tests' network leads it to a server on this machine."""

Pieces = Callable[[], Iterable[bytes]]


@dataclass
class Website:
    """What is served, and what was asked.

    Attributes:
        port: on 127.0.0.1.
        answers: pieces of the raw answer, by path.
        asked: the head of each request so far.
        ended: set when the server is to end, so that endless answers do.
    """

    port: int = 0
    answers: dict[str, Pieces] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    def says(self, path: str, *pieces: bytes, status: str = "200 OK", **headers: str) -> None:
        """Give a path an answer with a head; ``Content_Length`` is written as it is given."""
        lines = [f"HTTP/1.1 {status}", *(f"{key.replace('_', '-')}: {text}" for key, text in headers.items())]
        head = "\r\n".join([*lines, "Connection: close", "", ""]).encode()
        self.answers[path] = lambda: (head, *pieces)

    def drips(self, path: str, head: bytes) -> None:
        """Give a path an answer that goes on for ever, a byte at a time."""

        def pieces() -> Iterator[bytes]:
            yield head
            while not self.ended.wait(0.02):
                yield b"x"

        self.answers[path] = pieces


class _Handler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        plan = cast("_Server", self.server).plan
        head = b""
        while not head.endswith(b"\r\n\r\n") and (line := self.rfile.readline()):
            head += line
        plan.asked.append(head.decode("latin-1"))
        path = head.split(b" ")[1].decode() if b" " in head else ""
        with contextlib.suppress(OSError):  # who asked has gone
            for piece in plan.answers.get(path, lambda: [b"HTTP/1.1 404 Not Found\r\n\r\n"])():
                self.wfile.write(piece)


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = False
    plan: Website
    tls: ssl.SSLContext | None = None

    def finish_request(self, request: object, client_address: object) -> None:
        """Speak TLS where there is a certificate; in the connection's own thread."""
        assert not isinstance(request, tuple)
        if self.tls is None:
            super().finish_request(request, client_address)  # type: ignore[arg-type]
            return
        with contextlib.suppress(OSError), self.tls.wrap_socket(request, server_side=True) as secure:  # type: ignore[arg-type]
            super().finish_request(secure, client_address)


@contextlib.contextmanager
def website(tls: ssl.SSLContext | None = None) -> Iterator[Website]:
    """Run a server on a free port of the loopback interface; it ends with the block."""
    plan = Website()
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.plan, server.tls = plan, tls
        plan.port = server.server_address[1]
        with running(server):
            try:
                yield plan
            finally:
                plan.ended.set()


class LeadingNetwork(httpcore.AsyncNetworkBackend):
    """Leads every address that is dialled to a server of this machine.

    Args:
        ports: where it listens, by address; others are led to ``canary``.
        canary: the port that nobody should reach.
    """

    def __init__(self, ports: dict[str, int], canary: int) -> None:
        self._ports = ports
        self._canary = canary
        self._real = httpcore.AnyIOBackend()
        self.dialled: list[str] = []

    async def connect_tcp(
        self, host: str, port: int, *rest: Any, **named: Any
    ) -> httpcore.AsyncNetworkStream:
        """Connect to where the address leads, whatever the port (httpcore's interface)."""
        assert 0 < port < 65_536
        self.dialled.append(host)
        led = self._ports.get(host, self._canary)
        return await self._real.connect_tcp("127.0.0.1", led, *rest, **named)
