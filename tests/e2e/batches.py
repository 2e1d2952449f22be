"""Making batches in the browser, for the tests of their page."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.scenes import ball, encoded

SIZES = [(1280, 900), (375, 800)]
"""Of windows: a desk's and a phone's."""


def write_photos(folder: Path) -> list[Path]:
    """Five photos, one of them twice, one damaged, and a file that is none."""
    for number in range(5):
        (folder / f"shoe {number}.png").write_bytes(encoded(ball(240 + 16 * number, 200).pixels))
    (folder / "twin.png").write_bytes((folder / "shoe 1.png").read_bytes())
    (folder / "damaged.png").write_bytes((folder / "shoe 2.png").read_bytes()[:300])
    (folder / "notes.txt").write_text("no picture")
    return sorted(folder.iterdir())


def begin(page: Page, photos: list[Path], name: str) -> None:
    """Have a batch made of photos, called so."""
    expect(page.get_by_role("heading", name="New batch")).to_be_visible()
    page.get_by_label("Choose photos").set_input_files(photos)
    page.get_by_label("Name of the batch").fill(name)
    page.locator("#model").select_option("fast")
    page.get_by_role("button", name="Start").click()


def ended(page: Page, said: str = "Done") -> None:
    """Wait until it is."""
    expect(page.locator("#told")).to_contain_text(said)


def card(page: Page, name: str) -> Locator:
    """What shows a photo."""
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


def show(page: Page, name: str) -> Locator:
    """The filter of a name."""
    return page.locator("#filters button", has_text=name)


def order(page: Page) -> list[str]:
    """Names of the photos as they are shown."""
    return page.locator(".card .file").all_inner_texts()


def downloaded(page: Page, link: str) -> list[str]:
    """Names within the ZIP that a link of the menu leads to."""
    page.locator("#export summary").click()
    with page.expect_download() as download:
        page.get_by_role("link", name=link).click()
    with zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes())) as archive:
        assert archive.testzip() is None
        return sorted(archive.namelist())
