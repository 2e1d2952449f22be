"""Who really asks, where a proxy stands in front: believed only from proxies that were named."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_PREFIX: Final = 64
"""Bits of an IPv6 address that belong to a site; whoever has one has all of its addresses."""

_LONGEST: Final = 50
"""Addresses that are read of a chain of proxies."""


_FORWARDED: Final = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip")


class TrustedProxies:
    """Puts the address and the scheme that a proxy tells into the scope; what others tell stays unheard.

    Args:
        app: the application behind.
        proxies: addresses and networks of proxies to believe.
    """

    def __init__(self, app: ASGIApp, proxies: Sequence[str] = ()) -> None:
        self._app = app
        self._proxies: list[Network] = [ipaddress.ip_network(one) for one in proxies]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection (ASGI)."""
        client = scope.get("client")
        if scope["type"] == "http" and client and self._trusted(client[0]):
            headers = Headers(scope=scope)
            told = headers.get("x-forwarded-proto", "").rpartition(",")[2].strip().lower()
            scheme = told if told in ("http", "https") else scope["scheme"]
            address = self._asking(headers.getlist("x-forwarded-for")) or client[0]
            scope = {**scope, "client": (address, 0), "scheme": scheme}
        await self._app(scope, receive, send)

    def _asking(self, lines: Sequence[str]) -> str | None:
        """The last address that no proxy of ours has; what stands before it may be invented."""
        chain = [part.strip() for part in ",".join(lines).split(",")][-_LONGEST:]
        for told in reversed(chain):
            address = _address(told)
            if address is None:
                return None
            if not self._trusted(address):
                return address
        return None

    def _trusted(self, address: str) -> bool:
        known = _parsed(address)
        return known is not None and any(known in network for network in self._proxies)


def forwarded(headers: Headers) -> bool:
    """Whether a request says that it came through a proxy, believed or not."""
    return any(name in headers for name in _FORWARDED)


def peer_of(scope: Scope) -> str:
    """Who asks, as far as limits go: an IPv4 address, the network of an IPv6 one, else ``local``."""
    client = scope.get("client")
    address = _parsed(client[0]) if client else None
    if address is None:
        return "local"
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((address, _PREFIX), strict=False))


def _address(told: str) -> str | None:
    """An address, without the port and the brackets that some proxies add."""
    if told.startswith("["):
        told = told[1:].partition("]")[0]
    elif told.count(":") == 1:
        told = told.partition(":")[0]
    known = _parsed(told)
    return None if known is None else str(known)


def _parsed(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        known = ipaddress.ip_address(text)
    except ValueError:
        return None
    return (known.ipv4_mapped or known) if isinstance(known, ipaddress.IPv6Address) else known
