"""Nothing but what is allowed is dialled, whatever the address looks like and wherever its name leads."""

from __future__ import annotations

import asyncio

import pytest

from pipelines.errors import UrlInvalid, UrlNotAllowed
from server.fetching import Fetcher
from server.fetching.network import SystemResolver
from server.fetching.policy import UrlPolicy
from server.fetching.rules import HostRules
from tests.unit.fetching.world import LIMIT, SITE, World
from tests.websites import PUBLIC, LeadingNetwork

HIDDEN = [
    "127.0.0.1",
    "127.1",
    "127.0.1",
    "0",
    "0.0.0.0",
    "0x7f.1",
    "0x7f000001",
    "0x7f.0x0.0x0.0x1",
    "2130706433",
    "017700000001",
    "127.0.0.1.",
    "127.255.255.254",
    "[::1]",
    "[::]",
    "[0:0:0:0:0:0:0:1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[64:ff9b::10.0.0.1]",
    "[64:ff9b:1::808:808]",
    "[2002:7f00:1::]",
    "[2001:0:7f00:1::]",
    "[fe80::1]",
    "[fe80::1%lo]",
    "[fe80::1%25lo]",
    "[fc00::1]",
    "[fd00:ec2::254]",
    "[fec0::1]",
    "[ff02::1]",
    "[2001:db8::1]",
    "10.0.0.1",
    "100.64.0.1",
    "100.100.100.200",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "localhost",
    "localhost.",
    "LOCALHOST",
    "user@127.0.0.1",
    "user:secret@pictures.example",
    "pictures.example@127.0.0.1",
    "pictures.example\\@127.0.0.1",
    "127.0.0.1%2f@pictures.example",
    "pictures.example:22",
    "127.0.0.1:443",
    "127。0。0。1",
    "xn--",
    "pictures..example",
    "pictures%20.example",
]


@pytest.mark.parametrize("host", HIDDEN)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_what_is_not_public_is_not_dialled(world: World, host: str, scheme: str) -> None:
    policy = UrlPolicy(HostRules.of(""), everyone=True)
    fetcher = Fetcher(policy, 10, LIMIT, SystemResolver(), world.network)
    with pytest.raises(UrlNotAllowed):
        asyncio.run(fetcher.fetch(f"{scheme}://{host}/a.png"))
    assert world.network.dialled == []


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.7", "::1", "::ffff:169.254.169.254", "fe80::1%eth0", "64:ff9b::a00:1", "0.0.0.0"],
)
def test_names_that_lead_inside_are_not_dialled(world: World, address: str) -> None:
    world.names.answers["pictures.example"] = [[address]]
    with pytest.raises(UrlNotAllowed, match="leads into a network"):
        world.fetch(f"{SITE}/a.png")
    assert world.network.dialled == []


def test_only_the_public_ones_of_several_addresses_are_dialled(world: World) -> None:
    world.site.says("/", b"picture")
    world.names.answers["pictures.example"] = [["10.0.0.1", "::1", PUBLIC]]
    assert world.fetch(SITE) == b"picture"
    assert world.network.dialled == [PUBLIC]


def test_a_name_may_change_its_address_and_gain_nothing(world: World) -> None:
    world.site.says("/", b"", status="302 Found", Location="/again")
    world.names.answers["pictures.example"] = [[PUBLIC], ["127.0.0.1"]]
    with pytest.raises(UrlNotAllowed):
        world.fetch(SITE)
    assert world.network.dialled == [PUBLIC]
    # and within one request nobody asks the name server again: the address that was judged is dialled
    world.names.answers["pictures.example"] = [[PUBLIC], ["127.0.0.1"]]
    world.site.says("/", b"picture")
    assert world.fetch(SITE) == b"picture"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "a.png",
        "pictures.example/a.png",
        "//pictures.example/a.png",
        "http://",
        "http:///a.png",
        "http:/pictures.example/",
        "http://[::1",
        "http://①②⑦.⓪.⓪.①/",
        "http://0177.0.0.1/",
        "http://pictures.example:0x50/",
        "http://pictures.example/\r\nX-Injected: 1",
        "http://pictures.example:99999/",
        "http://pictures.example/" + "a" * 9_000,
    ],
)
def test_what_is_no_web_address(world: World, url: str) -> None:
    with pytest.raises(UrlInvalid):
        world.fetch(url)
    assert world.network.dialled == []


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "gopher://pictures.example/_x",
        "ftp://pictures.example/",
        "data:,x",
        "javascript:0",
    ],
)
def test_other_schemes(world: World, url: str) -> None:
    with pytest.raises(UrlNotAllowed, match="http or https"):
        world.fetch(url)


def test_only_listed_hosts(world: World) -> None:
    world.site.says("/", b"picture")
    assert world.fetch(SITE, hosts="other.example, pictures.example", everyone=False) == b"picture"
    assert world.fetch("http://Pictures.Example./", hosts="*.example", everyone=False) == b"picture"
    for hosts in ("", "example", "pictures.example:8080", "*.pictures.example", PUBLIC, "ictures.example"):
        with pytest.raises(UrlNotAllowed, match="this host"):
            world.fetch(SITE, hosts=hosts, everyone=False)


@pytest.mark.parametrize("hosts", ["127.0.0.1:{}", "127.0.0.0/8:{}", "localhost:{} 127.0.0.1"])
def test_a_listed_place_inside(world: World, hosts: str) -> None:
    world.names.answers["localhost"] = [["127.0.0.1"]]
    world.site.says("/a.png", b"picture")
    world.network = LeadingNetwork({"127.0.0.1": world.site.port}, world.canary.port)
    host = hosts.partition(":")[0].replace("127.0.0.0/8", "127.9.9.9").replace("127.9.9.9", "127.0.0.1")
    for everyone in (True, False):
        url = f"http://{host}:{world.site.port}/a.png"
        assert world.fetch(url, hosts=hosts.format(world.site.port), everyone=everyone) == b"picture"


def test_a_name_that_is_not_listed_reaches_no_listed_place_inside(world: World) -> None:
    world.names.answers["pictures.example"] = [["10.1.0.1"]]
    with pytest.raises(UrlNotAllowed):
        world.fetch(SITE, hosts="10.0.0.0/8")
    with pytest.raises(UrlNotAllowed):
        world.fetch(SITE, hosts="pictures.example")  # nor does a listed name reach an unlisted one
    with pytest.raises(UrlNotAllowed):
        world.fetch(SITE, hosts="pictures.example 10.0.0.0/8:8080")
    assert world.network.dialled == []


def test_no_list_opens_what_is_no_single_machine(world: World) -> None:
    for host in ("0.0.0.0", "224.0.0.1", "[::]", "[ff02::1]"):
        with pytest.raises(UrlNotAllowed):
            world.fetch(f"http://{host}/", hosts="0.0.0.0/0 ::/0")
    assert world.network.dialled == []
