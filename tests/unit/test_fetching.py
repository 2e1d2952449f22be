"""Fetching pictures by web address: nothing but what is allowed is dialled, and what arrives is whole."""

from __future__ import annotations

import asyncio
import gzip
import ssl
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
import trustme

from pipelines.errors import (
    Busy,
    CutawayError,
    DownloadFailed,
    ImageTooLarge,
    UrlInvalid,
    UrlNotAllowed,
    UrlsOff,
)
from pipelines.settings import Settings
from server.fetching import Fetcher
from server.fetching.network import SystemResolver
from server.fetching.policy import UrlPolicy
from server.fetching.rules import HostRules
from tests.websites import PUBLIC, LeadingNetwork, Website, website

LIMIT = 3_000_000
SITE = "http://pictures.example"


@dataclass
class Names:
    """A name server that gives its answers in turn, the last one for ever."""

    answers: dict[str, list[list[str]]]

    async def __call__(self, host: str) -> Sequence[str]:
        if host not in self.answers:
            raise OSError("no such host")
        turns = self.answers[host]
        return turns.pop(0) if len(turns) > 1 else turns[0]


@dataclass
class World:
    """A public site, a server that nobody should reach, and a network that leads to both."""

    site: Website
    canary: Website
    network: LeadingNetwork
    names: Names

    def fetch(
        self,
        url: str,
        *,
        hosts: str = "",
        everyone: bool = True,
        seconds: float = 10,
        limit: int | None = None,
    ) -> bytes:
        policy = UrlPolicy(HostRules.of(hosts), everyone=everyone)
        fetcher = Fetcher(policy, seconds, LIMIT, self.names, self.network)
        return asyncio.run(fetcher.fetch(url, max_bytes=limit))


@pytest.fixture(scope="module")
def sites() -> Iterator[tuple[Website, Website]]:
    with website() as site, website() as canary:
        yield site, canary


@pytest.fixture
def world(sites: tuple[Website, Website]) -> Iterator[World]:
    site, canary = sites
    site.answers.clear()
    site.asked.clear()
    names = Names({"pictures.example": [[PUBLIC]]})
    yield World(site, canary, LeadingNetwork({PUBLIC: site.port}, canary.port), names)
    assert canary.asked == []


def test_a_picture_arrives(world: World) -> None:
    world.site.says("/a.png?size=2", b"picture", Content_Length="7")
    assert world.fetch(f"{SITE}/a.png?size=2#part") == b"picture"
    (head,) = world.site.asked
    assert head.lower().splitlines()[:5] == [
        "get /a.png?size=2 http/1.1",
        "host: pictures.example",
        "accept: image/*",
        "accept-encoding: identity",
        "user-agent: cutaway",
    ]
    assert world.network.dialled == [PUBLIC]


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


LEADS = [
    "http://127.0.0.1/",
    "//127.0.0.1/",
    "http://[::1]/",
    "http://169.254.169.254/latest/meta-data",
    "http://localhost:80/",
    "http://pictures.example:8080/",
    "http://user:secret@pictures.example/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:70/_x",
    "ftp://pictures.example/a.png",
    "data:image/png;base64,AAAA",
]


@pytest.mark.parametrize(
    "status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"]
)
@pytest.mark.parametrize("lead", LEADS)
def test_redirects_are_judged_again(world: World, lead: str, status: str) -> None:
    world.names.answers["localhost"] = [["127.0.0.1"]]
    world.site.says("/", b"", status=status, Location=lead)
    with pytest.raises(UrlNotAllowed):
        world.fetch(SITE)
    assert len(world.site.asked) == 1


def test_three_redirects_are_followed(world: World) -> None:
    for turn in range(4):
        world.site.says(f"/{turn}", b"", status="302 Found", Location=f"{turn + 1}", Set_Cookie="a=b")
    world.site.says("/4", b"picture")
    assert world.fetch(f"{SITE}/1") == b"picture"
    assert not any("cookie" in head.lower() or "referer" in head.lower() for head in world.site.asked)
    with pytest.raises(DownloadFailed, match="more than 3 times"):
        world.fetch(f"{SITE}/0")
    assert len(world.site.asked) == 8


@pytest.mark.parametrize("lead", [None, "http://[::1", "http://xn--/", "http://", "/\x00", "http://a b/"])
def test_a_redirect_to_nowhere(world: World, lead: str | None) -> None:
    headers = {} if lead is None else {"Location": lead}
    world.site.says("/", b"", status="302 Found", **headers)
    with pytest.raises((DownloadFailed, UrlNotAllowed)):
        world.fetch(SITE)


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


def test_a_host_that_nobody_knows(world: World) -> None:
    with pytest.raises(DownloadFailed, match="not known"):
        world.fetch("http://nowhere.example/")


def test_a_server_that_does_not_answer(world: World) -> None:
    world.names.answers["pictures.example"] = [[PUBLIC, "93.184.215.15"]]
    with website() as gone:
        pass
    world.network = LeadingNetwork({}, gone.port)
    with pytest.raises(DownloadFailed, match="does not answer"):
        world.fetch(SITE)
    assert world.network.dialled == [PUBLIC, "93.184.215.15"]


def test_off_is_off_and_the_default(world: World) -> None:
    for settings in (Settings(), Settings(urls="public", offline=True)):
        with pytest.raises(UrlsOff):
            asyncio.run(Fetcher.of(settings).fetch(SITE))


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


HEAD = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    "head", [HEAD + b"X: ", HEAD + b"\r\n", HEAD + b"Content-Length: 9999\r\n\r\n", b"HTTP"]
)
def test_a_drip_ends_in_time(world: World, head: bytes) -> None:
    world.site.drips("/", head)
    begun = time.monotonic()
    with pytest.raises(DownloadFailed, match=r"within 0\.3 seconds"):
        world.fetch(SITE, seconds=0.3)
    assert time.monotonic() - begun < 5


