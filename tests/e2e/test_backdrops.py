"""What is put behind, in a real browser, by what is downloaded."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from pipelines.compose.gradient import gradient
from pipelines.compose.studio import Look, drawn
from pipelines.recipe import GradientBackdrop
from pipelines.samples import sample_path
from tests.e2e.test_access import SIZES, overflow, problems
from tests.e2e.test_studio import download, finished

pytestmark = [pytest.mark.browser, pytest.mark.weights]

KINDS = ("Transparent", "Colour", "Gradient", "Studio", "Picture", "Blur")
SIZE = (400, 600)
"""Height and width of the sample photo."""


@pytest.fixture
def work(page: Page) -> Page:
    """The page with a cup of coffee cut out: its corners are all background."""
    page.get_by_label("Fast", exact=True).check()
    page.get_by_label("Choose a photo").set_input_files(sample_path("coffee"))
    finished(page)
    page.get_by_role("slider", name="Compare before and after").fill("0")
    return page


def choose(page: Page, kind: str) -> None:
    page.get_by_label(kind, exact=True).check()


def change(page: Page, act: Callable[[], object]) -> None:
    """Do something, and wait for the backdrop that follows from it."""
    layer = page.locator(".cw-backdrop")
    before = layer.evaluate("box => box.style.background")
    act()
    changed = "before => document.querySelector('.cw-backdrop').style.background !== before"
    page.wait_for_function(changed, arg=before)
    expect(layer).to_have_css("background-image", re.compile("studio/files/"))


def corners(picture: Image.Image) -> np.ndarray:
    """The pixels of the four corners, where no subject is."""
    pixels = np.asarray(picture.convert("RGB")).astype(int)
    return np.array([pixels[y, x] for y in (1, -2) for x in (1, -2)])


def recent(page: Page) -> Locator:
    return page.get_by_role("group", name="Recent backgrounds").get_by_role("button")


def slide(page: Page, name: str, value: str) -> None:
    page.get_by_role("slider", name=name, exact=True).fill(value)


def test_a_gradient_is_made_to_taste(work: Page) -> None:
    choose(work, "Gradient")
    change(work, lambda: work.get_by_role("button", name="Dawn").click())
    work.get_by_label("Colour 1 of 3").fill("#102030")
    work.get_by_role("button", name="One colour less").click()
    work.get_by_label("Colour 2 of 2").fill("#f0e0d0")
    expect(work.get_by_role("button", name="One colour less")).to_be_disabled()
    slide(work, "Angle", "90")
    _, picture = download(work)
    expected = gradient(GradientBackdrop(colors=("#102030", "#f0e0d0"), angle=90), SIZE)
    assert picture.mode == "RGB"
    assert np.abs(corners(picture) - corners(Image.fromarray(expected))).max() <= 1
    change(work, lambda: work.get_by_label("Radial", exact=True).check())
    slide(work, "Centre, across", "0")
    slide(work, "Centre, down", "0")
    shown = corners(download(work)[1])
    assert np.abs(shown[0] - (16, 32, 48)).max() <= 3
    assert np.abs(shown[3] - (240, 224, 208)).max() <= 3


def test_a_studio_backdrop_and_its_variants(work: Page) -> None:
    choose(work, "Studio")
    small = work.get_by_role("button", name="Marble").get_by_role("presentation")
    expect(small).to_have_js_property("naturalWidth", 192)
    change(work, lambda: work.get_by_role("button", name="Marble").click())
    change(work, lambda: work.get_by_role("button", name="Another variant").click())
    _, picture = download(work)
    assert (corners(picture) == corners(Image.fromarray(drawn(Look("marble", 2), SIZE)))).all()
    change(work, lambda: work.get_by_label("Main colour").fill("#204060"))
    tinted = corners(download(work)[1])
    assert (tinted == corners(Image.fromarray(drawn(Look("marble", 2, (32, 64, 96)), SIZE)))).all()
    change(work, lambda: work.get_by_role("button", name="Its own colours").click())
    assert (corners(download(work)[1]) == corners(picture)).all()


def test_a_picture_is_placed_tiled_and_softened(work: Page) -> None:
    choose(work, "Picture")
    change(work, lambda: work.get_by_label("Choose a picture").set_input_files(sample_path("rocket")))
    rocket = np.asarray(Image.open(sample_path("rocket")).convert("RGB")).astype(int)
    work.get_by_text("Adjust the picture").click()
    slide(work, "Position, down", "100")
    lower = corners(download(work)[1])
    assert np.abs(lower[2] - rocket[-2, 1]).max() <= 25
    change(work, lambda: work.get_by_label("Tile", exact=True).check())
    tiled = np.asarray(download(work)[1].convert("RGB")).astype(int)
    assert (tiled[:12, :100] == tiled[:12, 150:250]).all()  # a tile is a quarter of the width
    change(work, lambda: slide(work, "Soften", "4"))
    soft = np.asarray(download(work)[1].convert("RGB")).astype(int)
    assert soft[:12, :100].std() < tiled[:12, :100].std()


def test_the_blurred_original_as_through_a_lens(work: Page) -> None:
    change(work, lambda: choose(work, "Blur"))
    soft = download(work)[1]
    change(work, lambda: work.get_by_label("Lens", exact=True).check())
    change(work, lambda: slide(work, "Strength", "10"))
    lens = download(work)[1]
    assert lens.mode == "RGB"
    assert (corners(lens) != corners(soft)).any()
    red = np.asarray(lens).astype(int)[:, :30]  # of the saucer nothing is left in what lies beside it
    assert (red[..., 0] - red[..., 2]).max() < 130


def test_undo_brings_back_the_controls(work: Page) -> None:
    change(work, lambda: choose(work, "Studio"))
    change(work, lambda: work.get_by_role("button", name="Plaster").click())
    change(work, lambda: choose(work, "Gradient"))
    change(work, lambda: work.get_by_role("button", name="Sea").click())
    change(work, lambda: slide(work, "Angle", "45"))
    undo, angle = work.get_by_role("button", name="Undo"), work.get_by_role("slider", name="Angle")
    change(work, undo.click)
    expect(angle).to_have_value("170")
    change(work, undo.click)
    expect(work.get_by_label("Colour 2 of 2")).to_have_value("#d4d6da")
    change(work, undo.click)
    expect(work.get_by_label("Studio", exact=True)).to_be_checked()
    plaster = work.get_by_role("group", name="Studio backdrops").get_by_role("button", name="Plaster")
    expect(plaster).to_have_attribute("aria-pressed", "true")


def test_recent_ones_stay_in_the_browser(work: Page) -> None:
    choose(work, "Colour")
    work.get_by_role("button", name="crimson").click()
    expect(recent(work)).to_have_count(1)
    choose(work, "Studio")
    work.get_by_role("button", name="Bokeh").click()
    expect(recent(work)).to_have_count(2)
    choose(work, "Picture")
    work.get_by_label("Choose a picture").set_input_files(sample_path("rocket"))
    expect(recent(work)).to_have_count(3)
    upload = work.evaluate("JSON.parse(localStorage.getItem('cutaway-backdrops'))[0].part.source")
    work.reload()
    expect(recent(work)).to_have_count(3)
    names = [button.get_attribute("aria-label") for button in recent(work).all()]
    assert names == ["rocket.jpg", "Bokeh", "#dc143c"]
    work.get_by_role("button", name="coffee.png").click()
    finished(work)
    recent(work).nth(2).click()
    expect(work.locator(".cw-backdrop")).to_have_css("background-color", "rgb(220, 20, 60)")
    expect(work.get_by_label("Colour", exact=True)).to_be_checked()
    change(work, recent(work).nth(1).click)  # the picture: the colour has come before it
    assert np.abs(corners(download(work)[1])[0] - (20, 30, 60)).max() < 60
    work.request.delete(f"{work.url}studio/photos/{upload}")
    expect(recent(work).first).to_have_attribute("aria-label", "rocket.jpg")
    recent(work).first.click()
    expect(work.get_by_role("status").filter(has_text="rocket.jpg is no longer here")).to_be_visible()
    expect(recent(work)).to_have_count(2)
    work.reload()
    expect(recent(work)).to_have_count(2)


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_no_kind_has_barriers(page: Page, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    for kind in KINDS:
        choose(page, kind)
        if kind == "Picture":
            page.get_by_text("Adjust the picture").click()
        assert problems(page) == []
        assert overflow(page) == 0


def test_a_wrong_picture_is_explained(work: Page) -> None:
    choose(work, "Picture")
    wrong = {"name": "notes.png", "mimeType": "image/png", "buffer": b"only words"}
    work.get_by_label("Choose a picture").set_input_files(wrong)  # type: ignore[arg-type]
    expect(work.locator("#backdrop .cw-part-error")).to_contain_text("JPEG")
    expect(work.get_by_text("Choose a picture")).to_be_visible()
    expect(recent(work)).to_have_count(0)
