"""The review of many photos, by mouse and by keys, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.e2e.batches import SIZES, begin, card, downloaded, ended, focused, order, show, write_photos
from tests.e2e.test_access import overflow, problems

pytestmark = [pytest.mark.browser, pytest.mark.weights]


@pytest.fixture(scope="module")
def done(
    browser: Browser, studio: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, dict[str, Any]]]:
    """The address of a batch that is done, and what a browser knows that made it."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(f"{studio}/batch")
    begin(page, write_photos(tmp_path_factory.mktemp("photos")), "shoes")
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


def test_a_line_that_fails_once_is_not_noticed(review: Page) -> None:
    failed: list[str] = []

    def once(route: Route) -> None:
        if len(failed) == 2:
            route.fallback()
            return
        failed.append(route.request.url)
        if len(failed) == 1:
            route.abort()
        else:
            route.fulfill(status=503, headers={"Retry-After": "1"}, json={"code": "busy", "message": "Busy."})

    review.route("**/items?*", once)
    show(review, "Duplicates").click()
    expect(review.locator(".card")).to_have_count(1)
    expect(review.locator("#problem")).to_be_hidden()
    assert len(failed) == 2


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


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_has_no_barriers(review: Page, width: int, height: int, scheme: Any) -> None:
    review.emulate_media(color_scheme=scheme)
    review.set_viewport_size({"width": width, "height": height})
    review.keyboard.press("Control+a")
    expect(review.locator("#selected")).to_be_visible()
    assert problems(review) == []
    assert overflow(review) == 0
    review.get_by_role("button", name="Keyboard shortcuts").click()
    assert problems(review) == []


def test_a_photo_large_has_no_barriers(review: Page) -> None:
    review.set_viewport_size({"width": 375, "height": 800})
    review.locator(".card .open").nth(1).click()
    expect(review.locator("#large-after")).to_be_visible()
    assert problems(review) == []
    assert overflow(review) == 0
    review.keyboard.press("r")
    expect(review.get_by_role("dialog", name="Redo with another model")).to_be_visible()
    assert problems(review) == []


def test_a_decision_stays_with_its_batch_and_a_late_answer_is_dropped(review: Page) -> None:
    own, other = review.url.split("#")[1], "another-batch"
    late: list[Route] = []
    sent: list[str] = []

    def seem(route: Route) -> None:  # another batch that looks like this one
        told = route.fetch(url=route.request.url.replace(other, own)).json()
        route.fulfill(json={**told, "id": other} if "id" in told else told)

    def hold(route: Route) -> None:
        if "filter=duplicate" in route.request.url and own in route.request.url:
            late.append(route)
        else:
            route.fallback()

    def note(route: Route) -> None:
        if route.request.method == "PATCH":
            sent.append(route.request.url)
        route.fallback()

    review.route(f"**/jobs/{other}", seem)
    review.route(f"**/jobs/{other}/items?*", seem)
    review.route("**/items?*", hold)
    review.route("**/items", note)
    with review.expect_request("**/items?*filter=duplicate*"):
        show(review, "Duplicates").click()
    review.locator(".card .open").first.focus()
    review.keyboard.press("x")  # it waits for its turn
    review.evaluate("id => { location.hash = id; }", other)
    expect(review.locator("#job-title")).to_be_focused()
    with review.expect_request(lambda request: request.method == "PATCH"):
        late[0].continue_()
    expect(review.locator(".card")).to_have_count(7)
    expect(review.locator(".card.is-excluded")).to_have_count(1)  # told by the server, once it was said
    assert [url.split("/jobs/")[1].split("/")[0] for url in sent] == [own]
