"""Fetching one picture: redirects, time, bytes, and one clear error for all that can go wrong."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from functools import partial
from typing import Final, Self

import httpcore
import httpx

from pipelines.errors import Busy, DownloadFailed, ImageTooLarge, UrlInvalid, UrlsOff
from pipelines.settings import Settings
from server.fetching.network import CheckedNetwork, Resolve, SystemResolver
from server.fetching.policy import Place, UrlPolicy
from server.fetching.rules import HostRules

_REDIRECTS: Final = 3
_LEADING_ON: Final = frozenset({301, 302, 303, 307, 308})
_AT_ONCE: Final = 8
"""Pictures that are fetched at the same time; each may fill its limit of memory."""

_HEADERS: Final = ((b"Accept", b"image/*"), (b"Accept-Encoding", b"identity"), (b"User-Agent", b"Cutaway"))
_PLAIN: Final = frozenset({b"", b"identity"})


class Fetcher:
    """Fetches pictures from web addresses that anyone may have named.

    Every request is new: no cookie, no password, no proxy of the environment, no connection kept.

    Args:
        policy: what may be fetched; None for nothing.
        seconds: time for a whole fetch, redirects included.
        max_bytes: the largest picture.
        resolve: gives the addresses of a host; None asks the system.
        dialler: connects to addresses; None does so for real.
    """

    def __init__(
        self,
        policy: UrlPolicy | None,
        seconds: float,
        max_bytes: int,
        resolve: Resolve | None = None,
        dialler: httpcore.AsyncNetworkBackend | None = None,
    ) -> None:
        self._policy = policy
        self._seconds = seconds
        self._max_bytes = max_bytes
        self._resolve = resolve or SystemResolver()
        self._dialler = dialler or httpcore.AnyIOBackend()
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._trusted: ssl.SSLContext | None = None

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The fetcher that the settings ask for.

        Raises:
            SettingsError: the list of hosts can't be read.
        """
        rules = HostRules.of(settings.url_hosts)
        off = settings.urls == "off" or settings.offline
        policy = None if off else UrlPolicy(rules, everyone=settings.urls == "public")
        return cls(policy, settings.url_seconds, settings.url_bytes)

    async def fetch(self, url: str, *, max_bytes: int | None = None) -> bytes:
        """Fetch what lies at a web address, whole.

        Args:
            url: http or https.
            max_bytes: a smaller limit than the usual one.
        Raises:
            UrlsOff: nothing is fetched on this server.
            UrlInvalid: it is no web address.
            UrlNotAllowed: it, or where it leads, is not fetched.
            DownloadFailed: it did not arrive whole, in time and as a picture's plain bytes.
            ImageTooLarge: more bytes than the limit.
            Busy: others are fetching, and none of them was done in time.
        """
        if self._policy is None:
            raise UrlsOff("Pictures are not fetched from web addresses here. Send the file itself.")
        place = self._policy.place(url)
        limit = min(self._max_bytes, max_bytes or self._max_bytes)
        try:
            async with asyncio.timeout(self._seconds), self._slot():
                return await self._follow(self._policy, place, limit)
        except TimeoutError:
            raise DownloadFailed(f"This picture did not arrive within {self._seconds:g} seconds.") from None

    @contextlib.asynccontextmanager
    async def _slot(self) -> AsyncIterator[None]:
        """Wait for a turn, for half the time that a fetch has."""
        try:
            async with asyncio.timeout(self._seconds / 2):
                await self._slots.acquire()
        except TimeoutError:
            raise Busy("Too many pictures are being fetched just now. Try again shortly.") from None
        try:
            yield
        finally:
            self._slots.release()

    async def _follow(self, policy: UrlPolicy, place: Place, limit: int) -> bytes:
        """Fetch from a place, or from where it leads."""
        for _ in range(_REDIRECTS + 1):
            network = CheckedNetwork(partial(policy.may_dial, place), self._resolve, self._dialler)
            try:
                found = await self._ask(network, place, limit)
            except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException) as error:
                raise _failed(error) from None
            if isinstance(found, bytes):
                return found
            try:
                place = policy.place(place.url.join(found))
            except (UrlInvalid, httpx.InvalidURL, ValueError):
                raise DownloadFailed("This web address leads on to one that can't be read.") from None
        raise DownloadFailed(f"This web address leads on more than {_REDIRECTS} times.")

    async def _ask(self, network: CheckedNetwork, place: Place, limit: int) -> bytes | str:
        """Send one request; returns the body, or the address that it leads on to, relative to its own."""
        url = place.url
        target = httpcore.URL(scheme=url.scheme, host=place.host, port=place.port, target=url.raw_path)
        headers = [(b"Host", url.netloc), *_HEADERS]
        tls = self._tls() if url.scheme == "https" else None
        async with (
            httpcore.AsyncConnectionPool(tls, network_backend=network) as pool,
            pool.stream("GET", target, headers=headers) as response,
        ):
            if response.status in _LEADING_ON:
                return _header(response, b"location").decode("utf-8", "replace")
            if response.status != 200:
                raise DownloadFailed(
                    f"The server at this web address answered with status {response.status}."
                )
            return await _body(response, limit)

    def _tls(self) -> ssl.SSLContext:
        """What certificates are checked against: certifi's, or the file that SSL_CERT_FILE names."""
        self._trusted = self._trusted or httpx.create_ssl_context()
        return self._trusted


async def _body(response: httpcore.Response, limit: int) -> bytes:
    """Take in a body, counting; h11 raises when it ends before its announced length."""
    if _header(response, b"content-encoding").lower() not in _PLAIN:
        raise DownloadFailed(
            "The server at this web address sends the picture compressed, without being asked."
        )
    too_large = ImageTooLarge(f"The picture at this web address is larger than {limit / 1e6:g} MB.")
    if int(_header(response, b"content-length") or 0) > limit:  # h11 lets numbers through only
        raise too_large
    body = bytearray()
    async for chunk in response.aiter_stream():
        body += chunk
        if len(body) > limit:
            raise too_large
    if not body:
        raise DownloadFailed("There is nothing at this web address: the answer is empty.")
    return bytes(body)


def _header(response: httpcore.Response, name: bytes) -> bytes:
    """A header of an answer; all of them joined, as HTTP allows, and empty when there is none."""
    return b", ".join(value.strip() for key, value in response.headers if key.lower() == name)


def _failed(error: Exception) -> DownloadFailed:
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, ssl.SSLCertVerificationError):
        cause = cause.__cause__ or cause.__context__
    if cause is not None:
        return DownloadFailed("The server at this web address has no certificate that can be trusted.")
    if isinstance(error, httpcore.ProtocolError):
        return DownloadFailed("The picture at this web address did not arrive whole.")
    return DownloadFailed("The connection to the server at this web address failed.")
