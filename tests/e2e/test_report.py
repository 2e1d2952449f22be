"""The report of a batch, opened from the disk as who gets it by mail does: filters, order, no network."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from pipelines import save
from pipelines.batch.items import Item
from pipelines.batch.report import written
from pipelines.recipe import Output
from tests.e2e.test_access import overflow, problems
from tests.scenes import ball

pytestmark = pytest.mark.browser

HOSTILE = '"><script>alert(1)</script><img src="https://example.test/x.png">.jpg'


def item(number: int, name: str, **more: Any) -> Item:
    result = {
        **{"confidence": 0.99 - number / 100, "reasons": [], "broken": [], "size": [240, 160]},
        **{"networks": ["u2netp:309c8469258d"], "thumb": "small.webp"},
        **{"files": [{"path": f"{name}.png", "sha256": "f" * 64}], **more.pop("result", {})},
    }
    facts = {"sha256": str(number) * 64, "seconds": number / 2, "before": "small.webp"}
    facts["results"] = {"shop": result, "print": result}
    return Item(number, name, {}, "done", **{"facts": facts, **more})


ITEMS = [
    item(1, "shoes/a10.jpg", decision="accepted"),
    item(2, "shoes/a9.jpg", decision="excluded", changes={"model": "isnet", "strokes": [1]}),
    item(3, HOSTILE, result={"confidence": 0.6, "reasons": [{"code": "cut_off", "text": "cut off"}]}),
    item(4, "hats/b.jpg", result={"broken": ["The file is too small."]}),
    Item(5, "none.jpg", {}, "failed", code="image_unreadable", message="It can't be read."),
]


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    picture = save.encode(ball(240, 160).pixels, Output(format="webp"), icc=None, dpi=None)
    (folder / "small.webp").write_bytes(picture)
    path = folder / "report.html"
    path.write_bytes(written(ITEMS, path, folder))
    return path


@pytest.fixture(params=[(1280, "light"), (375, "dark")], ids=["desk", "phone"])
def opened(browser: Browser, report: Path, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The open page. Fails the test on whatever the console says, and on any request but for the file."""
    width, scheme = request.param
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("dialog", lambda dialog: wrong.append(dialog.message))
    page.on(
        "request", lambda asked: None if asked.url.startswith(("file:", "data:")) else wrong.append(asked.url)
    )
    page.goto(report.as_uri())
    yield page
    context.close()
    assert wrong == []


def shown(page: Page) -> list[str]:
    return page.locator("article:visible h2").all_text_contents()


def test_what_is_to_be_looked_at_comes_first(opened: Page) -> None:
    assert shown(opened) == ["none.jpg", "hats/b.jpg", HOSTILE, "shoes/a9.jpg", "shoes/a10.jpg"]
    assert opened.locator("article img").count() == 12
    decoded = "all => Promise.all(all.map(one => one.decode().then(() => one.naturalWidth)))"
    assert opened.locator("article img").evaluate_all(decoded) == [240] * 12


def test_filters_show_what_they_count(opened: Page) -> None:
    for name, expected in (
        ("1 Failed", ["none.jpg"]),
        ("1 Break a rule", ["hats/b.jpg"]),
        ("1 Cut off", [HOSTILE]),
        ("1 Accepted", ["shoes/a10.jpg"]),
        ("3 Undecided", ["none.jpg", "hats/b.jpg", HOSTILE]),
    ):
        button = opened.get_by_role("button", name=name)
        button.focus()
        opened.keyboard.press("Enter")
        expect(button).to_have_attribute("aria-pressed", "true")
        assert shown(opened) == expected
        expect(opened.get_by_role("status")).to_have_text(f"{len(expected)} of 5 shown")


def test_it_is_searched_and_put_in_order(opened: Page) -> None:
    opened.get_by_label("Order").select_option("by name")
    assert shown(opened)[1:] == ["hats/b.jpg", "none.jpg", "shoes/a9.jpg", "shoes/a10.jpg"]
    opened.get_by_role("searchbox").fill("SHOES")
    assert shown(opened) == ["shoes/a9.jpg", "shoes/a10.jpg"]


def test_details_are_there(opened: Page) -> None:
    card = opened.locator("article").filter(has_text="shoes/a9.jpg")
    card.get_by_text("Details").click()
    expect(card.get_by_text("model isnet, 1 stroke")).to_be_visible()
    expect(card.get_by_text("f" * 64).first).to_be_visible()


def test_it_has_no_barriers(opened: Page) -> None:
    for summary in opened.locator("summary").all():
        summary.click()
    assert problems(opened) == []
    assert overflow(opened) == 0


def test_on_paper_only_what_is_to_be_read(opened: Page) -> None:
    opened.emulate_media(media="print")
    expect(opened.get_by_role("searchbox")).to_be_hidden()
    expect(opened.locator("article")).to_have_count(5)
    expect(opened.locator("article").last).to_be_visible()
