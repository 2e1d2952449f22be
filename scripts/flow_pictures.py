"""Takes the pictures of docs/share.md, compare.md and keys.md: ``python -m scripts.flow_pictures docs``."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from pipelines.access.password import Password
from pipelines.samples import sample_path
from scripts.screenshot import CHROMIUM
from tests.e2e.test_studio import finished
from tests.running import serving

_QUALITY: Final = 72


def open_studio(browser: Browser, address: str, sample: str, color: str) -> Page:
    """A page with a cut-out sample photo on a colour."""
    page = browser.new_page(viewport={"width": 1180, "height": 760})
    page.goto(address)
    page.get_by_label("Choose a photo").set_input_files(sample_path(sample))
    finished(page)
    page.get_by_label("Colour", exact=True).check()
    page.get_by_role("button", name=color).click()
    expect(page.locator(f'.cw-swatch[data-name="{color}"]')).to_have_attribute("aria-pressed", "true")
    return page


def take(page: Page, target: Path) -> None:
    """Write what the window shows."""
    page.screenshot(path=target, type="jpeg", quality=_QUALITY)
    print(target)


def all_shown(part: Locator) -> None:
    """Wait until every picture of a part of the page can be seen whole."""
    part.locator("img").evaluate_all("pictures => Promise.all(pictures.map((one) => one.decode()))")


def share(browser: Browser, address: str, target: Path) -> None:
    """What a client sees who asked for a change."""
    owner = open_studio(browser, address, "coffee", "skyblue")
    owner.get_by_text("Share with a client").click()
    owner.get_by_label("Watermark").fill("PROOF")
    owner.get_by_role("button", name="Make a link").click()
    link = owner.get_by_label("Link to coffee")
    link.wait_for()
    client = browser.new_page(viewport={"width": 820, "height": 960})
    client.goto(link.input_value())
    client.get_by_label("Note").fill("A little more room on the left, please.")
    client.get_by_role("button", name="Ask for a change").click()
    expect(client.locator(".answers li")).to_have_count(1)
    client.goto(link.input_value())  # from its top again
    all_shown(client.locator(".view"))
    take(client, target)


def compare(browser: Browser, address: str, target: Path) -> None:
    """Three models on one photo."""
    page = open_studio(browser, address, "chelsea", "skyblue")
    page.get_by_role("button", name="Compare models").click()
    window = page.get_by_role("dialog", name="Compare models")
    window.get_by_role("button", name="Compare", exact=True).click()
    expect(window.locator(".cw-pane:not(.is-waiting)")).to_have_count(3)
    all_shown(window)
    take(page, target)


def login(browser: Browser, address: str, target: Path) -> None:
    """The login after a wrong password, as somebody in Germany sees it at night."""
    page = browser.new_page(viewport={"width": 820, "height": 480}, locale="de-DE", color_scheme="dark")
    page.goto(f"{address}/login")
    page.get_by_label("Passwort").fill("nicht dieses")
    page.get_by_label("Passwort").press("Enter")
    page.get_by_role("alert").wait_for()
    take(page, target)


def main() -> None:
    """Write the pictures into a folder."""
    expect.set_options(timeout=60_000)
    folder = Path(sys.argv[1])
    with TemporaryDirectory() as config, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        with serving(CUTAWAY_CONFIG=config) as address:
            share(browser, address, folder / "share.jpg")
            compare(browser, address, folder / "compare.jpg")
            Password(Path(config)).choose("a password for the picture")
            login(browser, address, folder / "keys.jpg")
        browser.close()


if __name__ == "__main__":
    main()