def test_an_endless_body_is_cut_off(world: World) -> None:
    def endless() -> Iterator[bytes]:
        yield HEAD + b"\r\n"
        while not world.site.ended.is_set():
            yield b"x" * 65_536

    world.site.answers["/"] = endless
    with pytest.raises(ImageTooLarge, match="larger than 3 MB"):
        world.fetch(SITE)
    with pytest.raises(ImageTooLarge, match=r"larger than 0\.1 MB"):
        world.fetch(SITE, limit=100_000)


def test_what_is_announced_as_too_large_is_not_read(world: World) -> None:
    world.site.drips("/", HEAD + b"Content-Length: 3000001\r\n\r\n")
    with pytest.raises(ImageTooLarge):
        world.fetch(SITE)


@pytest.mark.parametrize("length", ["0", "5, 6", "-1", "1e3", "9" * 5_000, "12"])
def test_a_length_that_lies(world: World, length: str) -> None:
    world.site.says("/", b"picture", Content_Length=length)
    with pytest.raises((DownloadFailed, ImageTooLarge)):
        world.fetch(SITE)


def test_more_than_was_announced_is_not_read(world: World) -> None:
    world.site.says("/", b"picture" + b"x" * 100_000, Content_Length="7")
    assert world.fetch(SITE) == b"picture"


@pytest.mark.parametrize("chunked", [False, True])
def test_two_megabytes_in_twenty_pieces_arrive_whole(world: World, chunked: bool) -> None:
    pieces = [bytes([number]) * 100_000 for number in range(20)]
    if chunked:
        framed = [b"186a0\r\n" + piece + b"\r\n" for piece in pieces]
        world.site.says("/", *framed, b"0\r\n\r\n", Transfer_Encoding="chunked")
    else:
        world.site.says("/", *pieces, Content_Length="2000000")
    assert world.fetch(SITE) == b"".join(pieces)
    assert world.fetch(SITE, limit=2_000_000) == b"".join(pieces)


def test_a_chunked_body_that_ends_early(world: World) -> None:
    world.site.says("/", b"186a0\r\n", b"x" * 50_000, Transfer_Encoding="chunked")
    with pytest.raises(DownloadFailed, match="whole"):
        world.fetch(SITE)


def test_nothing_is_unpacked(world: World) -> None:
    bomb = gzip.compress(bytes(50_000_000))
    for encoding in ("gzip", "br", "identity, gzip", "GZIP"):
        world.site.says("/", bomb, Content_Encoding=encoding, Content_Length=str(len(bomb)))
        with pytest.raises(DownloadFailed, match="compressed"):
            world.fetch(SITE)
    world.site.says("/", bomb, Transfer_Encoding="gzip")
    with pytest.raises(DownloadFailed):
        world.fetch(SITE)
    world.site.says("/", bomb, Content_Encoding="identity")
    assert world.fetch(SITE) == bomb


@pytest.mark.parametrize(
    "status", ["404 Not Found", "204 No Content", "206 Partial Content", "401 No", "500 Oh"]
)
def test_other_answers(world: World, status: str) -> None:
    world.site.says("/", b"picture", status=status)
    with pytest.raises(DownloadFailed, match=f"status {status[:3]}"):
        world.fetch(SITE)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\r\n\r\n",
        b"SSH-2.0-x\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 50_000,
    ],
)
def test_what_is_no_answer(world: World, raw: bytes) -> None:
    world.site.answers["/"] = lambda: [raw]
    with pytest.raises(DownloadFailed):
        world.fetch(SITE)


def test_the_environment_names_no_proxy(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{world.canary.port}")
    world.site.says("/", b"picture")
    assert world.fetch(SITE) == b"picture"


def test_who_waits_too_long_is_told_so(world: World) -> None:
    world.site.drips("/", HEAD + b"\r\n")
    policy = UrlPolicy(HostRules.of(""), everyone=True)

    async def many() -> list[bytes | BaseException]:
        fetcher = Fetcher(policy, 0.3, LIMIT, world.names, world.network)
        return await asyncio.gather(*(fetcher.fetch(SITE) for _ in range(12)), return_exceptions=True)

    told = [type(outcome) for outcome in asyncio.run(many())]
    assert (told.count(DownloadFailed), told.count(Busy)) == (8, 4)


def test_errors_tell_no_secrets(world: World) -> None:
    world.site.says("/secret", b"", status="404 Not Found")
    for url in (f"{SITE}/secret?key=secret", "http://10.0.0.1/secret", "http://secret/", "secret:secret"):
        with pytest.raises(CutawayError) as caught:
            world.fetch(url)
        assert "secret" not in caught.value.message
        assert "/" not in caught.value.message


def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *names: str) -> ssl.SSLContext:
    """A server's certificate for some names, of an authority that this process trusts."""
    ca = trustme.CA()
    ca.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert(*names).configure_cert(tls)
    return tls


def test_certificates_are_for_the_name_that_was_asked(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with website(authority(tmp_path, monkeypatch, "pictures.example")) as secure:
        secure.says("/", b"picture")
        world.network = LeadingNetwork({PUBLIC: secure.port}, world.canary.port)
        world.names.answers["other.example"] = [[PUBLIC]]
        assert world.fetch("https://pictures.example/") == b"picture"
        for wrong in ("https://other.example/", f"https://{PUBLIC}/"):
            with pytest.raises(DownloadFailed, match="certificate"):
                world.fetch(wrong)
        monkeypatch.delenv("SSL_CERT_FILE")
        with pytest.raises(DownloadFailed, match="certificate"):
            world.fetch("https://pictures.example/")
