"""Framing in the studio: what was chosen is what the download is, and where the subject lies on it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from pipelines.recipe import Edges, Framing, Recipe
from tests.e2e.test_access import overflow, problems
from tests.e2e.test_studio import choose, download, finished, unfold

pytestmark = [pytest.mark.browser, pytest.mark.weights]

BALL = (384, 160, 864, 640)
"""Where the ball of :func:`tests.scenes.ball` lies on a photo of 1200 x 800."""


def open_framing(page: Page, photo: Path) -> None:
    """The photo cut out by one network, and the framing panel open."""
    page.get_by_label("Fast", exact=True).check()
    choose(page, photo)
    finished(page)
    unfold(page, "Framing")


@pytest.fixture
def framing(page: Page, photo: Path) -> Page:
    open_framing(page, photo)
    return page


def said(page: Page, words: str) -> None:
    """Wait until the panel says how the picture is framed."""
    expect(page.locator(".cw-frame-note")).to_contain_text(words)


def write(page: Page, label: str, value: str) -> None:
    """Write into a field, and leave it."""
    field = page.get_by_label(re.compile("^" + re.escape(label)))
    field.fill(value)
    field.press("Enter")
    field.blur()


def slide(page: Page, label: str, value: str) -> None:
    """Write a slider's value beside it."""
    field = page.get_by_role("spinbutton", name=re.compile(re.escape(label)))
    field.fill(value)
    field.blur()


def box_of(picture: Image.Image) -> tuple[int, int, int, int]:
    """Where the subject is."""
    box = picture.getchannel("A").point(lambda alpha: 255 if alpha > 127 else 0).getbbox()
    assert box is not None
    return box


def test_a_crop_with_a_margin_and_a_ratio(framing: Page) -> None:
    framing.get_by_label("Crop to the subject").check()
    said(framing, " × 53")
    write(framing, "Margin", "10%")
    said(framing, " × 57")
    framing.get_by_label("Ratio", exact=True).check()
    write(framing, "Ratio (width", "4:5")
    said(framing, " × 72")
    _, picture = download(framing)
    said(framing, f"{picture.width} × {picture.height} pixels, the photo at its own size.")
    assert picture.size == pytest.approx((576, 720), abs=6)
    assert box_of(picture) == pytest.approx((48, 120, 528, 600), abs=6)


def test_a_canvas_by_size_and_the_limit_on_enlarging(framing: Page) -> None:
    framing.get_by_label("Size", exact=True).check()
    write(framing, "Width", "3000")
    said(framing, "3000 × 2000 pixels, the photo enlarged 2.50 times.")
    slide(framing, "Subject fills", "90")
    said(framing, "3000 × 2000 pixels, the photo enlarged 3.7")
    slide(framing, "Enlarge at most", "2")
    said(framing, "enlarged 2.00 times, which is the limit")
    framing.get_by_label("Bottom right").check()
    framing.get_by_label("Left and right").check()
    _, picture = download(framing)
    assert picture.size == (3000, 2000)
    left, top, right, bottom = box_of(picture)
    assert (right, bottom) == pytest.approx((3000, 2000), abs=4)
    assert (right - left, bottom - top) == pytest.approx((960, 960), abs=12)


def test_so_many_megapixels(framing: Page) -> None:
    write(framing, "Megapixels", "0.24")
    said(framing, "600 × 400 pixels, the photo reduced to 50 %.")
    _, picture = download(framing)
    assert picture.size == (600, 400)
    assert np.array(box_of(picture)) == pytest.approx(np.array(BALL) / 2, abs=3)
    write(framing, "Megapixels", "0")
    said(framing, "1200 × 800 pixels, the photo at its own size.")


def centre(page: Page) -> Locator:
    return page.locator(".cw-guides .cw-box")


def test_guides_lie_on_the_subject(framing: Page) -> None:
    framing.get_by_label("Subject and margins").check()
    view = framing.locator(".cw-view").bounding_box()
    shown = centre(framing).bounding_box()
    assert view is not None
    assert shown is not None
    scale = 1200 / view["width"]
    found = ((shown["x"] - view["x"]) * scale, (shown["y"] - view["y"]) * scale, shown["width"] * scale)
    assert found == pytest.approx((384, 160, 480), abs=8)
    framing.get_by_label("Middle", exact=True).last.check()
    framing.get_by_label("Thirds").check()
    framing.get_by_label("Safe area").check()
    expect(framing.locator(".cw-guides .cw-line")).to_have_count(6)
    framing.get_by_role("button", name="Show doubt").click()
    expect(framing.locator(".cw-guides")).to_be_hidden()


