"""Touching up by hand: a stroke lands where it was drawn, on a photo of 24 megapixels."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Browser, Page, expect

from tests.e2e.test_studio import choose, download, finished, unfold
from tests.scenes import ball, encoded

pytestmark = [pytest.mark.browser, pytest.mark.weights]

WIDE, HIGH = 6000, 4000
Point = tuple[float, float]


@pytest.fixture(scope="session")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A red disc of 900 pixels' radius in the middle of a grey photo of 24 megapixels."""
    y, x = np.ogrid[0:HIGH, 0:WIDE]
    pixels = np.full((HIGH, WIDE, 3), (205, 205, 200), np.uint8)
    pixels[np.hypot(x - 3000, y - 2000) < 900] = (200, 40, 30)
    path = tmp_path_factory.mktemp("large") / "disc.jpg"
    path.write_bytes(encoded(pixels, ".jpg"))
    return path


@pytest.fixture
def phone(browser: Browser, studio: str) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True, device_scale_factor=2
    )
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(studio)
    page.get_by_text("Drop a photo here").wait_for()
    yield page
    context.close()


def take_brush(page: Page, path: Path, *, smart: bool = False) -> None:
    """Open a photo with the quickest network and take up a hard brush of 2 %."""
    page.get_by_label("Fast").check()
    choose(page, path)
    finished(page)
    unfold(page, "Touch up")
    page.get_by_label("Smart").set_checked(smart)
    set_number(page, "Size", 2)
    set_number(page, "Hardness", 100)
    page.get_by_label("Keep", exact=True).check()
    expect(page.locator(".cw-view")).to_have_attribute("data-mode", "paint")


def set_number(page: Page, name: str, value: float) -> None:
    field = page.get_by_label(re.compile(f"number input for {name}"))
    field.fill(str(value))
    field.blur()


def on_screen(page: Page, point: Point) -> Point:
    """Where a point of the photo (shares of its sides) is in the window."""
    box = page.locator(".cw-zoomed").evaluate(
        "(node) => { const b = node.getBoundingClientRect(); return [b.x, b.y, b.width, b.height]; }"
    )
    return box[0] + point[0] * box[2], box[1] + point[1] * box[3]


def answered(page: Page, act: Callable[[], None]) -> None:
    """Do something, and wait for the cutout that follows from it."""
    before = page.locator(".cw-cut").get_attribute("src")
    act()
    expect(page.locator(".cw-cut")).not_to_have_attribute("src", str(before))


def draw(page: Page, points: Sequence[Point]) -> None:
    page.locator(".cw-view").scroll_into_view_if_needed()

    def act() -> None:
        page.mouse.move(*on_screen(page, points[0]))
        page.mouse.down()
        for point in points[1:]:
            page.mouse.move(*on_screen(page, point), steps=5)
        page.mouse.up()

    answered(page, act)


def alpha_of(page: Page) -> NDArray[np.uint8]:
    picture = download(page)[1]
    return np.asarray(picture.getchannel("A"))


def run_of(line: NDArray[np.bool_]) -> tuple[int, int]:
    """The first and the last that is set."""
    found = np.flatnonzero(line)
    return int(found[0]), int(found[-1])


@pytest.mark.parametrize("width", [1280, 360])
def test_a_stroke_lands_where_it_was_drawn(request: pytest.FixtureRequest, large: Path, width: int) -> None:
    page: Page = request.getfixturevalue("page" if width == 1280 else "phone")
    take_brush(page, large)
    draw(page, [(0.1, 0.2), (0.15, 0.2), (0.2, 0.3)])
    page.get_by_label("Erase", exact=True).check()
    draw(page, [(0.5, 0.5), (0.6, 0.5)])
    for _ in range(3):
        page.get_by_role("button", name="Zoom in").click()
    expect(page.get_by_role("button", name="Show all")).to_have_text("338 %")
    set_number(page, "Size", 0.5)
    draw(page, [(0.45, 0.4), (0.5, 0.4), (0.5, 0.45)])
    alpha = alpha_of(page)
    assert alpha.shape == (HIGH, WIDE)
    assert run_of(alpha[:1100, 750] > 127) == pytest.approx((740, 859), abs=3)
    assert run_of(alpha[1900:2100, 3300] < 128) == pytest.approx((40, 159), abs=3)
    assert run_of(alpha[1550:1650, 2850] < 128) == pytest.approx((35, 64), abs=3)
    assert (alpha[1200, 1200], alpha[1800, 3000], alpha[1700, 2900], alpha[500, 1500]) == (255, 0, 255, 0)


