"""A file server on this machine that knows Range requests and can misbehave on demand."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal, cast

from tests.threaded import running

Fault = Literal["cut", "cut at once", "stall", "slow", "web page", "no ranges", "missing", "error"]


@dataclass
class FileServer:
    """What is served, how it goes wrong, and what was asked.

    Attributes:
        address: ``http://127.0.0.1:port``.
        files: content by path.
        faults: what the next requests meet, in order; then all is well.
        asked: the Range header of each request so far; empty for none.
        release: set to let a stalled answer end.
    """

    address: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    release: threading.Event = field(default_factory=threading.Event)


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        plan = cast("_Server", self.server).plan
        wanted = self.headers.get("Range", "")
        plan.asked.append(wanted)
        fault = plan.faults.pop(0) if plan.faults else None
        content = plan.files.get(self.path)
        if content is None or fault == "missing":
            self.send_error(404)
        elif fault == "error":
            self.send_error(500)
        elif fault == "web page":
            self._send(200, b"<html>log in first</html>", "text/html; charset=utf-8")
        else:
            self._send_file(plan, content, "" if fault == "no ranges" else wanted, fault)

    def _send_file(self, plan: FileServer, content: bytes, wanted: str, fault: Fault | None) -> None:
        start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted else 0
        if start >= len(content) and wanted:
            return self.send_error(416)
        body = content[start:]
        shown = {"cut": len(body) // 2, "stall": len(body) // 2, "cut at once": 0}.get(fault or "", len(body))
        if fault == "slow":
            plan.release.wait(1.5)
        self.send_response(206 if wanted else 200)
        if wanted:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[:shown])
        self.wfile.flush()
        if fault == "stall":
            plan.release.wait(30)
        return None

    def _send(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    plan: FileServer


@contextmanager
def serve() -> Iterator[FileServer]:
    """Run a server on a free port of the loopback interface; it ends with the block."""
    plan = FileServer()
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.plan = plan
        plan.address = f"http://127.0.0.1:{server.server_address[1]}"
        with running(server):
            try:
                yield plan
            finally:
                plan.release.set()
