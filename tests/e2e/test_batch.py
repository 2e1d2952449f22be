"""Many photos at once, as a person does it: in a real browser, and where it matters by keys alone."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.test_access import overflow, problems
from tests.scenes import ball, encoded

pytestmark = [pytest.mark.browser, pytest.mark.weights]

SIZES = [(1280, 900), (375, 800)]


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Five photos, one of them twice, one damaged, and a file that is none."""
    folder = tmp_path_factory.mktemp("photos")
    for number in range(5):
        (folder / f"shoe {number}.png").write_bytes(encoded(ball(240 + 16 * number, 200).pixels))
    (folder / "twin.png").write_bytes((folder / "shoe 1.png").read_bytes())
    (folder / "damaged.png").write_bytes((folder / "shoe 2.png").read_bytes()[:300])
    (folder / "notes.txt").write_text("no picture")
    return sorted(folder.iterdir())


@pytest.fixture
def batch(page: Page, studio: str) -> Page:
    """The open page for many photos."""
    page.get_by_role("link", name="Batch").click()
    expect(page.get_by_role("heading", name="New batch")).to_be_visible()
    return page


def begin(page: Page, photos: list[Path], name: str) -> None:
    page.get_by_label("Choose photos").set_input_files(photos)
    page.get_by_label("Name of the batch").fill(name)
    page.locator("#model").select_option("fast")
    page.get_by_role("button", name="Start").click()


def ended(page: Page, said: str = "Done") -> None:
    expect(page.locator("#told")).to_contain_text(said)


@pytest.fixture(scope="module")
def done(browser: Browser, studio: str, photos: list[Path]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The address of a batch that is done, and what a browser knows that made it."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(f"{studio}/batch")
    begin(page, photos, "shoes")
    ended(page)
    expect(card(page, "damaged.png")).to_contain_text("before the picture is complete")
    yield page.url, dict(context.storage_state())
    context.close()


@pytest.fixture
def review(page: Page, done: tuple[str, dict[str, Any]]) -> Page:
    """The review of it; nothing is decided."""
    page.goto(done[0])
    ended(page)
    expect(page.locator(".card")).to_have_count(7)
    page.get_by_role("button", name="All", exact=False).first.focus()
    page.keyboard.press("Control+a")
    page.keyboard.press("u")
    expect(show(page, "Undecided")).to_have_text("Undecided7")
    return page


def card(page: Page, name: str) -> Locator:
    return page.locator(".card", has=page.locator(".file", has_text=re.compile(f"^{re.escape(name)}$")))


def show(page: Page, name: str) -> Locator:
    return page.locator("#filters button", has_text=name)


def order(page: Page) -> list[str]:
    return page.locator(".card .file").all_inner_texts()


def downloaded(page: Page, link: str) -> list[str]:
    page.locator("#export summary").click()
    with page.expect_download() as download:
        page.get_by_role("link", name=link).click()
    with zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes())) as archive:
        assert archive.testzip() is None
        return sorted(archive.namelist())


def test_a_folder_of_photos_from_trial_to_archive(batch: Page, photos: list[Path]) -> None:
    batch.get_by_label("Choose photos").set_input_files(photos)
    expect(batch.locator("#chosen")).to_have_text("8 files are chosen.")
    batch.locator("#look").select_option("white")
    batch.locator("#model").select_option("fast")
    batch.get_by_role("button", name="Try on six photos").click()
    expect(batch.locator("#tried li")).to_have_count(6)
    expect(batch.locator("#refused")).to_contain_text("notes.txt: This is a text")
    expect(batch.locator("#said")).to_contain_text("try again, or start")
    assert "damaged" not in batch.locator("#tried li:not(.problems)").all_inner_texts()
    batch.locator("#look").select_option("transparent")
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


def test_what_is_to_be_looked_at_comes_first_and_filters_show_it(review: Page) -> None:
    names = order(review)
    assert names[0] == "damaged.png"
    scores = [text for text in review.locator(".card .mark").all_inner_texts() if "%" in text]
    assert scores == sorted(scores, key=lambda text: int(text.split()[0]))
    show(review, "Duplicates").click()
    expect(review.locator(".card")).to_have_count(1)
    expect(review.locator(".card .why")).to_contain_text("the same as shoe 1.png")
    show(review, "Failed").click()
    expect(review.locator(".card .file")).to_have_text(["damaged.png"])
    expect(show(review, "Break a rule")).to_be_disabled()


