"""The page itself: it is there, it names no other host, and nothing can be done with it elsewhere."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import httpx
import pytest

LOADED = {"script": "src", "link": "href", "img": "src", "iframe": "src", "source": "src", "form": "action"}


class Loads(HTMLParser):
    """Collects the addresses that a browser loads by itself, and all style sheets."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.sheets: list[str] = []
        self.styles = ""
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag
        given = dict(attrs)
        self.styles += given.get("style") or ""
        address = given.get(LOADED.get(tag, ""))
        if address:
            self.addresses.append(address)
            if given.get("rel") == "stylesheet":
                self.sheets.append(address)

    def handle_data(self, data: str) -> None:
        if self._inside == "style":
            self.styles += data


@pytest.fixture(scope="module")
def page(client: httpx.Client) -> Loads:
    answer = client.get("/")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    loads = Loads()
    loads.feed(answer.text)
    return loads


@pytest.mark.parametrize("code", ["en", "de", "es", "fr"])
def test_it_says_its_language_first(client: httpx.Client, code: str) -> None:
    for path, encoding in (("/", "br"), ("/", "identity")):
        answer = client.get(path, headers={"Accept-Language": code, "Accept-Encoding": encoding})
        assert re.search(r'<html\s+lang="(\w+)"', answer.text, re.DOTALL)[1] == code  # type: ignore[index]
        assert f"value: '{code}'" in answer.text
        assert len(answer.content) > 50_000


def outside(css: str) -> list[str]:
    """Addresses of other hosts in a style sheet."""
    return re.findall(r"(?:url\(\s*['\"]?|@import\s+['\"])((?:https?:)?//[^'\")\s]+)", css)


def test_it_loads_from_nowhere_else(page: Loads) -> None:
    assert len(page.addresses) > 2
    assert [address for address in page.addresses if "//" in address] == []
    assert outside(page.styles) == []


def test_its_style_sheets_load_from_nowhere_else(client: httpx.Client, page: Loads) -> None:
    assert page.sheets
    config = client.get("/config").json()
    assert outside(config["css"] or "") == []
    assert [sheet for sheet in config["stylesheets"] if "//" in sheet] == []
    for sheet in [*page.sheets, "/theme.css"]:
        assert outside(client.get(sheet).text) == []


def test_the_check_for_other_hosts_finds_them() -> None:
    loads = Loads()
    loads.feed("<script src='https://a.example/x.js'></script><style>@import '//b.example/y.css'</style>")
    assert (loads.addresses, outside(loads.styles)) == (["https://a.example/x.js"], ["//b.example/y.css"])
    assert outside("a { src: url( 'http://c.example/f') }") == ["http://c.example/f"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/config"),
        ("GET", "/theme.css"),
        ("GET", "/studio/samples/coffee"),
        ("GET", "/studio/samples/coffee?thumb=1"),
        ("GET", "/studio/files/none"),
        ("GET", "/nowhere"),
        ("DELETE", "/"),
        ("POST", "/studio/photos"),
        ("POST", "/gradio_api/upload"),
        ("POST", "/gradio_api/queue/join"),
    ],
)
def test_every_answer_is_fenced_in(client: httpx.Client, method: str, path: str) -> None:
    headers = client.request(method, path).headers
    a_picture = headers["content-type"].startswith("image/")
    allowed = "sandbox; default-src 'none'" if a_picture else "default-src 'self'"
    assert headers["content-security-policy"].startswith(allowed)
    assert "frame-ancestors 'self'" in headers["content-security-policy"]
    assert headers["cross-origin-resource-policy"] == headers["cross-origin-opener-policy"] == "same-origin"
    assert "microphone=()" in headers["permissions-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "server" not in headers
    assert "access-control-allow-origin" not in headers


def test_refusals_below_the_routes_are_fenced_in_too(client: httpx.Client) -> None:
    foreign = client.post("/studio/photos", headers={"Origin": "https://evil.example"})
    large = client.post("/studio/photos", content=b"x" * 6_000_001)
    for answer in (foreign, large):
        assert "content-security-policy" in answer.headers
    assert (foreign.status_code, large.status_code) == (403, 413)


def test_files_may_run_nothing(client: httpx.Client, png: bytes) -> None:
    taken = client.post("/studio/photos", content=png).json()
    for name in (taken["id"], taken["preview"]):
        headers = client.get(f"/studio/files/{name}").headers
        assert headers["content-security-policy"] == "sandbox; default-src 'none'"
        assert headers["content-disposition"] == "inline"
        assert headers["x-content-type-options"] == "nosniff"


def test_samples_are_pictures(client: httpx.Client) -> None:
    whole, small = (client.get("/studio/samples/rocket", params=p) for p in ({}, {"thumb": "1"}))
    assert (whole.headers["content-type"], small.headers["content-type"]) == ("image/jpeg", "image/webp")
    assert len(small.content) < 20_000 < len(whole.content)
