"""Several photos in a visit, undo and redo, recipe files, the keyboard."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, Response, Route, expect

from pipelines.recipe import Recipe
from pipelines.samples import sample_path
from tests.e2e.test_studio import finished

pytestmark = [pytest.mark.browser, pytest.mark.weights]

RED, GREEN = "rgb(220, 20, 60)", "rgb(46, 139, 87)"


def give(page: Page, *names: str) -> None:
    page.get_by_label("Choose a photo").set_input_files([sample_path(name) for name in names])
    finished(page)


def paint(page: Page, swatch: str) -> None:
    page.get_by_label("Colour", exact=True).check()
    page.get_by_role("button", name=swatch, exact=True).click()


def behind(page: Page, color: str) -> None:
    expect(page.locator(".cw-backdrop")).to_have_css("background-color", color)


@pytest.fixture
def quick(page: Page) -> Page:
    page.get_by_label("Fast", exact=True).check()
    return page


def test_steps_are_undone_and_done_again(quick: Page) -> None:
    give(quick, "coffee")
    undo, redo = (quick.get_by_role("button", name=name) for name in ("Undo", "Redo"))
    expect(undo).to_be_disabled()
    paint(quick, "crimson")
    behind(quick, RED)
    quick.get_by_role("button", name="seagreen").click()
    behind(quick, GREEN)
    undo.click()
    behind(quick, RED)
    expect(redo).to_be_enabled()
    quick.keyboard.press("Control+Shift+Z")
    behind(quick, GREEN)
    expect(redo).to_be_disabled()


def test_several_photos_make_a_strip_and_each_keeps_what_was_done(quick: Page) -> None:
    give(quick, "coffee", "chelsea", "astronaut")
    thumbs = quick.get_by_role("list", name="Photos of this visit").get_by_role("button")
    expect(thumbs).to_have_count(3)
    paint(quick, "crimson")
    behind(quick, RED)
    thumbs.nth(1).click()
    finished(quick)
    expect(quick.get_by_text("chelsea.png · 451 × 300")).to_be_visible()
    expect(thumbs.nth(1)).to_have_attribute("aria-current", "true")
    quick.get_by_role("button", name="seagreen").click()
    behind(quick, GREEN)
    quick.locator("body").press("[")
    expect(quick.get_by_text("coffee.png · 600 × 400")).to_be_visible()
    finished(quick)
    behind(quick, RED)


def test_a_duplicate_goes_its_own_way_and_can_be_removed(quick: Page) -> None:
    give(quick, "coffee")
    paint(quick, "crimson")
    behind(quick, RED)
    quick.get_by_role("button", name="Duplicate photo").click()
    thumbs = quick.get_by_role("list", name="Photos of this visit").get_by_role("button")
    expect(thumbs).to_have_count(2)
    finished(quick)
    behind(quick, RED)
    quick.get_by_role("button", name="seagreen").click()
    behind(quick, GREEN)
    quick.get_by_role("button", name="Remove photo").click()
    expect(thumbs).to_have_count(0)
    finished(quick)
    behind(quick, RED)
    quick.get_by_role("button", name="Remove photo").click()
    expect(quick.get_by_text("Drop a photo here")).to_be_visible()


def test_the_strip_is_there_after_the_page_was_loaded_again(quick: Page) -> None:
    give(quick, "coffee")
    quick.reload()
    quick.get_by_role("button", name="coffee.png").click()
    finished(quick)
    expect(quick.get_by_text("coffee.png · 600 × 400")).to_be_visible()


def test_a_recipe_is_saved_and_opened(quick: Page, tmp_path: Path) -> None:
    give(quick, "coffee")
    paint(quick, "crimson")
    behind(quick, RED)
    with quick.expect_download() as waiting:
        quick.get_by_role("button", name="Save recipe").click()
    assert waiting.value.suggested_filename == "coffee.recipe.json"
    saved = Recipe.read(Path(waiting.value.path()).read_text())
    assert (saved.model, saved.background.model_dump()) == ("fast", {"kind": "color", "color": "#dc143c"})
    other = tmp_path / "other.json"
    other.write_text(json.dumps({"model": "modnet", "background": "seagreen"}))
    quick.get_by_label("Open recipe").set_input_files(other)
    behind(quick, GREEN)
    expect(quick.get_by_label("Portrait", exact=True)).to_be_checked()
    expect(quick.locator(".cw-status")).to_contain_text("MODNet")


def test_a_wrong_recipe_file_changes_nothing(quick: Page, tmp_path: Path) -> None:
    give(quick, "coffee")
    paint(quick, "crimson")
    behind(quick, RED)
    wrong = tmp_path / "wrong.json"
    wrong.write_text('{"modell": "auto"}')
    answers: list[str] = []

    def second(answer: Response) -> bool:  # to what follows a recipe that is taken
        answers.extend([answer.url] * ("/gradio_api/run/" in answer.url))
        return len(answers) == 2

    with quick.expect_response(second):
        quick.get_by_label("Open recipe").set_input_files(wrong)
    said = quick.get_by_role("alert").filter(has_text="modell: there is no such field")
    expect(said).to_be_visible()
    behind(quick, RED)


def test_the_sheet_of_shortcuts_opens_and_closes(page: Page) -> None:
    page.locator("body").press("?")
    sheet = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(sheet).to_be_visible()
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    page.get_by_role("button", name="Keyboard shortcuts").click()
    expect(sheet).to_be_visible()
    sheet.get_by_role("button", name="Close").click()
    expect(sheet).to_be_hidden()


def test_keys_do_nothing_while_one_types(quick: Page) -> None:
    give(quick, "coffee")
    quick.get_by_label("Colour", exact=True).check()
    quick.get_by_label("Colour as a name or hex value").fill("")
    quick.get_by_label("Colour as a name or hex value").press_sequentially("bod?")
    expect(quick.get_by_role("dialog")).to_be_hidden()
    expect(quick.get_by_role("slider", name=re.compile("Compare"))).to_have_value("50")


def test_wrong_files_among_many_keep_nobody_out(quick: Page) -> None:
    """What can't be taken is named, and stays named; the first that can comes onto the stage."""
    wrong, good = b"only words", sample_path("coffee").read_bytes()
    names = ["notes.png", *(f"photo {number}.png" for number in range(4)), "more notes.png", "last.png"]
    files: list[FilePayload] = [
        {"name": name, "mimeType": "image/png", "buffer": wrong if "notes" in name else good}
        for name in names
    ]
    quick.get_by_label("Choose a photo").set_input_files(files)
    thumbs = quick.get_by_role("list", name="Photos of this visit").get_by_role("button")
    expect(thumbs).to_have_count(5)
    finished(quick)
    expect(quick.get_by_text("photo 0.png · 600 × 400")).to_be_visible()
    refused = quick.get_by_role("alert").get_by_role("listitem")
    expect(refused).to_have_text([re.compile(r"^notes\.png: "), re.compile(r"^more notes\.png: ")])
    quick.get_by_label("Choose a photo").set_input_files(files[:1])
    expect(refused).to_have_text([re.compile(r"^notes\.png: ")])
    finished(quick)
    expect(quick.get_by_text("photo 0.png · 600 × 400")).to_be_visible()
    quick.get_by_role("button", name="Dismiss").click()
    expect(refused).to_have_count(0)


