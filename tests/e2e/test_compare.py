"""Several models side by side on one photo."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from pipelines.samples import sample_path
from tests.e2e.test_access import SIZES, overflow, problems
from tests.e2e.test_studio import finished, on_crimson

pytestmark = [pytest.mark.browser, pytest.mark.weights]


@pytest.fixture
def window(page: Page) -> Locator:
    """The window, open, with a photo on the stage that Fast cut out."""
    on_crimson(page, sample_path("coffee"))
    page.get_by_role("button", name="Compare models").click()
    window = page.get_by_role("dialog", name="Compare models")
    expect(window.get_by_role("checkbox", name="Fast")).to_be_checked()
    return window


def only(window: Locator, *names: str) -> None:
    """Tick these models and no others."""
    for box in window.get_by_role("checkbox").all():
        box.set_checked(False)
    for name in names:
        window.get_by_role("checkbox", name=name, exact=True).check()


def compared(window: Locator, count: int) -> None:
    """Wait until so many models gave a result."""
    window.get_by_role("button", name="Compare", exact=True).click()
    expect(window.locator(".cw-pane:not(.is-waiting)")).to_have_count(count)
    for cut in window.get_by_role("img").all():
        expect(cut).to_have_js_property("complete", value=True)
        assert cut.evaluate("cut => cut.naturalWidth") == 600


def test_models_are_compared_and_one_is_used_and_undone(page: Page, window: Locator) -> None:
    only(window, "Fast", "U²-Net small", "Portrait")
    compared(window, 3)
    panes = window.get_by_role("listitem")
    expect(panes).to_have_text(
        [re.compile(rf"^{name}\s*\d+\.\d s · ") for name in ("Fast", "Portrait", "U²-Net small")]
    )
    for behind in window.locator(".cw-pane-behind").all():
        expect(behind).to_have_css("background-color", "rgb(220, 20, 60)")
    window.get_by_role("radio", name="Checkerboard").check()
    expect(window.locator(".cw-pane-behind").first).to_be_hidden()
    expect(panes.nth(0).get_by_role("button")).to_be_disabled()
    window.get_by_role("button", name="Use U²-Net small").click()
    expect(window).to_be_hidden()
    expect(finished(page)).to_contain_text("U²-Net small")
    expect(page.get_by_label("More …")).to_be_checked()
    expect(page.get_by_label("More models")).to_have_value("U²-Net small")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_label("Fast", exact=True)).to_be_checked()
    expect(page.locator(".cw-backdrop")).to_have_css("background-color", "rgb(220, 20, 60)")


def test_all_show_the_same_part(page: Page, window: Locator) -> None:
    only(window, "Fast", "U²-Net small")
    compared(window, 2)
    views = window.locator(".cw-pane-view")
    moved = window.locator(".cw-pane-moved")
    window.get_by_role("button", name="Zoom in").click()
    window.get_by_role("button", name="Zoom in").click()
    expect(window.get_by_role("button", name="Show all")).to_have_text("225 %")
    views.nth(1).press("ArrowRight")
    box = views.nth(0).bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 100, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + 80)
    page.mouse.up()
    for one in moved.all():
        css = str(one.evaluate("part => getComputedStyle(part).transform"))
        scale, *_, x, y = (float(number) for number in css[7:-1].split(","))
        assert scale == 2.25
        assert x == pytest.approx(box["width"] * (-0.625 - 0.1) - 40, abs=1)
        assert y == pytest.approx(box["height"] * -0.625 - 20, abs=1)
    views.nth(0).press("0")
    expect(window.get_by_role("button", name="Show all")).to_have_text("100 %")


def test_two_to_four_are_compared(window: Locator) -> None:
    only(window, "Fast")
    window.get_by_role("button", name="Compare", exact=True).click()
    expect(window.get_by_role("alert")).to_have_text("Choose two to four models.")
    for name in ("Auto", "Best", "Portrait"):
        window.get_by_role("checkbox", name=name, exact=True).check()
    expect(window.get_by_role("checkbox", name="IS-Net")).to_be_disabled()
    window.get_by_role("checkbox", name="Best").uncheck()
    expect(window.get_by_role("checkbox", name="IS-Net")).to_be_enabled()


def test_without_a_photo_there_is_nothing_to_compare(page: Page) -> None:
    page.get_by_role("button", name="Compare models").click()
    window = page.get_by_role("dialog", name="Compare models")
    window.get_by_role("button", name="Compare", exact=True).click()
    expect(window.get_by_role("alert")).to_have_text("Add a photo first.")
    page.keyboard.press("Escape")
    expect(window).to_be_hidden()
    page.keyboard.press("c")
    expect(window).to_be_visible()
    page.keyboard.press("?")  # keys of the page behind do nothing
    expect(page.get_by_role("dialog")).to_have_count(1)


def test_the_window_has_no_barriers(page: Page, window: Locator) -> None:
    only(window, "Fast", "U²-Net small", "Portrait")
    compared(window, 3)
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        assert problems(page) == []
        assert overflow(page) == 0
        assert window.evaluate("window => window.scrollWidth - window.clientWidth") == 0
