"""Takes a picture of docs/touch-up.md: ``python -m scripts.batch_photo_picture docs/touch-up-batch.jpg``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from playwright.sync_api import Page, expect, sync_playwright

from pipelines.samples import sample_path
from scripts.flow_pictures import take
from scripts.screenshot import CHROMIUM
from tests.e2e.test_studio import finished, unfold
from tests.e2e.test_touch_up import draw
from tests.running import serving

_NAMES: Final = ("chelsea", "coffee", "rocket")
_SPOON: Final = [(0.645, 0.5), (0.67, 0.33), (0.69, 0.19)]


def touch_up(page: Page, address: str) -> None:
    """Make a batch of the samples, and paint over the cup of coffee in the studio."""
    page.goto(f"{address}/batch")
    expect(page.get_by_role("heading", name="New batch")).to_be_visible()
    page.get_by_label("Choose photos").set_input_files([sample_path(name) for name in _NAMES])
    page.get_by_label("Name of the batch").fill("Autumn")
    page.locator("#model").select_option("fast")
    page.get_by_role("button", name="Start").click()
    expect(page.locator("#told")).to_contain_text("Done")
    page.locator(".card", has_text="coffee").locator(".open").focus()
    page.keyboard.press("t")
    finished(page)
    unfold(page, "Touch up")
    page.get_by_label("Keep", exact=True).check()
    draw(page, _SPOON)
    page.evaluate("scrollTo(0, 0)")


def main() -> None:
    """Write the picture."""
    expect.set_options(timeout=60_000)
    with serving() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1180, "height": 820})
        touch_up(page, address)
        take(page, Path(sys.argv[1]))
        browser.close()


if __name__ == "__main__":
    main()
