"""api.remove.bg on your own machine: clients of remove.bg talk to your Cutaway, unchanged.

    python -m scripts.removebg_proxy --server http://127.0.0.1:7860 --folder removebg-proxy

opens two ports: one answers as api.remove.bg does, with a certificate of an authority that is made for you
alone; the other is a proxy, which leads api.remove.bg there and refuses every other host. It prints what to
set for clients. ``docs/removebg-clients.md`` tells which client needs what.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import ssl
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import trustme

HOST: Final = "api.remove.bg"

_HEAD_SECONDS: Final = 10
_PIECE: Final = 65_536

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def authority(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """The authority of a folder, made at the first call, and a certificate of it for api.remove.bg.

    Returns:
        The authority's certificate, for clients to trust, and what a server shows.
    """
    public, private = folder / "ca.pem", folder / "ca-key.pem"
    if public.is_file() and private.is_file():
        ca = trustme.CA.from_pem(public.read_bytes(), private.read_bytes())
    else:
        folder.mkdir(parents=True, exist_ok=True)
        ca = trustme.CA(organization_name="Cutaway, for api.remove.bg here")
        private.touch(mode=0o600)
        ca.private_key_pem.write_to_path(str(private))
        ca.cert_pem.write_to_path(str(public))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert(HOST).configure_cert(tls)
    return public, tls


async def piped(one: Streams, other: Streams) -> None:
    """Carry bytes both ways, until both ends are through."""

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(_PIECE):
                writer.write(data)
                await writer.drain()
            if writer.can_write_eof():
                writer.write_eof()
            else:
                writer.close()

    try:
        await asyncio.gather(carry(one[0], other[1]), carry(other[0], one[1]))
    finally:
        for _, writer in (one, other):
            writer.close()


class Gateway:
    """Both ports.

    Args:
        server: Cutaway's address.
        tls: the certificate to show.
    """

    def __init__(self, server: str, tls: ssl.SSLContext) -> None:
        where = urlsplit(server)
        self._secure = where.scheme == "https"
        self._where = where.hostname or "127.0.0.1", where.port or (443 if self._secure else 80)
        self._tls = tls
        self._tls_port = 0

    async def open(self, host: str, port: int, tls_port: int) -> tuple[int, int]:
        """Listen.

        Returns:
            The ports of the proxy and of api.remove.bg.
        """
        answering = await asyncio.start_server(self._answer, host, tls_port, ssl=self._tls)
        self._tls_port = answering.sockets[0].getsockname()[1]
        proxy = await asyncio.start_server(self._lead, host, port)
        self._servers = answering, proxy
        return proxy.sockets[0].getsockname()[1], self._tls_port

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Be api.remove.bg: hand what comes to Cutaway."""
        try:
            behind = await asyncio.open_connection(*self._where, ssl=self._secure or None)
        except OSError:
            writer.close()
            return
        await piped((reader, writer), behind)

    async def _lead(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Be a proxy that knows one host."""
        try:
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), _HEAD_SECONDS)
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            writer.close()
            return
        if not head.lower().startswith(f"connect {HOST}:443 ".encode()):
            writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            writer.close()
            return
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await piped((reader, writer), await asyncio.open_connection("127.0.0.1", self._tls_port))


async def run(options: argparse.Namespace) -> None:
    """Serve until stopped."""
    certificate, tls = authority(options.folder)
    gateway = Gateway(options.server, tls)
    proxy, port = await gateway.open("127.0.0.1", options.port, options.tls_port)
    trusted = certificate.absolute()
    print(f"{HOST} is answered at 127.0.0.1:{port}. For clients:", flush=True)
    for line in (
        f"HTTPS_PROXY=http://127.0.0.1:{proxy}",
        f"REQUESTS_CA_BUNDLE={trusted}",
        f"CURL_CA_BUNDLE={trusted}",
        f"SSL_CERT_FILE={trusted}",
        f"NODE_EXTRA_CA_CERTS={trusted}",
    ):
        print(f"export {line}", flush=True)
    await asyncio.Event().wait()


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m scripts.removebg_proxy")
    parser.add_argument("--server", default="http://127.0.0.1:7860", help="Cutaway's address")
    parser.add_argument(
        "--folder", type=Path, default=Path("removebg-proxy"), help="where the authority lies"
    )
    parser.add_argument("--port", type=int, default=8888, help="the proxy's")
    parser.add_argument(
        "--tls-port", type=int, default=8443, help=f"{HOST}'s; 443 with a line in the hosts file"
    )
    serving: Coroutine[Any, Any, None] = run(parser.parse_args())
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serving)


if __name__ == "__main__":
    main()
