"""The network as the fetcher sees it: names are resolved here, and what was checked is what is dialled."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from ipaddress import ip_address
from typing import Final

import httpcore

from pipelines.errors import DownloadFailed, UrlNotAllowed
from server.fetching.addresses import Address
from server.fetching.rules import literal

Resolve = Callable[[str], Awaitable[Sequence[str]]]
"""Gives a host's addresses, as text, the best first; raises OSError when there are none."""

_LOOKUPS: Final = 8
_TRIED: Final = 4
"""Of a host's addresses, so many are tried."""

_CONNECT_SECONDS: Final = 4.0
"""For each of them: one that does not answer leaves time for the next."""


class SystemResolver:
    """Asks the system, in threads of its own: a slow name server holds up nothing but other look-ups."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_LOOKUPS, "resolve")

    async def __call__(self, host: str) -> list[str]:
        """The addresses of a host (see :data:`Resolve`)."""
        loop = asyncio.get_running_loop()
        find = partial(socket.getaddrinfo, host, None, type=socket.SOCK_STREAM)
        found = await loop.run_in_executor(self._threads, find)
        return list(dict.fromkeys(str(where[0]) for *_, where in found))


class CheckedNetwork(httpcore.AsyncNetworkBackend):
    """Connects to addresses that may be dialled, and to no name: what is checked can't change in between.

    Args:
        may_dial: judges an address.
        resolve: gives the addresses of a name.
        dialler: connects to an address.
    """

    def __init__(
        self, may_dial: Callable[[Address], bool], resolve: Resolve, dialler: httpcore.AsyncNetworkBackend
    ) -> None:
        self._may_dial = may_dial
        self._resolve = resolve
        self._dialler = dialler

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to a host (httpcore's interface).

        Raises:
            UrlNotAllowed: none of its addresses may be dialled.
            DownloadFailed: it has none, or none answers.
        """
        addresses = await self._addresses(host)
        permitted = [address for address in addresses if self._may_dial(address)]
        if not permitted:
            raise UrlNotAllowed("This web address leads into a network that nothing is fetched from.")
        seconds = _CONNECT_SECONDS if timeout is None else min(timeout, _CONNECT_SECONDS)
        for address in permitted[:_TRIED]:
            try:
                return await self._dialler.connect_tcp(
                    str(address), port, seconds, local_address, socket_options
                )
            except (httpcore.NetworkError, httpcore.TimeoutException):
                continue
        raise DownloadFailed("The server at this web address does not answer.")

    async def _addresses(self, host: str) -> list[Address]:
        address = literal(host)
        if address is not None:
            return [address]
        try:
            return [ip_address(text) for text in await self._resolve(host)]
        except (OSError, UnicodeError):
            raise DownloadFailed("The host of this web address is not known.") from None
