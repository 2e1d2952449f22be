"""A proxy that shows a server below a prefix, as nginx or Caddy would."""

from __future__ import annotations

import contextlib
import http.client
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from tests.threaded import running

_HOP_BY_HOP = ("connection", "keep-alive", "transfer-encoding", "host")


@dataclass
class Proxy:
    """What stands in front.

    Attributes:
        address: of the proxy, with the prefix and a slash at the end.
        strays: what was asked of it outside of the prefix.
    """

    address: str
    strays: list[str] = field(default_factory=list)


@contextlib.contextmanager
def proxy(server: str, prefix: str, *, strip: bool) -> Iterator[Proxy]:
    """Show a server below a prefix.

    Args:
        server: its address.
        prefix: such as ``/cutaway``.
        strip: whether the server is asked without the prefix.
    """
    behind = urlsplit(server)

    class Handler(BaseHTTPRequestHandler):
        def relay(self) -> None:
            if not self.path.startswith(f"{prefix}/") and self.path != prefix:
                shown.strays.append(self.path)
                self.send_error(404)
                return
            if strip and self.path == prefix:  # as both do
                self.send_response(308)
                self.send_header("Location", f"{prefix}/")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            path = self.path.removeprefix(prefix) if strip else self.path
            line = http.client.HTTPConnection(behind.hostname or "", behind.port, timeout=60)
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name: value for name, value in self.headers.items() if name.lower() not in _HOP_BY_HOP}
            line.request(self.command, path, body, {**headers, "Host": self.headers["host"]})
            answer = line.getresponse()
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in _HOP_BY_HOP:
                    self.send_header(name, value)
            self.send_header("Connection", "close")
            self.end_headers()
            with contextlib.suppress(OSError):  # the browser went on to another page
                while piece := answer.read1(65536):
                    self.wfile.write(piece)
                    self.wfile.flush()
            line.close()
            self.close_connection = True

        do_GET = do_HEAD = do_POST = do_DELETE = relay  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as front:
        front.daemon_threads = True
        shown = Proxy(f"http://127.0.0.1:{front.server_port}{prefix}/")
        with running(front):
            yield shown
