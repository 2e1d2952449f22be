"""Sending a few bytes to an address that somebody named: nothing of the answer is read but its head."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

import httpcore
import httpx

from pipelines.errors import DownloadFailed
from server.fetching.network import CheckedNetwork, Resolve, SystemResolver
from server.fetching.policy import Place, UrlPolicy

_NEVER_REACHED: Final = (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException)


@dataclass(frozen=True)
class Reply:
    """How a receiver answered.

    Attributes:
        status: of HTTP. It is never followed where it leads on.
        retry_after: what the header of that name says; empty where there is none.
    """

    status: int
    retry_after: str = ""


class Poster:
    """Sends to web addresses that anyone may have named.

    Every request is new: no cookie, no password, no proxy of the environment, no connection kept.

    Args:
        policy: where to.
        seconds: time for a whole request.
        resolve: gives the addresses of a host; None asks the system.
        dialler: connects to addresses; None does so for real.
    """

    def __init__(
        self,
        policy: UrlPolicy,
        seconds: float,
        resolve: Resolve | None = None,
        dialler: httpcore.AsyncNetworkBackend | None = None,
    ) -> None:
        self._policy = policy
        self._seconds = seconds
        self._resolve = resolve or SystemResolver()
        self._dialler = dialler or httpcore.AnyIOBackend()
        self._trusted: ssl.SSLContext | None = None

    async def post(self, place: Place, headers: Mapping[str, str], body: bytes) -> Reply:
        """Send a body.

        Args:
            place: where to, judged by its form.
            headers: beside those that HTTP wants.
            body: the bytes.
        Raises:
            UrlNotAllowed: it leads into a network that may not be dialled.
            DownloadFailed: nobody answers.
        """
        try:
            async with asyncio.timeout(self._seconds):
                return await self._post(place, headers, body)
        except TimeoutError:
            raise DownloadFailed(f"There was no answer within {self._seconds:g} seconds.") from None
        except _NEVER_REACHED as error:
            raise DownloadFailed(f"The connection failed ({type(error).__name__}).") from None

    async def _post(self, place: Place, headers: Mapping[str, str], body: bytes) -> Reply:
        url = place.url
        target = httpcore.URL(scheme=url.scheme, host=place.host, port=place.port, target=url.raw_path)
        sent = [(b"Host", url.netloc), *((name.encode(), text.encode()) for name, text in headers.items())]
        sent.append((b"Content-Length", str(len(body)).encode()))
        network = CheckedNetwork(partial(self._policy.may_dial, place), self._resolve, self._dialler)
        if url.scheme == "https":
            self._trusted = self._trusted or httpx.create_ssl_context()
        async with (
            httpcore.AsyncConnectionPool(self._trusted, network_backend=network) as pool,
            pool.stream("POST", target, headers=sent, content=body) as response,
        ):
            found = dict(response.headers)
            found = {name.lower(): value for name, value in found.items()}
            return Reply(response.status, found.get(b"retry-after", b"").decode("latin-1").strip())
