"""Fetching a picture: how it asks, whom it trusts, and what it says when it comes to nothing."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path

import pytest
import trustme

from pipelines.errors import Busy, CutawayError, DownloadFailed, UrlsOff
from pipelines.settings import Settings
from server.fetching import Fetcher
from server.fetching.policy import UrlPolicy
from server.fetching.rules import HostRules
from tests.unit.fetching.world import HEAD, LIMIT, SITE, World
from tests.websites import PUBLIC, LeadingNetwork, website


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
