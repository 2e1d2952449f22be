"""Which addresses belong to the public internet.

The tables follow IANA's registries of special-purpose addresses (RFC 6890 and its updates). They are
written down here because :mod:`ipaddress` knows more or fewer of them from one Python to the next.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Final

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_SPECIAL_4: Final = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",
        "100.64.0.0/10",  # carriers' own, and some clouds' metadata
        "127.0.0.0/8",
        "168.63.129.16/32",  # Azure's platform, answered by the machine's host
        "169.254.0.0/16",  # link-local, and clouds' metadata
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",  # relays of 6to4
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
)

_GLOBAL_6: Final = IPv6Network("2000::/3")
"""All that is given out as public; loopback, private, link-local and multicast lie outside."""

_SPECIAL_6: Final = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # Teredo, ORCHID, benchmarks
        "2001:db8::/32",
        "2002::/16",  # 6to4: leads to any IPv4 address
        "2620:4f:8000::/48",
        "3fff::/20",
    )
)

_NAT64: Final = IPv6Network("64:ff9b::/96")
"""An IPv4 address as networks without IPv4 reach it (RFC 6052)."""


def is_public(address: Address) -> bool:
    """Whether an address leads out to the public internet, and to no single network or machine.

    An IPv4 address inside an IPv6 one is judged by itself where that is a way to reach it.
    """
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _SPECIAL_4)
    if address.ipv4_mapped is not None:
        return is_public(address.ipv4_mapped)
    if address in _NAT64:
        return is_public(IPv4Address(int(address) & 0xFFFF_FFFF))
    return address in _GLOBAL_6 and not any(address in network for network in _SPECIAL_6)


def is_usable(address: Address) -> bool:
    """Whether an address can be one machine's at all; no list of hosts opens the others."""
    return not (address.is_multicast or address.is_unspecified)
