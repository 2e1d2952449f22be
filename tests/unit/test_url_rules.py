"""Which addresses are public, and how the list of hosts is read."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipelines.settings import SettingsError
from server.fetching.addresses import is_public
from server.fetching.rules import HostRules, is_name

V4 = st.integers(0, 2**32 - 1).map(IPv4Address)
V6 = st.one_of(
    st.integers(0, 2**128 - 1),
    st.integers(0, 2**125 - 1).map((2**125).__add__),  # within 2000::/3
    st.integers(0, 2**32 - 1).map((0x64FF9B << 96).__add__),
).map(IPv6Address)


@given(st.one_of(V4, V6))
@example(IPv4Address("192.88.99.1"))
@example(IPv6Address("2001:1::1"))
def test_nothing_is_public_that_python_knows_to_be_special(address: IPv4Address | IPv6Address) -> None:
    if is_public(address):
        assert not address.is_private
        assert not (address.is_multicast or address.is_loopback or address.is_link_local)
        assert not (address.is_reserved and int(address) >> 32 != 0x64FF9B << 64)


@given(V4)
def test_an_address_in_an_address_is_judged_by_itself(inner: IPv4Address) -> None:
    for prefix in (0xFFFF << 32, 0x64FF9B << 96):
        assert is_public(IPv6Address(prefix + int(inner))) == is_public(inner)
    for prefix in (0, 0x2002 << 112, 0xFE80_0000_0000_0000_0000_5EFE << 32):  # compatible, 6to4, link-local
        assert not is_public(IPv6Address(prefix + int(inner)))


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "1.1.1.1", "93.184.215.14", "2606:4700::1111", "2a00:1450::200e"]
)
def test_the_internet_is_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    ("rules", "host", "port", "listed"),
    [
        ("a.example", "a.example", 80, True),
        ("a.example", "a.example", 443, True),
        ("a.example", "a.example", 8000, False),
        ("a.example:8000", "a.example", 8000, True),
        ("a.example:8000", "a.example", 80, False),
        ("A.Example", "a.example", 80, True),
        ("a.example", "b.a.example", 80, False),
        ("*.a.example", "b.a.example", 80, True),
        ("*.a.example", "c.b.a.example", 80, True),
        ("*.a.example", "a.example", 80, False),
        ("*.a.example", "xa.example", 80, False),
        ("bücher.example", "xn--bcher-kva.example", 80, True),
        ("intranet", "intranet", 80, True),
        ("10.1.0.0/16", "10.1.2.3", 80, True),
        ("10.1.0.0/16", "10.2.0.1", 80, False),
        ("10.1.0.0/16:8000", "10.1.2.3", 8000, True),
        ("127.0.0.1:8000", "127.0.0.1", 8000, True),
        ("::1", "::1", 80, True),
        ("[::1]:8000", "::1", 8000, True),
        ("[::1]", "0:0::1", 80, True),
        ("fd00::/8", "fd12::1", 443, True),
        ("[fd00::/8]:8000", "fd12::1", 8000, True),
        ("127.0.0.1", "::ffff:127.0.0.1", 80, False),
        ("a.example,b.example\nc.example", "c.example", 80, True),
        ("", "a.example", 80, False),
    ],
)
def test_the_list(rules: str, host: str, port: int, listed: bool) -> None:
    assert HostRules.of(rules).lists(host, port) is listed


NOTHING = "http://a.example a.example/x * *. a.*.example a.example:0 a.example:99999 10.1.0.0/40 127.1 0x7f.1"
NOTHING += " a..example user@a.example 10.1.0.1/16 [a.example a.example: -a.example []:80 xn--"


@pytest.mark.parametrize("entry", NOTHING.split())
def test_entries_that_mean_nothing(entry: str) -> None:
    with pytest.raises(SettingsError, match="CUTAWAY_URL_HOSTS"):
        HostRules.of(f"a.example, {entry}")


@pytest.mark.parametrize(
    "host", ["a", "a-b.example", "_x.example", "1a.example", "1.example", "xn--bcher-kva.de"]
)
def test_names(host: str) -> None:
    assert is_name(host)


@pytest.mark.parametrize(
    "host", ["", "1", "127.1", "a.1", "a.0x1f", "0x", ".a", "a.", "a b", "a%20b", "a" * 64]
)
def test_no_names(host: str) -> None:
    assert not is_name(host)
