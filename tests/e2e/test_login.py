"""The login in a real browser: in with the password, out with the button, with the keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from pipelines.access.password import Password
from tests.e2e.test_access import SIZES, overflow, problems
from tests.running import serving

pytestmark = pytest.mark.browser

SCHEMES: tuple[Any, ...] = ("light", "dark")
WORD = "correct horse battery"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    config = tmp_path_factory.mktemp("config")
    Password(config).choose(WORD)
    with serving(CUTAWAY_CONFIG=str(config), TMPDIR=str(tmp_path_factory.mktemp("tmp"))) as address:
        yield address


@pytest.fixture
def stranger(browser: Browser, guarded: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    page = context.new_page()
    page.goto(guarded)
    yield page
    context.close()


def test_in_and_out_with_the_keyboard_alone(stranger: Page) -> None:
    expect(stranger.get_by_label("Password")).to_be_focused()
    stranger.keyboard.type("not this one")
    stranger.keyboard.press("Enter")
    expect(stranger.get_by_role("alert")).to_have_text("This is not the password.")
    expect(stranger.get_by_label("Password")).to_be_focused()
    stranger.keyboard.type(WORD)
    stranger.keyboard.press("Enter")
    stranger.get_by_text("Drop a photo here").wait_for()
    stranger.get_by_role("button", name="Log out").press("Enter")
    expect(stranger.get_by_role("heading", name="Log in")).to_be_visible()
    stranger.go_back()
    expect(stranger.get_by_role("heading", name="Log in")).to_be_visible()


def test_nobody_meets_barriers(stranger: Page) -> None:
    stranger.get_by_label("Password").fill("not this one")
    stranger.get_by_role("button", name="Log in").click()
    expect(stranger.get_by_role("alert")).to_be_visible()
    for width, height in SIZES:
        stranger.set_viewport_size({"width": width, "height": height})
        for scheme in SCHEMES:
            stranger.emulate_media(color_scheme=scheme)
            assert problems(stranger) == []
            assert overflow(stranger) == 0
    stranger.get_by_label("Password").fill(WORD)
    stranger.keyboard.press("Enter")
    stranger.get_by_text("Drop a photo here").wait_for()
    for width, height in SIZES:
        stranger.set_viewport_size({"width": width, "height": height})
        assert problems(stranger) == []
        assert overflow(stranger) == 0
