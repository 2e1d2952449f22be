"""Where an address leads on to is judged as the address itself, and not followed for ever."""

from __future__ import annotations

import pytest

from pipelines.errors import DownloadFailed, UrlNotAllowed
from tests.unit.fetching.world import SITE, World

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
