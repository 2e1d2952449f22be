"""Many photos at once, as a person does it: in a real browser, and where it matters by keys alone."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.e2e.test_access import overflow, problems
from tests.running import serving
from tests.scenes import ball, encoded

pytestmark = [pytest.mark.browser, pytest.mark.weights]

SIZES = [(1280, 900), (375, 800)]
OUTPUTS = [("shop", "jpg"), ("transparent", "png")]


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


def focused(page: Page, name: str) -> Locator:
    """What has the focus when a photo has it."""
    return card(page, name).locator(".open")


def to(page: Page, target: Locator, key: str = "Tab") -> None:
    """Go to something by a key alone."""
    for _ in range(60):
        if target.evaluate("it => it === document.activeElement"):
            return
        page.keyboard.press(key)
    raise AssertionError("the focus never came there")


def many(page: Page, count: int) -> None:
    """Let a batch of a few photos seem one of many."""

    def answer(route: Route) -> None:
        asked = {key: values[0] for key, values in parse_qs(urlsplit(route.request.url).query).items()}
        told = route.fetch(url=re.sub("(page|size)=[0-9]+", "", route.request.url)).json()
        size, first = int(asked["size"]), (int(asked["page"]) - 1) * int(asked["size"])
        items = [
            {**told["items"][number % len(told["items"])], "number": number + 1, "file": f"{number}.png"}
            for number in range(first, min(first + size, count))
        ]
        route.fulfill(json={**told, "items": items, "total": count})

    page.route("**/items?*", answer)


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


def test_what_is_to_be_looked_at_comes_first_and_filters_show_it(review: Page) -> None:
    names = order(review)
    assert names[0] == "damaged.png"
    scores = [text for text in review.locator(".card .mark").all_inner_texts() if "%" in text]
    assert scores == sorted(scores, key=lambda text: int(text.rstrip("%")))
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
    expect(focused(review, second)).to_be_focused()
    review.keyboard.press("a")
    expect(card(review, second)).to_have_class(re.compile("is-accepted"))
    expect(review.locator("#said")).to_have_text("Accepted: 1.")
    expect(focused(review, third)).to_be_focused()
    review.keyboard.press("Control+z")
    expect(review.locator("#said")).to_have_text("Taken back: 1.")
    expect(card(review, second)).not_to_have_class(re.compile("is-accepted"))
    review.keyboard.press("Shift+ArrowRight")
    review.keyboard.press("Shift+ArrowRight")
    expect(review.locator("#selected")).to_have_text("3 selected")
    review.keyboard.press("a")
    expect(show(review, "Accepted")).to_have_text("Accepted3")
    assert len(downloaded(review, "The accepted ones")) == 3


def test_quick_keys_decide_on_one_photo_after_the_other(review: Page) -> None:
    names = order(review)
    review.locator(".card .open").nth(1).focus()
    for _ in range(3):
        review.keyboard.press("a")
    expect(show(review, "Accepted")).to_have_text("Accepted3")
    for name in names[1:4]:
        expect(card(review, name)).to_have_class(re.compile("is-accepted"))
    expect(focused(review, names[4])).to_be_focused()


def test_the_focus_stays_when_what_had_it_goes(review: Page) -> None:
    show(review, "Undecided").click()
    names = order(review)
    focused(review, names[2]).focus()
    review.keyboard.press("a")  # it is not undecided any more
    expect(review.locator(".card")).to_have_count(6)
    expect(focused(review, names[3])).to_be_focused()
    review.keyboard.press("s")
    review.keyboard.press("Tab")
    expect(review.get_by_label(f"Select {names[3]}")).to_be_focused()
    review.keyboard.press("Tab")
    expect(review.locator("#selection").get_by_role("button", name="Accept")).to_be_focused()
    review.keyboard.press("Enter")  # the bar goes with the selection
    expect(review.locator(".card")).to_have_count(5)
    expect(review.locator(".card.is-active .open")).to_be_focused()


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
    expect(photo.locator(".why")).to_contain_text("made with Portrait")
    expect(photo.locator(".after")).not_to_have_attribute("src", before)
    ended(review)


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


def test_many_photos_come_page_by_page(review: Page) -> None:
    many(review, 150)
    review.reload()
    cards = review.locator(".card")
    expect(cards).to_have_count(60)
    review.get_by_role("button", name="Show more").click()
    expect(cards).to_have_count(120)
    expect(cards.nth(60).locator(".open")).to_be_focused()
    review.get_by_role("button", name="Show more").click()
    expect(cards).to_have_count(150)
    expect(review.get_by_role("button", name="Show more")).to_be_hidden()
    review.keyboard.press("End")
    expect(cards.last.locator(".open")).to_be_focused()
    show(review, "Undecided").click()
    expect(cards).to_have_count(60)


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


def test_a_paused_batch_says_why_and_goes_on(page: Page, done: tuple[str, dict[str, Any]]) -> None:
    address, job = done[0], re.compile(r"/studio/jobs/[\w-]+$")

    def pause(route: Route) -> None:
        told = route.fetch().json()
        route.fulfill(json={**told, "state": "paused", "paused": "The disk is full."})

    page.route(job, pause)
    page.route("**/events", lambda route: route.abort())
    page.goto(address)
    expect(page.locator("#paused")).to_have_text("The disk is full.")
    page.get_by_role("button", name="Go on").click()
    page.unroute(job)
    page.unroute("**/events")
    ended(page)
    expect(page.locator("#paused")).to_be_empty()


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


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_new_batch_has_no_barriers(batch: Page, width: int, height: int, scheme: Any) -> None:
    batch.emulate_media(color_scheme=scheme)
    batch.set_viewport_size({"width": width, "height": height})
    batch.get_by_role("button", name="Add another result").click()
    batch.get_by_text("Also for marketplaces").click()
    assert problems(batch) == []
    assert overflow(batch) == 0


def test_a_photo_large_has_no_barriers(review: Page) -> None:
    review.set_viewport_size({"width": 375, "height": 800})
    review.locator(".card .open").nth(1).click()
    expect(review.locator("#large-after")).to_be_visible()
    assert problems(review) == []
    assert overflow(review) == 0
    review.keyboard.press("r")
    expect(review.get_by_role("dialog", name="Redo with another model")).to_be_visible()
    assert problems(review) == []


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