def test_strokes_are_undone_and_redone(page: Page, photo: Path) -> None:
    take_brush(page, photo)
    status = page.locator(".cw-status")
    draw(page, [(0.1, 0.1), (0.2, 0.1)])
    draw(page, [(0.1, 0.9), (0.2, 0.9)])
    expect(status).to_have_text("2 strokes")
    answered(page, lambda: page.keyboard.press("Control+z"))
    expect(status).to_have_text("1 stroke")
    answered(page, lambda: page.keyboard.press("Control+Shift+z"))
    expect(status).to_have_text("2 strokes")
    answered(page, page.get_by_role("button", name="Undo stroke").click)
    alpha = alpha_of(page)
    assert (alpha[80, 180], alpha[720, 180]) == (255, 0)
    answered(page, page.get_by_role("button", name="Clear").click)
    expect(status).to_have_text("No strokes")
    assert alpha_of(page)[80, 180] == 0


def test_the_untouched_cutout_is_a_click_away(page: Page, photo: Path) -> None:
    take_brush(page, photo)
    untouched = page.locator(".cw-cut").get_attribute("src")
    draw(page, [(0.1, 0.1), (0.2, 0.1)])
    answered(page, page.get_by_label("Show the untouched cutout").check)
    expect(page.locator(".cw-cut")).to_have_attribute("src", str(untouched))
    assert alpha_of(page)[80, 180] == 255
    answered(page, page.get_by_label("Show the untouched cutout").uncheck)
    draw(page, [(0.8, 0.1), (0.9, 0.1)])
    expect(page.get_by_label("Show the untouched cutout")).not_to_be_checked()


def test_a_smart_stroke_brings_back_what_was_erased(page: Page, photo: Path) -> None:
    take_brush(page, photo)
    page.get_by_label("Erase", exact=True).check()
    set_number(page, "Size", 12)
    draw(page, [(0.68, 0.35), (0.72, 0.5), (0.68, 0.65)])
    truth = ball(1200, 800).matte.astype(int)
    wrong = np.abs(alpha_of(page) - truth).mean()
    page.get_by_label("Keep", exact=True).check()
    page.get_by_label("Smart").check()
    set_number(page, "Size", 6)
    draw(page, [(0.65, 0.36), (0.68, 0.5), (0.65, 0.64)])
    assert np.abs(alpha_of(page) - truth).mean() < wrong / 5


def test_another_photo_has_no_strokes(page: Page, photo: Path, tmp_path: Path) -> None:
    take_brush(page, photo)
    draw(page, [(0.1, 0.1), (0.2, 0.1)])
    other = tmp_path / "other.png"
    other.write_bytes(encoded(ball(900, 600).pixels))
    choose(page, other)
    expect(page.get_by_text("other.png · 900 × 600")).to_be_visible()
    finished(page)
    assert alpha_of(page)[60, 135] == 0
    draw(page, [(0.1, 0.1), (0.2, 0.1)])
    expect(page.locator(".cw-status")).to_have_text("1 stroke")


def test_painting_by_keyboard(page: Page, photo: Path) -> None:
    take_brush(page, photo)
    view = page.locator(".cw-view")
    view.focus()
    for _ in range(20):
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("ArrowUp")
    answered(page, lambda: page.keyboard.press("Enter"))
    assert alpha_of(page)[80, 120] == 255
    view.focus()
    page.keyboard.press("+")
    expect(page.get_by_role("button", name="Show all")).to_have_text("150 %")
    page.keyboard.press("0")
    expect(page.get_by_role("button", name="Show all")).to_have_text("100 %")


def test_putting_the_brush_down_brings_the_slider_back(page: Page, photo: Path) -> None:
    take_brush(page, photo)
    slider = page.get_by_role("slider", name="Compare before and after")
    expect(slider).to_be_hidden()
    unfold(page, "Touch up")
    expect(slider).to_be_visible()
    page.get_by_role("button", name="Zoom in").click()
    slider.fill("20")
    left = page.locator(".cw-after").evaluate("(node) => getComputedStyle(node).clipPath")
    assert "inset" in left
    page.mouse.move(*on_screen(page, (0.3, 0.3)))
    before = on_screen(page, (0.5, 0.5))
    page.keyboard.down(" ")
    page.mouse.down()
    page.mouse.move(on_screen(page, (0.3, 0.3))[0] + 60, on_screen(page, (0.3, 0.3))[1] + 40)
    page.mouse.up()
    page.keyboard.up(" ")
    assert on_screen(page, (0.5, 0.5)) == pytest.approx((before[0] + 60, before[1] + 40), abs=2)
    expect(slider).to_have_value("20")
