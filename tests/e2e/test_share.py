"""A link for a client: from the owner to the client in a browser of its own, and back."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.test_access import SIZES, overflow, problems
from tests.e2e.test_studio import on_crimson

pytestmark = [pytest.mark.browser, pytest.mark.weights]

NAME = "my ball"


@pytest.fixture
def owner(page: Page, photo: Path) -> Page:
    """A page with a finished cutout on red, and the panel open."""
    on_crimson(page, photo)
    page.get_by_text("Share with a client").click()
    return page


@pytest.fixture
def other(browser: Browser) -> Iterator[BrowserContext]:
    """A browser of a client: it knows nothing of the owner's."""
    context = browser.new_context(locale="en-GB")
    yield context
    context.close()


def link(owner: Page, **how: Any) -> str:
    """Make a link; returns its address."""
    if how.get("watermark"):
        owner.get_by_label("Watermark").fill(how["watermark"])
    owner.get_by_label("The client may download").set_checked(how.get("download", False))
    before = owner.get_by_label(f"Link to {NAME}").count()
    owner.get_by_role("button", name="Make a link").click()
    expect(owner.get_by_label(f"Link to {NAME}")).to_have_count(before + 1)
    return owner.get_by_label(f"Link to {NAME}").first.input_value()


def pixels(client: Page, address: str) -> NDArray[np.int16]:
    """A picture, as this client gets it."""
    answer = client.request.get(address)
    assert answer.ok
    return np.asarray(Image.open(io.BytesIO(answer.body())).convert("RGB"), np.int16)


def look_again(owner: Page) -> None:
    """What the page does when the owner comes back to it."""
    owner.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_a_client_asks_for_a_change_and_then_approves(owner: Page, other: BrowserContext) -> None:
    client = other.new_page()
    address = link(owner)
    assert address.startswith(owner.url)
    client.goto(address)
    expect(client.get_by_role("heading", name=NAME)).to_be_visible()
    slider = client.get_by_role("slider", name="Compare before and after")
    slider.press("End")
    assert client.locator(".view").evaluate("view => view.style.getPropertyValue('--position')") == "100%"
    client.get_by_role("button", name="Ask for a change").click()
    expect(client.get_by_label("Note")).to_be_focused()  # it has to be said which
    note = "Warmer,\n<b>and larger</b>"
    client.get_by_label("Note").fill(note)
    client.get_by_role("button", name="Ask for a change").click()
    expect(client.locator(".answers .note")).to_have_text(note)
    look_again(owner)
    panel = owner.get_by_role("list", name="Your links")
    expect(panel.locator(".cw-state")).to_have_text("Change requested")
    expect(panel.locator(".cw-said-note")).to_have_text(note)
    expect(owner.locator(".cw-status")).to_have_text(f"A client asks for a change to {NAME}.")
    client.get_by_role("button", name="Approve").click()
    expect(client.locator(".answers li")).to_have_count(2)
    look_again(owner)
    expect(panel.locator(".cw-state")).to_have_text("Approved")
    owner.reload()
    owner.get_by_text("Share with a client").click()
    expect(panel.locator(".cw-state")).to_have_text("Approved")
    revoked(owner, client, address)


def test_answers_are_told_while_the_panel_is_shut(owner: Page, other: BrowserContext) -> None:
    client = other.new_page()
    client.goto(link(owner))
    owner.get_by_text("Share with a client").click()
    client.get_by_role("button", name="Approve").click()
    expect(client.locator(".answers li")).to_have_count(1)
    look_again(owner)
    expect(owner.locator(".cw-news")).to_have_text("1")
    owner.get_by_text("Share with a client").click()
    expect(owner.locator(".cw-news")).to_have_text("")


def revoked(owner: Page, client: Page, address: str) -> None:
    """Take the link back, and see that it leads nowhere."""
    owner.get_by_role("button", name=f"Revoke: {NAME}").click()
    expect(owner.get_by_label(f"Link to {NAME}")).to_have_count(0)
    gone = client.goto(address)
    assert gone is not None
    assert gone.status == 404
    expect(client.get_by_role("heading", name="This link leads nowhere")).to_be_visible()
    assert client.request.get(f"{address}/after").status == 404


def test_the_watermark_is_in_every_pixel_there_is(owner: Page, other: BrowserContext) -> None:
    client = other.new_page()
    plain = link(owner)
    marked = link(owner, watermark="PROOF", download=True)
    expect(owner.get_by_role("list", name="Your links")).to_contain_text("watermark “PROOF”")
    for what in ("before", "after"):
        clean, proof = (pixels(client, f"{address}/{what}") for address in (plain, marked))
        assert (np.abs(clean - proof).max(axis=2) > 25).mean() > 0.03
    client.goto(marked)
    with client.expect_download() as waiting:
        client.get_by_role("link", name="Download the full-size file").click()
    assert waiting.value.suggested_filename == f"{NAME}.jpg"
    file = np.asarray(Image.open(waiting.value.path()).convert("RGB"), np.int16)
    assert file.shape == (800, 1200, 3)
    assert (np.abs(file - pixels(client, f"{plain}/after")).max(axis=2) > 25).mean() > 0.03


def test_nothing_to_share_yet(page: Page) -> None:
    page.get_by_text("Share with a client").click()
    expect(page.locator(".cw-reach")).to_contain_text("this computer only")
    page.get_by_role("button", name="Make a link").click()
    expect(page.get_by_role("alert").filter(has_text="Add a photo first.")).to_be_visible()


def test_without_a_script_and_on_plain_http(owner: Page, browser: Browser) -> None:
    """Under a name that browsers trust less than localhost, the form still counts as the page's own."""
    address = urlsplit(link(owner))
    elsewhere = urlunsplit(address._replace(netloc=f"studio.test:{address.port}"))
    context = browser.new_context(java_script_enabled=False)
    client = context.new_page()
    client.goto(elsewhere)
    assert client.get_by_role("img").count() == 2
    client.get_by_role("button", name="Ask for a change").click()
    expect(client.get_by_role("alert")).to_have_text("Say what should be changed.")
    client.get_by_label("Note").fill("Larger")
    client.get_by_role("button", name="Ask for a change").click()
    expect(client.locator(".answers .note")).to_have_text("Larger")
    context.close()


def test_nobody_meets_barriers(owner: Page, other: BrowserContext) -> None:
    address = link(owner, watermark="PROOF", download=True)
    client = other.new_page()
    client.goto(address)
    client.get_by_label("Note").fill("Larger")
    client.get_by_role("button", name="Ask for a change").click()
    expect(client.locator(".answers li")).to_have_count(1)
    look_again(owner)
    expect(owner.locator(".cw-said-note")).to_have_text("Larger")
    for width, height in SIZES:
        for page in (owner, client):
            page.set_viewport_size({"width": width, "height": height})
            assert problems(page) == []
            assert overflow(page) == 0
    client.emulate_media(color_scheme="dark")
    assert problems(client) == []
    client.goto(address[:-1])
    assert problems(client) == []
