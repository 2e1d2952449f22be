"""The page in the visitor's language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from pipelines.samples import sample_path
from tests.e2e.test_access import SIZES, overflow, problems, unfold
from tests.e2e.test_studio import finished

pytestmark = [pytest.mark.browser, pytest.mark.weights]


@pytest.fixture
def context(browser: Browser, page: Page) -> Iterator[BrowserContext]:
    """Where the page is, for a second one."""
    yield page.context


def speak(page: Page, name: str) -> None:
    """Choose a language in the page's head."""
    page.locator(".cw-language summary").click()
    page.get_by_role("link", name=name).click()


def fill(page: Page, label: str, *paths: Path) -> None:
    page.get_by_label(label).set_input_files(paths)


def test_a_photo_is_cut_in_german(page: Page) -> None:
    speak(page, "Deutsch")
    expect(page.get_by_text("Foto hierher ziehen")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "de")
    page.get_by_label("Schnell", exact=True).check()
    fill(page, "Foto auswählen", sample_path("coffee"))
    expect(finished(page)).to_have_text(re.compile(r"U²-Net small · \d+,\d s"))
    expect(page.locator(".cw-verdict")).to_contain_text("sicher", ignore_case=True)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Herunterladen").click()
    assert waiting.value.suggested_filename == "coffee.png"
    expect(page.locator(".cw-status")).to_have_text(re.compile(r"coffee\.png ist fertig \(\d+ kB\)\."))


def test_the_photo_stays_when_the_language_changes(page: Page) -> None:
    page.get_by_label("Fast", exact=True).check()
    fill(page, "Choose a photo", sample_path("coffee"), sample_path("chelsea"))
    finished(page)
    expect(page.get_by_role("list", name="Photos of this visit").get_by_role("button")).to_have_count(2)
    page.get_by_label("Blur", exact=True).check()
    expect(page.get_by_role("button", name="Undo", exact=True)).to_be_enabled()
    speak(page, "Français")
    finished(page)
    backdrop = page.locator(".cw-backdrop")
    expect(backdrop).to_have_css("background-image", re.compile("studio/files"))
    expect(page.get_by_label("Rapide", exact=True)).to_be_checked()
    expect(page.get_by_role("list", name="Photos de cette visite").get_by_role("button")).to_have_count(2)
    page.get_by_role("button", name="Annuler", exact=True).click()
    expect(backdrop).to_have_css("background-image", "none")


def test_a_page_keeps_its_language_while_another_changes_it(context: BrowserContext, page: Page) -> None:
    page.get_by_label("Fast", exact=True).check()
    other = context.new_page()
    other.goto(page.url)
    speak(other, "Español")
    expect(other.locator("html")).to_have_attribute("lang", "es")
    fill(page, "Choose a photo", sample_path("chelsea"))
    finished(page)
    expect(page.locator(".cw-verdict")).to_contain_text("sure", ignore_case=True)
    other.close()


def test_the_choice_by_keyboard(page: Page) -> None:
    opener = page.locator(".cw-language summary")
    opener.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="English")).to_have_attribute("aria-current", "true")
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="English")).to_be_hidden()
    expect(opener).to_be_focused()
    page.keyboard.press("Enter")
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Suelte una foto aquí")).to_be_visible()


@pytest.mark.parametrize("language", ["de-AT", "fr"])
def test_the_browser_is_asked_first(browser: Browser, studio: str, language: str) -> None:
    context = browser.new_context(locale=language)
    page = context.new_page()
    page.goto(studio)
    title = {"de-AT": "Foto hierher ziehen", "fr": "Déposez une photo ici"}[language]
    expect(page.get_by_text(title)).to_be_visible()
    context.close()


@pytest.mark.parametrize("code", ["de", "es", "fr"])
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_longer_words_have_room(page: Page, code: str, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.goto(f"{page.url}{code}/")
    page.locator(".cw-drop-title").wait_for()
    unfold(page)
    page.locator(".cw-language summary").click()
    assert problems(page) == []
    assert overflow(page) == 0