def test_settings_go_to_the_next_photo_and_to_all(quick: Page) -> None:
    give(quick, "coffee", "chelsea", "rocket")
    thumbs = quick.get_by_role("list", name="Photos of this visit").get_by_role("button")
    expect(thumbs).to_have_count(3)
    paint(quick, "crimson")
    behind(quick, RED)
    thumbs.nth(1).click()
    finished(quick)
    behind(quick, RED)  # a fresh photo is treated as the last one was
    quick.get_by_role("button", name="seagreen").click()
    behind(quick, GREEN)
    quick.get_by_role("button", name="Apply to all photos").click()
    expect(quick.get_by_text("Applied to 2 more photos.")).to_be_visible()
    for photo in (0, 2):
        thumbs.nth(photo).click()
        finished(quick)
        behind(quick, GREEN)
    thumbs.nth(0).click()
    finished(quick)
    quick.get_by_role("button", name="Undo").click()
    behind(quick, RED)
    thumbs.nth(2).click()
    finished(quick)
    behind(quick, GREEN)


def test_a_photo_chosen_while_another_is_sent_takes_nothing_from_it(quick: Page) -> None:
    held: list[Route] = []
    quick.route("**/studio/photos", lambda route: held.append(route), times=1)  # noqa: PLW0108
    quick.get_by_label("Choose a photo").set_input_files(sample_path("coffee"))
    expect(quick.locator(".cw-stage")).to_have_class(re.compile("is-busy"))
    quick.get_by_label("Choose a photo").set_input_files(sample_path("chelsea"))
    quick.wait_for_function("document.querySelector('.cw-stage').classList.contains('is-busy')")
    (first,) = held
    first.continue_()
    expect(quick.get_by_text("chelsea.png · 451 × 300")).to_be_visible()
    finished(quick)
    thumbs = quick.get_by_role("list", name="Photos of this visit").get_by_role("button")
    expect(thumbs).to_have_count(2)
    thumbs.first.click()
    expect(quick.get_by_text("coffee.png · 600 × 400")).to_be_visible()
    finished(quick)