def test_the_review_by_keys_alone(review: Page) -> None:
    first, second, third, *_ = order(review)
    review.locator(".card .open").first.focus()
    review.keyboard.press("x")
    expect(card(review, first)).to_have_class(re.compile("is-excluded"))
    expect(card(review, second).locator(".open")).to_be_focused()
    review.keyboard.press("a")
    expect(card(review, second)).to_have_class(re.compile("is-accepted"))
    expect(review.locator("#said")).to_have_text("Accepted: 1.")
    expect(card(review, third).locator(".open")).to_be_focused()
    review.keyboard.press("Control+z")
    expect(review.locator("#said")).to_have_text("Taken back: 1.")
    expect(card(review, second)).not_to_have_class(re.compile("is-accepted"))
    review.keyboard.press("Shift+ArrowRight")
    review.keyboard.press("Shift+ArrowRight")
    expect(review.locator("#selected")).to_have_text("3 selected")
    review.keyboard.press("a")
    expect(show(review, "Accepted")).to_have_text("Accepted3")
    assert len(downloaded(review, "The accepted ones")) == 3


def test_before_and_after(review: Page) -> None:
    photo = card(review, "shoe 3.png")
    before = photo.locator(".before")
    expect(before).to_have_css("opacity", "0")
    photo.locator(".look").hover()
    expect(before).to_have_css("opacity", "1")
    review.mouse.move(0, 0)
    photo.locator(".open").focus()
    review.keyboard.down(" ")
    expect(before).to_have_css("opacity", "1")
    review.keyboard.up(" ")
    expect(before).to_have_css("opacity", "0")
    review.keyboard.press("Enter")
    dialog = review.get_by_role("dialog")
    expect(dialog.get_by_role("heading")).to_have_text("shoe 3.png")
    expect(dialog.locator("#large-after")).to_have_js_property("naturalWidth", 288)
    review.keyboard.press("ArrowRight")
    expect(dialog.get_by_role("heading")).not_to_have_text("shoe 3.png")
    review.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_accepting_all_above_a_score_tells_how_many(review: Page) -> None:
    above, button = review.get_by_label("Accept all above"), review.locator("#accept-above")
    above.fill("0")
    expect(button).to_have_text("Accept 6")
    above.fill("100")
    expect(button).to_be_disabled()
    above.fill("0")
    expect(button).to_have_text("Accept 6")
    button.click()
    expect(review.locator("#said")).to_have_text("Accepted: 6.")
    expect(show(review, "Accepted")).to_have_text("Accepted6")
    review.get_by_role("button", name="Take back").click()
    expect(show(review, "Undecided")).to_have_text("Undecided7")


def test_one_is_made_again_with_another_model(review: Page) -> None:
    photo = card(review, "shoe 4.png")
    before = photo.locator(".after").get_attribute("src")
    assert before
    photo.locator(".open").focus()
    review.keyboard.press("r")
    dialog = review.get_by_role("dialog")
    dialog.locator("select").select_option("modnet")
    review.keyboard.press("Tab")
    review.keyboard.press("Enter")
    expect(photo.locator(".why")).to_contain_text("made with modnet")
    expect(photo.locator(".after")).not_to_have_attribute("src", before)
    ended(review)


def test_nothing_is_begun_without_photos_or_with_a_file_that_is_none(batch: Page, photos: list[Path]) -> None:
    batch.get_by_role("button", name="Start").click()
    expect(batch.locator("#problem")).to_have_text("Choose photos first.")
    notes = next(path for path in photos if path.suffix == ".txt")
    batch.get_by_label("Choose photos").set_input_files(notes)
    batch.get_by_role("button", name="Start").click()
    expect(batch.locator("#problem")).to_have_text("None of these files can be used.")
    batch.locator("#look").select_option("file")
    batch.get_by_role("button", name="Start").click()
    expect(batch.locator("#problem")).to_contain_text("Choose a recipe file")


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_has_no_barriers(review: Page, width: int, height: int, scheme: Any, tmp_path: Path) -> None:
    review.emulate_media(color_scheme=scheme)
    review.set_viewport_size({"width": width, "height": height})
    review.keyboard.press("Control+a")
    expect(review.locator("#selected")).to_be_visible()
    assert problems(review) == []
    assert overflow(review) == 0
    shot = Image.open(io.BytesIO(review.screenshot(path=tmp_path / "review.png")))
    assert shot.size == (width, height)
    review.get_by_role("button", name="Keyboard shortcuts").click()
    assert problems(review) == []


def test_it_speaks_the_visitors_language(browser: Browser, studio: str) -> None:
    context = browser.new_context(locale="de-DE")
    page = context.new_page()
    page.goto(f"{studio}/batch")
    expect(page.get_by_role("heading", name="Neuer Stapel")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "de")
    context.close()