def test_the_subject_is_moved_by_hand(framing: Page) -> None:
    framing.get_by_label("Ratio", exact=True).check()
    write(framing, "Ratio (width", "2:1")
    said(framing, "1600 × 800 pixels")
    framing.get_by_label("Move the subject").check()
    view = framing.locator(".cw-view")
    view.scroll_into_view_if_needed()
    box = view.bounding_box()
    assert box is not None
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    framing.mouse.move(*middle)
    framing.mouse.down()
    framing.mouse.move(middle[0] + box["width"] / 4, middle[1] + box["height"] / 10, steps=8)
    expect(view).to_have_class(re.compile("is-moving"))
    framing.mouse.up()
    expect(view).not_to_have_class(re.compile("is-moving"))
    expect(framing.locator(".cw-own-place")).to_contain_text("Own place")
    _, picture = download(framing)
    left, top, *_ = box_of(picture)
    # It began in the photo's place on the wider canvas, 200 further right.
    assert (left, top) == pytest.approx((584 + 400, 160 + 80), abs=8)
    view.focus()
    for _ in range(3):
        framing.keyboard.press("ArrowLeft")
    expect(view).to_have_class(re.compile("is-moving"))
    expect(view).not_to_have_class(re.compile("is-moving"))
    moved = box_of(download(framing)[1])
    assert (moved[0], moved[1]) == pytest.approx((left - 3 * 0.02 * (1600 - 480), top), abs=6)


def test_undo_restores_every_input(framing: Page) -> None:
    undo = framing.get_by_role("button", name="Undo", exact=True)
    straighten = framing.get_by_role("slider", name=re.compile("Straighten"))
    straighten.focus()
    for _ in range(20):
        framing.keyboard.press("ArrowRight")
    said(framing, "1200 × 800")
    expect(undo).to_be_enabled()
    framing.get_by_label("Size", exact=True).check()
    said(framing, "2000 × 2000")
    framing.get_by_label("As in the photo").check()
    framing.get_by_label("90° left").check()
    for _ in range(3):
        expect(undo).to_be_enabled()
        undo.click()
        finished(framing)
    expect(framing.get_by_label("As it is", exact=True)).to_be_checked()
    expect(framing.get_by_label("Automatic")).to_be_checked()
    expect(framing.get_by_label("None", exact=True).first).to_be_checked()
    expect(framing.get_by_label("Width (px)")).to_be_hidden()
    expect(straighten).to_have_value("2")
    undo.click()
    expect(straighten).to_have_value("0")
    expect(undo).to_be_disabled()


def test_a_recipe_file_fills_the_panel(framing: Page, tmp_path: Path) -> None:
    wanted = Recipe(
        model="fast",
        edges=Edges(translucency="fill"),
        framing=Framing(
            size=(900, 700),
            crop="subject",
            margin="5% 10%",
            align=(0.2, 0.7),
            flip="vertical",
            max_megapixels=50,
        ),
    )
    file = tmp_path / "a.recipe.json"
    file.write_text(wanted.to_json())
    framing.get_by_label("Open recipe").set_input_files(file)
    said(framing, "900 × 700")
    expect(framing.get_by_label("Width (px)")).to_have_value("900")
    expect(framing.get_by_label(re.compile("^Margin"))).to_have_value("5% 10%")
    expect(framing.get_by_text("Own place: 20 %, 70 %")).to_be_visible()
    expect(framing.get_by_label("Top and bottom")).to_be_checked()
    assert download(framing)[1].size == (900, 700)
    with framing.expect_download() as waiting:
        framing.get_by_role("button", name="Save recipe").click()
    assert Recipe.read(Path(waiting.value.path()).read_text()) == wanted
    framing.get_by_role("button", name="Put all back").click()
    expect(framing.get_by_label("As it is", exact=True)).to_be_checked()
    said(framing, "1200 × 800 pixels, the photo at its own size.")


@pytest.mark.parametrize(
    ("label", "value", "words"),
    [("Ratio (width", "wide", "is not a ratio"), ("Margin", "5 miles", "is not a length")],
)
def test_what_makes_no_sense_is_said(framing: Page, label: str, value: str, words: str) -> None:
    framing.get_by_label("Ratio", exact=True).check()
    said(framing, "1200 × 1200")
    framing.get_by_label("Crop to the subject").check()
    said(framing, "the photo at its own size")
    write(framing, label, value)
    expect(framing.get_by_role("alert").filter(has_text=words)).to_be_visible()


@pytest.fixture
def phone(browser: Browser, studio: str) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True, accept_downloads=True
    )
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(studio)
    yield page
    context.close()


def test_framing_on_a_phone(phone: Page, photo: Path) -> None:
    open_framing(phone, photo)
    phone.get_by_label("Size", exact=True).check()
    said(phone, "2000 × 2000")
    phone.get_by_label("Thirds").check()
    phone.get_by_label("Move the subject").check()
    assert problems(phone) == []
    assert overflow(phone) == 0
    expect(phone.locator(".cw-view")).to_be_in_viewport(ratio=1)
    picture = download(phone)[1]
    assert picture.size == (2000, 2000)
    assert np.array(box_of(picture)) == pytest.approx(np.array(BALL) * 5 / 3 + (0, 333, 0, 333), abs=10)


def test_the_picture_follows_a_slider_and_ends_sharp(framing: Page) -> None:
    slider = framing.get_by_role("slider", name=re.compile("Straighten"))
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    framing.mouse.move(x, y)
    framing.mouse.down()
    framing.mouse.move(x + 30, y, steps=10)
    scene, undo = framing.locator(".cw-scene"), framing.get_by_role("button", name="Undo", exact=True)
    expect(scene).to_have_js_property("naturalWidth", 800)
    expect(undo).to_be_disabled()
    framing.mouse.up()
    expect(scene).to_have_js_property("naturalWidth", 1200)
    undo.click()
    expect(slider).to_have_value("0")
    expect(undo).to_be_disabled()
