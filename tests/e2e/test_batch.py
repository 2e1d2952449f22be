"""Many photos at once, as a person sends them and has them made: in a real browser."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, Route, expect

from tests.e2e.batches import SIZES, begin, downloaded, ended, show, to, write_photos
from tests.e2e.test_access import overflow, problems
from tests.running import serving

pytestmark = [pytest.mark.browser, pytest.mark.weights]

OUTPUTS = [("shop", "jpg"), ("transparent", "png")]


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return write_photos(tmp_path_factory.mktemp("photos"))


@pytest.fixture
def batch(page: Page, studio: str) -> Page:
    """The open page for many photos."""
    page.get_by_role("link", name="Batch").click()
    expect(page.get_by_role("heading", name="New batch")).to_be_visible()
    return page


def test_a_folder_of_photos_from_trial_to_archive(batch: Page, photos: list[Path]) -> None:
    batch.get_by_label("Choose photos").set_input_files(photos)
    expect(batch.locator("#chosen")).to_contain_text("8 files are chosen")
    batch.get_by_label("Background").select_option("white")
    batch.locator("#model").select_option("fast")
    batch.get_by_role("button", name="Try on six photos").click()
    expect(batch.locator("#tried li")).to_have_count(6)
    expect(batch.locator("#refused")).to_contain_text("notes.txt: This is a text")
    expect(batch.locator("#said")).to_contain_text("try again, or start")
    assert "damaged" not in batch.locator("#tried li:not(.problems)").all_inner_texts()
    batch.get_by_label("Background").select_option("transparent")
    batch.get_by_text("Also for marketplaces").click()
    batch.get_by_label("eBay").check()
    batch.get_by_label("Name of the batch").fill("autumn")
    batch.get_by_role("button", name="Start").click()
    expect(batch.get_by_role("heading", name="autumn")).to_be_focused()
    ended(batch)
    expect(batch.locator("#told")).to_contain_text("7 of 7 · 1 failed")
    expect(batch.locator(".card")).to_have_count(7)
    names = downloaded(batch, "All but the excluded")
    assert len(names) == 12
    assert names[0].startswith("cutout/")
    assert names[-1].startswith("ebay/")
    batch.reload()
    ended(batch)
    batch.get_by_role("button", name="All batches").click()
    expect(batch.locator("#job-list")).to_contain_text("autumn")
    batch.once("dialog", lambda dialog: dialog.accept())
    batch.get_by_role("button", name="Remove: autumn").click()
    expect(batch.locator("#said")).to_have_text("The batch is removed.")


def test_several_results_of_each_photo(batch: Page, photos: list[Path]) -> None:
    batch.get_by_label("Choose photos").set_input_files(photos[2:4])
    batch.get_by_role("button", name="Add another result").click()
    second = batch.get_by_role("group", name="Result 2")
    expect(second.get_by_label("Background")).to_be_focused()
    second.get_by_label("Canvas").select_option("1000")
    second.get_by_label("Folder").fill("shop")
    batch.locator("#model").select_option("fast")
    batch.get_by_label("Same brightness").check()
    batch.get_by_role("button", name="Start").click()
    ended(batch)
    names = downloaded(batch, "All but the excluded")
    assert names == [f"{folder}/{path.stem}.{kind}" for folder, kind in OUTPUTS for path in photos[2:4]]
    picture = batch.locator(".card .after").first
    expect(picture).to_have_attribute("src", re.compile("/thumb/transparent"))
    batch.locator(".card .open").first.focus()
    batch.keyboard.press("v")
    expect(picture).to_have_attribute("src", re.compile("/thumb/shop"))
    batch.keyboard.press("Enter")
    expect(batch.locator("#large-told")).to_contain_text("shop · ")
    expect(batch.locator("#large-told")).to_contain_text("1000 × 1000")


def test_what_the_studio_showed_last_begins_a_batch(page: Page, studio: str, photos: list[Path]) -> None:
    recipe = {"version": 1, "model": "u2netp", "background": "#336699", "strokes": []}
    page.evaluate("text => localStorage.setItem('cutaway.recipe', text)", json.dumps(recipe))
    page.goto(f"{studio}/batch")
    expect(page.get_by_label("Background")).to_have_value("studio")
    expect(page.locator("#model")).to_be_hidden()
    page.get_by_label("Choose photos").set_input_files(photos[2])
    page.get_by_role("button", name="Start").click()
    ended(page)
    with page.expect_download() as download:
        page.locator("#export summary").click()
        page.get_by_role("link", name="All but the excluded").click()
    with zipfile.ZipFile(download.value.path()) as archive:
        picture = Image.open(archive.open(archive.namelist()[0])).convert("RGB")
        assert picture.getpixel((0, 0)) == (51, 102, 153)


def test_a_batch_by_the_keyboard_alone(batch: Page, photos: list[Path]) -> None:
    batch.locator("#files").focus()
    with batch.expect_file_chooser() as chooser:
        batch.keyboard.press(" ")
    chooser.value.set_files(photos[2:4])
    to(batch, batch.locator("#model"))
    batch.keyboard.type("Fast")
    to(batch, batch.locator("#name"))
    batch.keyboard.type("by keys")
    to(batch, batch.get_by_role("button", name="Try on six photos"))
    batch.keyboard.press("Enter")
    expect(batch.locator("#said")).to_contain_text("try again, or start")
    expect(batch.locator("#tried figure")).to_have_count(4)
    to(batch, batch.get_by_role("button", name="Start"), "Shift+Tab")
    batch.keyboard.press("Enter")
    expect(batch.get_by_role("heading", name="by keys")).to_be_focused()
    ended(batch)
    to(batch, batch.locator(".card .open").first)
    batch.keyboard.press("a")
    batch.keyboard.press("x")
    expect(show(batch, "Excluded")).to_have_text("Excluded1")
    to(batch, batch.locator("#export summary"), "Shift+Tab")
    batch.keyboard.press("Enter")
    to(batch, batch.get_by_role("link", name="The accepted ones"))
    with batch.expect_download() as download:
        batch.keyboard.press("Enter")
    with zipfile.ZipFile(download.value.path()) as archive:
        assert len(archive.namelist()) == 1
    batch.keyboard.press("Escape")
    expect(batch.locator("#export summary")).to_be_focused()


def test_sending_goes_on_where_it_was_lost(batch: Page, photos: list[Path]) -> None:
    lost = []

    def lose(route: Route) -> None:
        lost.append(route)
        if len(lost) == 1:
            route.abort()
        elif len(lost) == 2:
            route.fulfill(status=507, json={"code": "storage_full", "message": "No room."})
        else:
            route.continue_()

    batch.route("**/studio/jobs/*/photos", lose)
    batch.get_by_label("Choose photos").set_input_files(photos)
    batch.locator("#model").select_option("fast")
    batch.get_by_role("button", name="Start").click()
    expect(batch.locator("#problem")).to_contain_text("Sending stopped after 0 of 8: No room.")
    batch.get_by_role("button", name="Start").click()
    ended(batch)
    expect(batch.locator(".card")).to_have_count(7)


def test_a_server_that_is_started_anew_goes_on(browser: Browser, photos: list[Path], tmp_path: Path) -> None:
    how = {"CUTAWAY_JOBS": str(tmp_path / "jobs"), "TMPDIR": str(tmp_path)}
    page = browser.new_context().new_page()
    with serving(**how) as address:
        page.goto(f"{address}/batch")
        page.route("**/events", lambda route: route.abort())  # nothing is heard before the server is gone
        begin(page, photos, "long")
        expect(page.get_by_role("heading", name="long")).to_be_visible()
    expect(page.locator("#lost")).to_be_visible()
    page.unroute("**/events")
    with serving("--port", address.rsplit(":", 1)[1], **how):
        ended(page)
        expect(page.locator("#lost")).to_be_hidden()
        expect(page.locator(".card")).to_have_count(7)
        page.locator(".card .open").nth(1).focus()
        page.keyboard.press("a")
        expect(show(page, "Accepted")).to_have_text("Accepted1")
        page.reload()
        expect(show(page, "Accepted")).to_have_text("Accepted1")
        page.goto(f"{address}/batch")
        expect(page.locator("#job-list")).to_contain_text("Done · 7 of 7 · 1 failed")
    page.context.close()


def test_nothing_is_begun_without_photos_or_with_a_file_that_is_none(batch: Page, photos: list[Path]) -> None:
    batch.get_by_role("button", name="Start").click()
    expect(batch.locator("#problem")).to_have_text("Choose photos first.")
    notes = next(path for path in photos if path.suffix == ".txt")
    batch.get_by_label("Choose photos").set_input_files(notes)
    batch.get_by_role("button", name="Start").click()
    expect(batch.locator("#problem")).to_have_text("None of these files can be used.")
    batch.get_by_label("Background").select_option("file")
    batch.get_by_role("button", name="Start").click()
    expect(batch.locator("#problem")).to_contain_text("Choose a recipe file")


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_new_batch_has_no_barriers(batch: Page, width: int, height: int, scheme: Any) -> None:
    batch.emulate_media(color_scheme=scheme)
    batch.set_viewport_size({"width": width, "height": height})
    batch.get_by_role("button", name="Add another result").click()
    batch.get_by_text("Also for marketplaces").click()
    assert problems(batch) == []
    assert overflow(batch) == 0


def test_it_speaks_the_visitors_language(browser: Browser, studio: str) -> None:
    context = browser.new_context(locale="de-DE")
    page = context.new_page()
    page.goto(f"{studio}/batch")
    expect(page.get_by_role("heading", name="Neuer Stapel")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "de")
    page.get_by_label("Sprache: DE").click()
    page.get_by_role("link", name="Français").click()
    expect(page.get_by_role("heading", name="Nouveau lot")).to_be_visible()
    context.close()
