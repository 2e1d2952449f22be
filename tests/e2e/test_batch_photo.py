"""A photo of a batch is touched up in the studio, and goes back."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from playwright.sync_api import Dialog, Page, expect

from pipelines.recipe import Recipe
from tests.e2e.test_access import overflow, problems
from tests.e2e.test_studio import choose, finished, unfold
from tests.e2e.test_touch_up import answered, draw, set_number
from tests.http.conftest import until
from tests.running import run_app
from tests.scenes import ball, encoded

pytestmark = [pytest.mark.browser, pytest.mark.weights]

SHOP = {"model": "u2netp", "background": "white", "framing": {"size": [400, 300]}}
LAST = 7
LINE = [(0.1, 0.1), (0.2, 0.1)]


@dataclass(frozen=True)
class Batch:
    """A job that is done, as a page sees it."""

    client: httpx.Client
    id: str
    photos: Path

    def items(self) -> dict[int, dict[str, Any]]:
        """Its photos by their numbers, once all is at rest."""
        until(lambda: self._told("")["state"] == "done", 60)
        return {item["number"]: item for item in self._told("/items?sort=number")["items"]}

    def results(self) -> dict[tuple[int, str], bytes]:
        """Its files, by photo and result."""
        root = str(self.client.base_url).removesuffix("/studio/")
        return {
            (number, result["name"]): self.client.get(root + result["files"][0]).content
            for number, item in self.items().items()
            for result in item["results"]
        }

    def _told(self, way: str) -> dict[str, Any]:
        return dict(self.client.get(f"/jobs/{self.id}{way}").raise_for_status().json())


@pytest.fixture(scope="module")
def batch(studio: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Batch]:
    """A photo for each test, and a last one without a subject; two results of each."""
    folder = tmp_path_factory.mktemp("shoes")
    photos = {f"shoe {number}.png": encoded(ball(600 + number, 400).pixels) for number in range(1, LAST)}
    photos[f"shoe {LAST}.png"] = encoded(np.full((400, 600, 3), 128, np.uint8))
    for name, data in photos.items():
        (folder / name).write_bytes(data)
    wish = {"name": "Shoes", "recipes": {"shop": SHOP, "print": {"model": "u2netp"}}}
    with httpx.Client(base_url=f"{studio}/studio", trust_env=False, timeout=60) as client:
        files = [("photos", one) for one in photos.items()]
        job = client.post("/jobs", data={"job": json.dumps(wish)}, files=files).raise_for_status().json()
        made = Batch(client, job["id"], folder)
        made.items()
        yield made


@pytest.fixture
def visit(page: Page, studio: str, batch: Batch) -> Callable[[int], Page]:
    """Opens a photo of the batch in the studio."""

    def opened(number: int) -> Page:
        page.goto(f"{studio}/?job={batch.id}&item={number}")
        banner(page, f"Photo {number} of the batch Shoes: your changes are for this photo alone.")
        finished(page)
        return page

    return opened


def banner(page: Page, text: str) -> None:
    expect(page.locator(".cw-batch-said")).to_have_text(text)


def take_brush(page: Page) -> None:
    unfold(page, "Touch up")
    page.get_by_label("Smart").set_checked(False)
    set_number(page, "Size", 4)
    page.get_by_label("Keep", exact=True).check()
    expect(page.locator(".cw-view")).to_have_attribute("data-mode", "paint")


def back_at(page: Page, batch: Batch, number: int) -> None:
    expect(page).to_have_url(re.compile(rf"/batch#{batch.id}/{number}$"))
    expect(page.locator(f'.card[data-number="{number}"] .open')).to_be_focused()


def cut(batch: Batch, name: str, recipe: dict[str, Any], strokes: Any) -> bytes:
    """What the command line makes of a photo with the same strokes."""
    (batch.photos / "recipe.json").write_text(Recipe.read(recipe).to_json())
    (batch.photos / "strokes.json").write_text(json.dumps(strokes))
    out = batch.photos / "out.png"
    files = [str(batch.photos / one) for one in (name, "recipe.json", "strokes.json")]
    done = run_app("cut", files[0], "--recipe", files[1], "--strokes", files[2], "-o", str(out))
    assert done.returncode == 0, done.stderr
    return out.read_bytes()


def test_a_stroke_is_kept_for_that_photo_alone(visit: Callable[[int], Page], batch: Batch) -> None:
    before = batch.results()
    page = visit(2)
    assert problems(page) == []
    page.set_viewport_size({"width": 360, "height": 740})
    assert overflow(page) == 0
    page.set_viewport_size({"width": 1280, "height": 900})
    expect(page.get_by_role("button", name="white", exact=True)).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("button", name="Undo", exact=True)).to_be_disabled()
    take_brush(page)
    draw(page, LINE)
    page.get_by_role("button", name="Keep for the batch").click()
    back_at(page, batch, 2)
    after, item = batch.results(), batch.items()[2]
    assert {key for key in after if after[key] != before[key]} == {(2, "shop"), (2, "print")}
    assert list(item["changes"]) == ["strokes"]
    strokes = item["changes"]["strokes"]
    assert after[2, "shop"] == cut(batch, "shoe 2.png", SHOP, strokes)
    assert after[2, "print"] == cut(batch, "shoe 2.png", {"model": "u2netp"}, strokes)
    visit(2)  # it has its stroke, and the one that is taken back is taken back for the batch
    unfold(page, "Touch up")
    answered(page, page.get_by_role("button", name="Undo stroke").click)
    expect(page.locator(".cw-status")).to_have_text("No strokes")
    page.get_by_role("button", name="Keep for the batch").click()
    back_at(page, batch, 2)
    assert batch.items()[2]["changes"] == {}
    assert batch.results() == before


def test_by_keys_from_the_batch_and_back(page: Page, studio: str, batch: Batch) -> None:
    page.goto(f"{studio}/batch#{batch.id}/1")
    mine = page.locator(".card", has_text="shoe 1.png")
    expect(mine.locator(".open")).to_be_focused()
    page.keyboard.press("t")
    banner(page, "Photo 1 of the batch Shoes: your changes are for this photo alone.")
    finished(page)
    take_brush(page)
    page.locator(".cw-view").focus()
    for _ in range(20):
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+Shift+Enter")  # the dab is still on its way
    banner(page, f"Photo {LAST} of the batch Shoes: your changes are for this photo alone.")
    expect(page.get_by_role("button", name="Keep for the batch")).to_be_enabled()  # once all of it is there
    page.keyboard.press("Control+Enter")
    back_at(page, batch, LAST)
    (stroke,) = batch.items()[1]["changes"]["strokes"]
    assert (stroke["mode"], stroke["points"]) == ("keep", [[0.1, 0.5]])
    assert batch.items()[LAST]["changes"] == {}
    expect(mine).to_contain_text("touched up")
    mine.locator(".open").focus()
    page.keyboard.press("r")
    page.get_by_role("dialog").locator("select").select_option("fast")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(mine).to_contain_text("made with Fast")
    assert batch.items()[1]["changes"] == {"model": "fast", "strokes": [stroke]}
    page.get_by_role("link", name="Studio").click()
    page.get_by_text("Drop a photo here").wait_for()
    expect(page.get_by_role("list", name="Photos of this visit")).to_be_hidden()


def test_back_without_keeping(visit: Callable[[int], Page], batch: Batch) -> None:
    page = visit(3)
    page.get_by_role("button", name="crimson").click()
    expect(page.get_by_role("button", name="Undo", exact=True)).to_be_enabled()
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.get_by_role("link", name="Batch", exact=True).click()
    expect(page.get_by_role("button", name="Keep for the batch")).to_be_visible()
    page.get_by_role("link", name="Back without keeping").click()
    back_at(page, batch, 3)
    assert batch.items()[3]["changes"] == {}
    assert page.evaluate("localStorage.getItem('cutaway.recipe')") is None
    assert asked == ["beforeunload"]


def test_what_cant_be_kept_is_said(visit: Callable[[int], Page], batch: Batch) -> None:
    page = visit(4)
    page.get_by_role("button", name="crimson").click()
    expect(page.get_by_role("button", name="Undo", exact=True)).to_be_enabled()
    page.get_by_label("Fast", exact=True).check()
    finished(page)
    page.get_by_role("button", name="Keep for the batch").click()
    alert = page.locator(".cw-batch-partly")
    expect(alert).to_contain_text("Can’t be kept for this photo alone: background.")
    assert batch.items()[4]["changes"] == {}
    page.get_by_role("button", name="Go on here").click()
    expect(alert).to_be_hidden()
    page.keyboard.press("Enter")  # the focus is where it was
    expect(page.get_by_role("button", name="Keep the rest")).to_be_focused()
    page.keyboard.press("Enter")
    back_at(page, batch, 4)
    assert batch.items()[4]["changes"] == {"model": "fast"}


def test_loaded_again_and_in_another_language_it_goes_on(
    visit: Callable[[int], Page], batch: Batch, studio: str
) -> None:
    page = visit(5)
    take_brush(page)
    draw(page, LINE)
    page.locator(".cw-language summary").click()
    page.get_by_role("link", name="Deutsch").click()
    banner(page, "Foto 5 des Stapels Shoes: Ihre Änderungen gelten nur für dieses Foto.")
    expect(page.get_by_role("button", name="Rückgängig", exact=True)).to_be_enabled()
    assert page.url == f"{studio}/?job={batch.id}&item=5"
    page.on("dialog", lambda dialog: dialog.accept())  # there is something to lose
    page.reload()
    banner(page, "Foto 5 des Stapels Shoes: Ihre Änderungen gelten nur für dieses Foto.")
    expect(page.get_by_role("button", name="Rückgängig", exact=True)).to_be_enabled()
    page.get_by_role("button", name="Für den Stapel behalten", exact=True).click()
    back_at(page, batch, 5)
    assert len(batch.items()[5]["changes"]["strokes"]) == 1


def test_another_photo_is_not_of_the_batch(visit: Callable[[int], Page], photo: Path) -> None:
    page = visit(6)
    choose(page, photo)
    expect(page.get_by_text("my ball.png · 1200 × 800")).to_be_visible()
    expect(page.locator(".cw-batch-photo")).to_be_hidden()
    finished(page)
    page.wait_for_function("localStorage.getItem('cutaway.recipe')")
    recipe = Recipe.read(page.evaluate("localStorage.getItem('cutaway.recipe')"))
    assert (recipe.model, recipe.framing.size, recipe.strokes) == ("u2netp", (400, 300), ())
    page.get_by_role("list", name="Photos of this visit").get_by_role("button").first.click()
    banner(page, "Photo 6 of the batch Shoes: your changes are for this photo alone.")


@pytest.mark.parametrize(
    ("job", "number", "said"),
    [("{}", 99, "This job has no such photo."), ("{}x", 1, "There is no such job.")],
)
def test_what_isnt_there_is_said(page: Page, batch: Batch, job: str, number: int, said: str) -> None:
    job = job.format(batch.id)
    page.goto(f"{page.url}de/?job={job}&item={number}")
    expect(page.locator(".cw-batch-photo [role=alert]").first).to_contain_text(said)
    expect(page.get_by_role("button", name="Für den Stapel behalten")).to_be_hidden()
    page.get_by_role("link", name="Zurück zum Stapel").click()
    expect(page).to_have_url(re.compile(rf"/batch#({job}/{number})?$"))  # of no job it shows them all
