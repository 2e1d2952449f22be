"""The files that a visitor downloads, each opened and looked into; and the clipboard."""

from __future__ import annotations

import base64
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Download, Page, expect
from psd_tools import PSDImage

from tests.e2e.test_studio import choose, finished, unfold
from tests.scenes import ball, encoded, overlap

pytestmark = [pytest.mark.browser, pytest.mark.weights]


@pytest.fixture
def ready(page: Page, photo: Path) -> Page:
    """The page with a cutout by the quickest network, and the file options open."""
    page.get_by_label("Fast").check()
    choose(page, photo)
    finished(page)
    unfold(page, "File options")
    return page


def choose_format(page: Page, name: str) -> None:
    page.get_by_label("More formats …").check()
    pick(page, "Other format", name)


def pick(page: Page, label: str, *names: str) -> None:
    """Choose from a list."""
    page.get_by_label(label).click()
    for name in names:
        page.get_by_role("option", name=name, exact=True).click()
    page.keyboard.press("Escape")


def downloaded(page: Page) -> Download:
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download").click()
    return waiting.value


def content(download: Download) -> bytes:
    return Path(download.path()).read_bytes()


def test_a_psd_with_its_mask_and_path(ready: Page) -> None:
    choose_format(ready, "PSD (Photoshop)")
    ready.get_by_label("Clipping path").check()
    ready.get_by_label("Resolution (dpi)").fill("300")
    download = downloaded(ready)
    assert download.suggested_filename == "my ball.psd"
    document = PSDImage.open(io.BytesIO(content(download)))
    (layer,) = document
    assert layer.mask
    assert (document.width, document.height) == (1200, 800)
    assert overlap(np.asarray(layer.mask.topil()), ball(1200, 800).matte) > 0.97
    assert document.image_resources.get_data(2999) == "Subject"
    assert document.image_resources.get_data(1005).horizontal == 300 * 65536


def test_a_limit_lowers_the_quality(ready: Page) -> None:
    ready.get_by_label("JPEG", exact=True).check()
    ready.get_by_label("At most (kB)").fill("20")
    download = downloaded(ready)
    data = content(download)
    assert len(data) <= 20_000
    assert Image.open(io.BytesIO(data)).size == (1200, 800)
    expect(ready.locator(".cw-status")).to_contain_text("Quality lowered to")


def test_a_limit_that_can_not_be_met_is_told(ready: Page) -> None:
    ready.get_by_label("At most (kB)").fill("3")
    ready.get_by_role("button", name="Download").click()
    expect(ready.get_by_role("alert")).to_contain_text("3 kB can't be met: the smallest file is")


def test_several_formats_under_a_name_come_as_a_zip(ready: Page) -> None:
    ready.get_by_label("File name").fill("grüner {stem} {width}")
    pick(ready, "Also as", "AVIF", "TIFF", "SVG (outline)")
    download = downloaded(ready)
    assert download.suggested_filename == "grüner my ball 1200.zip"
    with zipfile.ZipFile(io.BytesIO(content(download))) as archive:
        endings = ("png", "avif", "tif", "svg")
        assert archive.namelist() == [f"grüner my ball 1200.{ending}" for ending in endings]
        for name in archive.namelist()[:3]:
            image = Image.open(io.BytesIO(archive.read(name)))
            assert image.size == (1200, 800)
            assert overlap(np.asarray(image.getchannel("A")), ball(1200, 800).matte) > 0.97


def test_a_mask_excludes_formats_that_hold_none(ready: Page) -> None:
    choose_format(ready, "PSD (Photoshop)")
    ready.get_by_label("Mask for video").check()
    expect(ready.get_by_label("PNG", exact=True)).to_be_checked()
    image = Image.open(io.BytesIO(content(downloaded(ready))))
    assert image.mode == "RGB"
    assert overlap(np.asarray(image.convert("L")), ball(1200, 800).matte) > 0.97
    choose_format(ready, "SVG (outline)")
    expect(ready.get_by_label("Picture", exact=True).last).to_be_checked()


def test_an_svg_looks_like_the_matte(ready: Page, browser: Browser) -> None:
    """The browser draws the outline, and the drawing is compared with the true matte."""
    choose_format(ready, "SVG (outline)")
    data = content(downloaded(ready))
    shot = browser.new_page(viewport={"width": 1200, "height": 800})
    source = base64.b64encode(data).decode()
    shot.set_content(f'<body style="margin:0"><img src="data:image/svg+xml;base64,{source}">')
    shot.wait_for_function("document.images[0].complete && document.images[0].naturalWidth === 1200")
    drawn = Image.open(io.BytesIO(shot.screenshot())).convert("L")
    shot.close()
    assert overlap(255 - np.asarray(drawn), ball(1200, 800).matte) > 0.97


@pytest.fixture
def clipboard_page(browser: Browser, studio: str) -> Iterator[Page]:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(studio)
    page.get_by_text("Drop a photo here").wait_for()
    yield page
    context.close()


def test_the_result_on_the_clipboard(clipboard_page: Page, photo: Path) -> None:
    page = clipboard_page
    page.get_by_label("Fast").check()
    choose(page, photo)
    finished(page)
    page.get_by_role("button", name="Copy to the clipboard").click()
    expect(page.locator(".cw-status")).to_have_text("The picture is on the clipboard.")
    data = page.evaluate(
        """async () => {
          const [item] = await navigator.clipboard.read();
          const blob = await item.getType('image/png');
          const bytes = new Uint8Array(await blob.arrayBuffer());
          return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
        }"""
    )
    image = Image.open(io.BytesIO(base64.b64decode(data)))
    assert (image.mode, image.size) == ("RGBA", (1200, 800))
    assert overlap(np.asarray(image.getchannel("A")), ball(1200, 800).matte) > 0.97


def test_where_a_browser_may_not_copy_it_says_why(ready: Page) -> None:
    ready.evaluate("Object.defineProperty(window, 'isSecureContext', { value: false })")
    ready.get_by_role("button", name="Copy to the clipboard").click()
    expect(ready.get_by_role("alert")).to_contain_text("only on https pages and on localhost")


def test_a_photo_of_another_script_keeps_its_name(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "Schöne 花瓶.png"
    path.write_bytes(encoded(ball(300, 200).pixels))
    page.get_by_label("Fast").check()
    choose(page, path)
    finished(page)
    download = downloaded(page)
    assert download.suggested_filename == "Schöne 花瓶.png"
    answer = page.request.get(download.url)
    header = answer.headers["content-disposition"]
    assert re.search(r'filename="Sch_ne __\.png"; filename\*=UTF-8\'\'Sch%C3%B6ne%20%E8', header)
