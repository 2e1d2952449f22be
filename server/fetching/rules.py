"""The list of hosts that the person who runs the server gives: ``CUTAWAY_URL_HOSTS``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Final, Self

import httpx

from pipelines.settings import SettingsError
from server.fetching.addresses import Address, Network, is_usable

USUAL_PORTS: Final = frozenset({80, 443})

_NAME: Final = re.compile(
    r"(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*"
)
_NUMBER: Final = re.compile(r"(\d+|0x[0-9a-f]*)")
_ENTRY: Final = re.compile(r"(\[(?P<inner>[^\[\]]+)\]|(?P<host>[^\[\]:]+))(:(?P<port>\d{1,5}))?")
_NOT_IN_NAMES: Final = re.compile(r"[/@?#%\\]")


def is_name(host: str) -> bool:
    """Whether a lower-case ASCII host is a name; ``127.1`` and ``0x7f.1`` are numbers in disguise."""
    return bool(_NAME.fullmatch(host)) and not _NUMBER.fullmatch(host.rpartition(".")[2])


def literal(host: str) -> Address | None:
    """The address that a host stands for by itself, if it is one and no name."""
    try:
        return ip_address(host)
    except ValueError:
        return None


@dataclass(frozen=True)
class Entry:
    """One entry of the list: a name, or a network, and its ports.

    Attributes:
        name: lower-case ASCII; ``*.`` before it stands for everything below it.
        network: addresses; a single one is a network of one.
        port: the only one meant; None for the usual ones.
    """

    name: str | None
    network: Network | None
    port: int | None

    def names(self, host: str) -> bool:
        """Whether a host of an address is meant."""
        if self.name is not None:
            return host.endswith(self.name[1:]) if self.name.startswith("*.") else host == self.name
        address = literal(host)
        return address is not None and self.holds(address)

    def takes(self, port: int) -> bool:
        """Whether a port of an address is meant."""
        return port in USUAL_PORTS if self.port is None else port == self.port

    def holds(self, address: Address) -> bool:
        """Whether an address lies in the entry's network."""
        return self.network is not None and is_usable(address) and address in self.network


@dataclass(frozen=True)
class HostRules:
    """The list as a whole."""

    entries: tuple[Entry, ...]

    @classmethod
    def of(cls, text: str, setting: str = "CUTAWAY_URL_HOSTS") -> Self:
        """Read the list, its entries set apart by commas or blanks.

        Args:
            text: the list.
            setting: where it comes from.
        Raises:
            SettingsError: an entry is neither a name nor an address nor a network.
        """
        return cls(tuple(_entry(part, setting) for part in re.split(r"[,\s]+", text) if part))

    def lists(self, host: str, port: int) -> bool:
        """Whether an address with this host and port may be asked for.

        Args:
            host: lower-case ASCII, without brackets.
            port: 1..65535.
        """
        return any(entry.names(host) and entry.takes(port) for entry in self.entries)

    def opens(self, address: Address, port: int) -> bool:
        """Whether an address that is not public may be dialled for a host that is listed.

        Args:
            address: what the host's name was resolved to.
            port: decides only against an entry that names another.
        """
        return any(entry.holds(address) and entry.port in (None, port) for entry in self.entries)


def _entry(text: str, setting: str) -> Entry:
    whole = _network(text)  # before a port is looked for: IPv6 is full of colons
    if whole is not None:
        return Entry(None, whole, None)
    found = _ENTRY.fullmatch(text)
    if found:
        network, name = _network(found["inner"] or found["host"]), _name(found["host"])
        port = None if found["port"] is None else int(found["port"])
        if (network is not None or name is not None) and (port is None or 0 < port < 65_536):
            return Entry(name, network, port)
    raise SettingsError(
        f"{setting}: {text!r} is neither a host name nor an address nor a network. "
        "Write for example: pictures.example.com, *.cdn.example.com, 10.1.0.0/16, 127.0.0.1:8000."
    )


def _network(text: str) -> Network | None:
    try:
        return ip_network(text)
    except ValueError:
        return None


def _name(text: str | None) -> str | None:
    """A name in the form that addresses are compared in; None for what is none."""
    if text is None or _NOT_IN_NAMES.search(text):
        return None
    below = "*." if text.startswith("*.") else ""
    try:
        host = httpx.URL(f"http://{text.removeprefix(below)}").raw_host.decode("ascii")
    except (httpx.InvalidURL, ValueError):
        return None
    return below + host if is_name(host) else None
