"""Shadows and light in the studio: what was chosen is in the download's pixels."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from pipelines.recipe import Recipe
from tests.e2e.test_access import overflow, problems
from tests.e2e.test_framing import slide
from tests.e2e.test_studio import choose, download, finished, unfold
from tests.scenes import ball, encoded

pytestmark = [pytest.mark.browser, pytest.mark.weights]

MIDDLE, LOW = 624, 640
"""Where the ball of :func:`tests.scenes.ball` touches the ground on a photo of 1200 x 800."""


def open_light(page: Page, photo: Path) -> None:
    """The photo cut out by one network, and the panel open."""
    page.get_by_label("Fast", exact=True).check()
    choose(page, photo)
    finished(page)
    unfold(page, "Shadows and light")


@pytest.fixture
def light(page: Page, photo: Path) -> Page:
    open_light(page, photo)
    return page


def shadow(page: Page, name: str) -> None:
    page.locator("#light-preset").get_by_label(name, exact=True).check()


def undo(page: Page) -> None:
    button = page.get_by_role("button", name="Undo", exact=True)
    expect(button).to_be_enabled()
    stepped(page, button.click)


def stepped(page: Page, act: Callable[[], None]) -> None:
    """Do something and wait until it is a step; a glimpse while a slider moves is none."""
    steps = page.locator(".cw-undo")
    before = steps.get_attribute("data-told") or ""
    act()
    expect(steps).not_to_have_attribute("data-told", before)
    finished(page)


def pixels(page: Page) -> np.ndarray:
    return np.asarray(download(page)[1].convert("RGBA")).astype(int)


def test_a_drop_shadow_is_translucent_in_the_download(light: Page) -> None:
    assert pixels(light)[LOW + 12, MIDDLE + 10, 3] == 0
    stepped(light, lambda: shadow(light, "Soft drop"))
    found = pixels(light)[LOW + 12, MIDDLE + 10]
    assert tuple(found[:3]) == (0, 0, 0)
    assert 20 < found[3] < 115
    stepped(light, lambda: slide(light, "Strength", "90"))
    assert pixels(light)[LOW + 12, MIDDLE + 10, 3] == pytest.approx(2 * found[3], abs=6)


@pytest.mark.parametrize(
    ("name", "dark", "clear"),
    [
        ("On the ground", (LOW + 3, MIDDLE), (LOW - 60, MIDDLE + 260)),
        ("Cast", (LOW - 90, MIDDLE + 320), (LOW - 90, MIDDLE - 320)),
        ("Car", (LOW + 3, MIDDLE), (LOW - 200, MIDDLE + 260)),
        ("Reflection", (LOW + 40, MIDDLE), (LOW - 60, MIDDLE + 260)),
    ],
)
def test_every_shadow_lies_where_it_should(
    light: Page, name: str, dark: tuple[int, int], clear: tuple[int, int]
) -> None:
    stepped(light, lambda: shadow(light, name))
    alpha = pixels(light)[..., 3]
    assert 15 < alpha[dark] < 250
    assert alpha[clear] < 4


def test_the_photos_own_shadow_is_kept(page: Page, tmp_path: Path) -> None:
    scene = ball(1200, 800)
    y, x = np.mgrid[0:800, 0:1200]
    blot = np.exp(-(((x - 720) / 170) ** 2) - ((y - 640) / 35) ** 2) * 0.6
    shaded = scene.pixels * (1 - (blot * (1 - scene.matte / 255))[..., None])
    (tmp_path / "shaded.png").write_bytes(encoded(shaded.astype(np.uint8)))
    open_light(page, tmp_path / "shaded.png")
    stepped(page, lambda: shadow(page, "The photo's own"))
    alpha = pixels(page)[..., 3]
    assert alpha[645, 760] == pytest.approx(blot[645, 760] * 255, abs=40)
    assert alpha[300, 100] == 0


def test_controls_of_the_chosen_shadow_only(light: Page) -> None:
    direction = light.get_by_role("slider", name=re.compile("Direction"))
    strength = light.get_by_role("slider", name=re.compile("Strength"))
    expect(strength).to_be_hidden()
    stepped(light, lambda: shadow(light, "Cast"))
    expect(direction).to_be_visible()
    stepped(light, lambda: shadow(light, "Reflection"))
    expect(direction).to_be_hidden()
    expect(strength).to_have_value("35")
    expect(light.get_by_label("Shadow colour")).to_be_hidden()


def test_outline_glow_and_the_backgrounds_light(light: Page) -> None:
    light.get_by_label("Colour", exact=True).check()
    light.get_by_role("button", name="black").click()
    before = pixels(light)
    stepped(light, lambda: slide(light, "Match the background", "100"))
    harmonised = pixels(light)
    assert harmonised[400, MIDDLE - 60, 0] < before[400, MIDDLE - 60, 0] - 10
    stepped(light, lambda: slide(light, "Outline", "3"))
    stepped(light, lambda: light.get_by_label("Outline colour").fill("#00ff00"))
    assert tuple(pixels(light)[LOW + 7, MIDDLE]) == (0, 255, 0, 255)
    stepped(light, lambda: slide(light, "Glow", "10"))
    assert 30 < pixels(light)[LOW + 40, MIDDLE, 0] < 250


def test_undo_restores_every_input(light: Page) -> None:
    stepped(light, lambda: shadow(light, "Cast"))
    direction = light.get_by_role("slider", name=re.compile("Direction"))
    stepped(light, lambda: slide(light, "Direction", "300"))
    stepped(light, lambda: slide(light, "Glow", "8"))
    stepped(light, lambda: shadow(light, "Car"))
    undo(light)
    expect(light.locator("#light-preset").get_by_label("Cast")).to_be_checked()
    expect(direction).to_have_value("300")
    undo(light)
    expect(light.get_by_role("slider", name=re.compile("Glow"))).to_have_value("0")
    undo(light)
    expect(direction).to_have_value("60")
    undo(light)
    expect(light.locator("#light-preset").get_by_label("None")).to_be_checked()
    expect(light.get_by_role("button", name="Undo", exact=True)).to_be_disabled()


def test_a_recipe_with_other_shadows_is_kept(light: Page, tmp_path: Path) -> None:
    wanted = Recipe.read(
        {"model": "fast", "shadows": ["car:spread=0.1", "drop:color=navy"], "glow": "0.1,opacity=0.3"}
    )
    file = tmp_path / "a.recipe.json"
    file.write_text(wanted.to_json())
    stepped(light, lambda: light.get_by_label("Open recipe").set_input_files(file))
    expect(light.locator("#light-preset input:checked")).to_have_count(0)
    stepped(light, lambda: slide(light, "Glow", "20"))
    with light.expect_download() as waiting:
        light.get_by_role("button", name="Save recipe").click()
    saved = Recipe.read(Path(waiting.value.path()).read_text())
    assert saved.shadows == wanted.shadows
    assert (saved.glow.size, saved.glow.opacity) == (0.2, 0.3)
    light.get_by_role("button", name="Put all back").click()
    expect(light.locator("#light-preset").get_by_label("None")).to_be_checked()


def test_shadows_on_a_phone(browser: Browser, studio: str, photo: Path) -> None:
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True, accept_downloads=True
    )
    phone = context.new_page()
    phone.set_default_timeout(60_000)
    phone.goto(studio)
    open_light(phone, photo)
    stepped(phone, lambda: shadow(phone, "Soft drop"))
    assert problems(phone) == []
    assert overflow(phone) == 0
    expect(phone.locator(".cw-view")).to_be_in_viewport(ratio=1)
    assert 20 < pixels(phone)[LOW + 12, MIDDLE + 10, 3] < 115
    context.close()
