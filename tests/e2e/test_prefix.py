"""The studio below a prefix, behind a proxy that strips it and behind one that does not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from tests.e2e.test_share import link
from tests.e2e.test_studio import download, on_crimson
from tests.proxy import Proxy, proxy
from tests.running import serving

pytestmark = [pytest.mark.browser, pytest.mark.weights]

PREFIX = "/tools/cutaway"


@pytest.fixture(scope="module")
def below(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(TMPDIR=str(tmp_path_factory.mktemp("tmp")), CUTAWAY_ROOT_PATH=f"{PREFIX}/") as address:
        yield address


@pytest.fixture(params=["stripping", "passing"])
def front(below: str, request: pytest.FixtureRequest) -> Iterator[Proxy]:
    with proxy(below, PREFIX, strip=request.param == "stripping") as front:
        yield front


@pytest.fixture
def page(browser: Browser, front: Proxy) -> Iterator[Page]:
    context = browser.new_context(accept_downloads=True)
    page = context.new_page()
    outside: list[str] = []

    def watch(request: Request) -> None:
        if not request.url.startswith((front.address.rstrip("/"), "data:", "blob:")):
            outside.append(request.url)

    page.on("request", watch)
    page.goto(front.address.rstrip("/"))
    page.get_by_text("Drop a photo here").wait_for()
    yield page
    context.close()
    assert outside == []
    assert set(front.strays) <= {"/favicon.ico"}  # browsers ask for it by themselves


def test_a_visit(page: Page, photo: Path, front: Proxy) -> None:
    on_crimson(page, photo)
    name, picture = download(page)
    assert (name, picture.size) == ("my ball.png", (1200, 800))
    page.get_by_text("Share with a client").click()
    address = link(page)
    assert address.startswith(f"{front.address}share/")
    page.goto(address)
    pictures = page.locator("img")
    expect(pictures.first).to_be_visible()
    assert pictures.first.evaluate("image => image.naturalWidth") > 0
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_role("status")).to_be_visible()
    assert page.url == f"{address}#answer"


def test_a_photo_of_a_batch_and_back(page: Page, photo: Path, front: Proxy) -> None:
    page.get_by_role("link", name="Batch").click()
    expect(page.get_by_role("heading", name="New batch")).to_be_visible()
    page.get_by_label("Choose photos").set_input_files(photo)
    page.locator("#model").select_option("fast")
    page.get_by_role("button", name="Start").click()
    card = page.locator(".card .open")
    card.focus()
    page.keyboard.press("t")
    expect(page.locator(".cw-batch-said")).to_contain_text("your changes are for this photo alone")
    assert page.url.startswith(f"{front.address}?job=")
    page.goto(page.url.replace("?", "de/?"))
    page.get_by_role("button", name="Für den Stapel behalten", exact=True).click()
    expect(card).to_be_focused()
    assert page.url.startswith(f"{front.address}batch#")


def test_another_language(page: Page, front: Proxy) -> None:
    page.goto(f"{front.address}de/")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    assert page.url == front.address
    (cookie,) = [one for one in page.context.cookies() if one["name"] == "cutaway-language"]
    assert cookie["path"] == PREFIX
