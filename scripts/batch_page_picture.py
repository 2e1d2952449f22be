"""Takes the picture of docs/batch-page.md: ``python -m scripts.batch_page_picture docs/batch-page.jpg``.

Crops of the sample photos stand for a day's work.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright

from pipelines.samples import sample_path
from scripts.flow_pictures import take
from scripts.screenshot import CHROMIUM
from tests.running import serving

_CROPS: Final = {
    "coffee": [(0, 0, 600, 400), (150, 40, 560, 400), (60, 0, 480, 330)],
    "chelsea": [(0, 0, 451, 300), (60, 0, 400, 300)],
    "rocket": [(0, 0, 640, 427), (200, 0, 460, 427)],
    "astronaut": [(0, 0, 512, 512), (90, 0, 400, 330)],
}


def photos(folder: Path) -> list[Path]:
    """Write the crops as photos."""
    made = []
    for name, boxes in _CROPS.items():
        for number, box in enumerate(boxes, 1):
            made.append(folder / f"{name} {number}.jpg")
            Image.open(sample_path(name)).convert("RGB").crop(box).save(made[-1], quality=92)
    made.append(folder / f"{made[0].stem} copy.jpg")
    made[-1].write_bytes(made[0].read_bytes())
    return made


def review(page: Page, address: str, chosen: list[Path]) -> None:
    """Make a batch of them, and decide on some."""
    page.goto(f"{address}/batch")
    expect(page.get_by_role("heading", name="New batch")).to_be_visible()
    page.get_by_label("Choose photos").set_input_files(chosen)
    page.get_by_label("Name of the batch").fill("Autumn")
    page.locator("#model").select_option("fast")
    page.get_by_role("button", name="Start").click()
    expect(page.locator("#told")).to_contain_text("Done")
    expect(page.locator(".card")).to_have_count(len(chosen))
    page.locator(".card .open").nth(2).focus()
    for key in ("a", "x", "a", "ArrowRight", "Shift+ArrowRight"):
        page.keyboard.press(key)
    expect(page.locator("#selected")).to_have_text("2 selected")
    expect(page.locator("#filters")).to_contain_text("Accepted2")
    page.evaluate("scrollTo(0, 0)")
    page.locator(".card .after").evaluate_all("all => Promise.all(all.map((one) => one.decode()))")


def main() -> None:
    """Write the picture."""
    expect.set_options(timeout=60_000)
    with TemporaryDirectory() as folder, serving() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1180, "height": 860})
        review(page, address, photos(Path(folder)))
        take(page, Path(sys.argv[1]))
        browser.close()


if __name__ == "__main__":
    main()
