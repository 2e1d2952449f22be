"""Takes the README's picture from the real studio: ``python -m scripts.screenshot docs/studio.png``."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from pipelines.samples import sample_path
from tests.running import serving

CHROMIUM = "/usr/bin/chromium"


def show_a_product(page: Page, address: str) -> None:
    """Cut a sample photo out and put it on a studio backdrop, with a shadow."""
    expect.set_options(timeout=60_000)
    page.goto(address)
    page.get_by_label("Choose a photo").set_input_files(sample_path("coffee"))
    stage = page.locator(".cw-stage")
    expect(stage).to_have_class(re.compile("has-cut"))
    expect(stage).not_to_have_class(re.compile("is-busy"))
    page.get_by_label("Studio", exact=True).check()
    backdrop = page.locator(".cw-backdrop")
    expect(backdrop).to_have_css("background-image", re.compile("files"))
    first = str(backdrop.evaluate("it => getComputedStyle(it).backgroundImage"))
    page.get_by_role("button", name="Window light").click()
    expect(backdrop).not_to_have_css("background-image", first)
    page.evaluate("scrollTo(0, 0)")


def main() -> None:
    """Write the picture."""
    target = Path(sys.argv[1])
    with serving() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1280, "height": 960})
        show_a_product(page, address)
        target.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=target)
        browser.close()
    print(target)


if __name__ == "__main__":
    main()
