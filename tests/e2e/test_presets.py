"""Presets as a person uses them: chosen, checked, downloaded; a head placed by hand."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from pipelines.presets import preset_named
from pipelines.rules.checking import check
from pipelines.samples import sample_path
from tests.e2e.test_access import overflow, problems
from tests.e2e.test_studio import choose, finished, unfold

pytestmark = [pytest.mark.browser, pytest.mark.weights]


def preset(page: Page, sample: str, title: str) -> None:
    """A sample photo on the stage, as a preset wants it."""
    page.get_by_label("Fast", exact=True).check()
    choose(page, sample_path(sample))
    finished(page)
    unfold(page, "Presets")
    page.get_by_label("Picture for").click()
    page.get_by_role("option", name=title).click()
    expect(page.locator(".cw-scene")).to_be_visible()


def downloaded(page: Page) -> bytes:
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download", exact=True).click()
    return Path(waiting.value.path()).read_bytes()


def test_a_listing_picture_is_made_and_checked(page: Page) -> None:
    preset(page, "coffee", "Amazon, main image")
    expect(page.locator("#preset-facts")).to_contain_text("read on 2026")
    expect(page.locator("#preset-facts")).to_contain_text("Check before use: size of the file")
    data = downloaded(page)
    image = Image.open(io.BytesIO(data))
    assert (image.format, image.size, image.mode) == ("JPEG", (2000, 2000), "RGB")
    assert (np.asarray(image)[:40] == 255).all()
    assert check(data, preset_named("amazon-main")).of("fail") == ()
    result = page.locator(".cw-check")
    expect(result).to_contain_text("The background is pure white (255, 255, 255).")
    expect(result).to_have_attribute("data-verdict", "warn")  # the small photo was enlarged
    expect(page.locator(".cw-status")).to_have_text("Accepted, with advice.")


def test_what_a_change_breaks_is_told(page: Page) -> None:
    preset(page, "coffee", "Walmart")
    page.get_by_label("Colour", exact=True).check()
    page.get_by_role("button", name="whitesmoke").click()
    page.get_by_role("button", name="Check the picture").click()
    result = page.locator(".cw-check")
    expect(result).to_have_attribute("data-verdict", "fail")
    expect(result).to_contain_text("Not yet: 1 to mend")
    expect(result.locator("li").first).to_contain_text("Broken: Only 0 % of the background is pure white")
    page.get_by_role("button", name="white", exact=True).click()
    expect(result).to_have_count(0)  # it holds for what was checked, no longer
    page.get_by_label("Picture for").click()
    page.get_by_role("option", name="No preset").click()
    expect(page.get_by_role("button", name="Check the picture")).to_be_hidden()


def test_an_id_photo_is_placed_by_hand_and_printed(page: Page) -> None:
    preset(page, "astronaut", "ID photo, EU")
    expect(page.locator("#preset-facts")).to_contain_text("Many authorities forbid altered photos")
    heads = page.locator(".cw-head-guide")
    expect(heads).to_have_count(5)
    page.get_by_label("Drag the head").check()
    scene = page.locator(".cw-scene")
    before = str(scene.get_attribute("src"))
    box = page.locator(".cw-view").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + box["width"] * 0.1, y + box["height"] * 0.2, steps=4)
    page.mouse.up()
    expect(scene).not_to_have_attribute("src", before)
    expect(page.get_by_role("spinbutton", name="Right or left (%)")).to_have_value("10")
    expect(page.get_by_role("spinbutton", name="Down or up (%)")).to_have_value("20")
    page.get_by_role("button", name="Check the picture").click()
    expect(page.locator(".cw-check")).to_contain_text("Move the head up.")
    page.get_by_role("button", name="Put back").click()
    expect(page.get_by_role("spinbutton", name="Down or up (%)")).to_have_value("0")
    page.get_by_label("Print sheet").click()
    page.get_by_role("option", name="10 x 15 cm").click()
    image = Image.open(io.BytesIO(downloaded(page)))
    assert image.size == (3543, 2362)
    assert image.info["dpi"] == (600, 600)
    expect(page.locator(".cw-check")).to_have_attribute("data-verdict", "warn")


def test_no_face_says_what_to_do(page: Page) -> None:
    page.get_by_label("Fast", exact=True).check()
    choose(page, sample_path("coffee"))
    finished(page)
    unfold(page, "Presets")
    page.get_by_label("Picture for").click()
    page.get_by_role("option", name="Passport photo, Japan").click()
    expect(page.get_by_role("alert").filter(has_text="No face was found")).to_be_visible()


@pytest.mark.parametrize("width", [1280, 360])
def test_the_panel_has_no_barriers(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    preset(page, "astronaut", "Passport photo, United States")
    page.get_by_role("button", name="Check the picture").click()
    expect(page.locator(".cw-check")).to_be_visible()
    assert problems(page) == []
    assert overflow(page) == 0


def test_several_presets_come_as_one_zip(page: Page) -> None:
    preset(page, "coffee", "Amazon, main image")
    more = page.get_by_label("Also for")
    for title in ("Etsy", "Passport photo, Japan"):
        more.click()
        page.get_by_role("option", name=title).click()
    more.press("Escape")
    with zipfile.ZipFile(io.BytesIO(downloaded(page))) as archive:
        listed = archive.namelist()
        assert listed == ["coffee-amazon-main.jpg", "coffee-etsy.jpg", "report.txt"]
        data = archive.read("coffee-amazon-main.jpg")
        assert check(data, preset_named("amazon-main")).of("fail") == ()
        assert Image.open(io.BytesIO(archive.read("coffee-etsy.jpg"))).size == (2500, 2000)
        assert "Passport photo, Japan: Not made" in archive.read("report.txt").decode()
    results = page.locator(".cw-check")
    expect(results).to_have_count(3)
    expect(results.nth(1)).to_contain_text("Etsy: ")
    expect(results.nth(2)).to_contain_text("No face was found")
    assert problems(page) == []
