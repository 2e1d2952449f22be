"""What may be fetched: the form of an address, its host and port, and what the host resolves to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import httpx

from pipelines.errors import UrlInvalid, UrlNotAllowed
from server.fetching.addresses import Address, is_public
from server.fetching.rules import USUAL_PORTS, HostRules, is_name, literal

_PORTS: Final = {"http": 80, "https": 443}
_LONGEST: Final = 8_192


@dataclass(frozen=True)
class Place:
    """An address that may be asked for, as far as its form tells.

    Attributes:
        url: without a fragment; its host is in lower-case ASCII and never ends in a dot.
        host: the same, without brackets.
        port: 1..65535.
        listed: whether the list of hosts names it.
    """

    url: httpx.URL
    host: str
    port: int
    listed: bool


class UrlPolicy:
    """Decides twice: before anything is asked for, and before an address is dialled.

    Args:
        rules: the list of hosts.
        everyone: whether public hosts that are not on the list may be asked, too.
    """

    def __init__(self, rules: HostRules, *, everyone: bool) -> None:
        self._rules = rules
        self._everyone = everyone

    def place(self, url: str | httpx.URL) -> Place:
        """Judge an address by its form.

        Raises:
            UrlInvalid: it is no web address.
            UrlNotAllowed: it is one that is not fetched.
        """
        parsed = _parsed(url)
        host = parsed.raw_host.decode("ascii")
        port = parsed.port or _PORTS[parsed.scheme]
        listed = self._rules.lists(host, port)
        if not listed and not self._everyone:
            raise UrlNotAllowed("Pictures are not fetched from this host. Send the file itself.")
        if not listed and port not in USUAL_PORTS:
            raise UrlNotAllowed("Pictures are fetched from the ports 80 and 443 only. Send the file itself.")
        return Place(parsed, host, port, listed)

    def may_dial(self, place: Place, address: Address) -> bool:
        """Whether an address that a place's host resolved to may be connected to."""
        return is_public(address) or (place.listed and self._rules.opens(address, place.port))


def _parsed(url: str | httpx.URL) -> httpx.URL:
    """An address of a form that is fetched.

    Raises:
        UrlInvalid: it is no web address.
        UrlNotAllowed: it is one that is not fetched.
    """
    if len(str(url)) > _LONGEST:
        raise UrlInvalid(f"This web address is longer than {_LONGEST} characters.")
    try:
        parsed = httpx.URL(url)
        parsed = parsed.copy_with(fragment=None, host=parsed.raw_host.decode("ascii").removesuffix("."))
    except (httpx.InvalidURL, ValueError):
        raise UrlInvalid("This is not a web address that can be read.") from None
    if parsed.scheme not in _PORTS:
        raise _wrong_scheme(parsed)
    host = parsed.raw_host.decode("ascii")  # parsed.host would fail for names that are no international ones
    if parsed.userinfo:
        raise UrlNotAllowed("A web address may hold no user name or password here.")
    if not host:
        raise UrlInvalid("This web address names no host.")
    if not is_name(host) and literal(host) is None:
        raise UrlNotAllowed("The host of this web address is neither a name nor a plain address.")
    if parsed.port is not None and not 0 < parsed.port < 65_536:
        raise UrlInvalid("The port of this web address is out of range.")
    return parsed


def _wrong_scheme(url: httpx.URL) -> UrlInvalid | UrlNotAllowed:
    if url.scheme:
        return UrlNotAllowed("Only addresses that begin with http or https are fetched.")
    return UrlInvalid("This is not a web address: it begins with neither http nor https.")
