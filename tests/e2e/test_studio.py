"""The page as a person uses it."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from pipelines.samples import sample_path
from tests.scenes import ball, encoded, overlap

pytestmark = [pytest.mark.browser, pytest.mark.weights]

DROP = """([target, bytes, name, type]) => {
  const data = new DataTransfer();
  data.items.add(new File([new Uint8Array(bytes)], name, { type }));
  const box = document.querySelector(target);
  for (const kind of ['dragenter', 'dragover', 'drop']) {
    box.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
  }
}"""
PASTE = """([bytes, name, type]) => {
  const data = new DataTransfer();
  data.items.add(new File([new Uint8Array(bytes)], name, { type }));
  const event = { clipboardData: data, bubbles: true, cancelable: true };
  document.dispatchEvent(new ClipboardEvent('paste', event));
}"""


def finished(page: Page) -> Locator:
    """Wait until the better cutout is on screen."""
    expect(page.locator(".cw-stage")).to_have_class(re.compile("has-cut"))
    expect(page.locator(".cw-stage")).not_to_have_class(re.compile("is-busy"))
    expect(page.locator(".cw-busy")).to_be_hidden()
    return page.locator(".cw-status")


def choose(page: Page, path: Path) -> None:
    page.get_by_label("Choose a photo").set_input_files(path)


def on_crimson(page: Page, photo: Path) -> None:
    """Cut a photo out, and lay it on red."""
    page.get_by_label("Fast", exact=True).check()
    choose(page, photo)
    finished(page)
    page.get_by_label("Colour", exact=True).check()
    page.get_by_role("button", name="crimson").click()
    expect(page.locator(".cw-backdrop")).to_have_css("background-color", "rgb(220, 20, 60)")


def unfold(page: Page, name: str) -> None:
    """Open a folded panel, and wait until what is in it stands.

    Gradio makes the inputs when a panel is opened first, and gives them their values a frame later: faster
    than any hand, but not than a test.
    """
    page.get_by_role("button", name=name).click()
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def download(page: Page) -> tuple[str, Image.Image]:
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download").click()
    data = Path(waiting.value.path()).read_bytes()
    return waiting.value.suggested_filename, Image.open(io.BytesIO(data))


def pixel(page: Page, x: float, y: float) -> tuple[int, ...]:
    """The colour on screen at a share of the view's width and height."""
    shot = Image.open(io.BytesIO(page.locator(".cw-view").screenshot())).convert("RGB")
    value = shot.getpixel((int(shot.width * x), int(shot.height * y)))
    assert isinstance(value, tuple)
    return value


def test_choose_compare_and_download(page: Page, photo: Path) -> None:
    choose(page, photo)
    expect(finished(page)).to_contain_text("IS-Net")
    slider = page.get_by_role("slider", name="Compare before and after")
    expect(slider).to_be_visible()
    name, picture = download(page)
    assert name == "my ball.png"
    assert (picture.mode, picture.size) == ("RGBA", (1200, 800))
    assert overlap(np.asarray(picture.getchannel("A")), ball(1200, 800).matte) > 0.95


def test_true_proportions(page: Page, photo: Path) -> None:
    choose(page, photo)
    finished(page)
    box = page.locator(".cw-view").bounding_box()
    assert box is not None
    assert box["width"] / box["height"] == pytest.approx(1200 / 800, rel=0.01)


def test_the_slider_works_with_the_keyboard(page: Page, photo: Path) -> None:
    choose(page, photo)
    finished(page)
    slider = page.get_by_role("slider", name="Compare before and after")
    slider.focus()
    page.keyboard.press("Home")
    assert pixel(page, 0.02, 0.5) == pytest.approx(pixel(page, 0.02, 0.6), abs=60)
    shown = pixel(page, 0.5, 0.1)
    page.keyboard.press("End")
    expect(slider).to_have_value("100")
    assert pixel(page, 0.5, 0.1) != shown


def test_a_dropped_photo_is_cut(page: Page) -> None:
    page.evaluate(DROP, [".cw-drop", list(encoded(ball().pixels)), "dropped.png", "image/png"])
    finished(page)
    expect(page.get_by_text("dropped.png · 640 × 480")).to_be_visible()


def test_a_pasted_photo_is_cut(page: Page) -> None:
    page.evaluate(PASTE, [list(encoded(ball().pixels)), "image.png", "image/png"])
    finished(page)


def test_backgrounds_change_without_a_network(page: Page, photo: Path) -> None:
    choose(page, photo)
    finished(page)
    page.get_by_role("slider", name="Compare before and after").fill("0")
    page.get_by_label("Colour", exact=True).check()
    page.get_by_role("button", name="seagreen").click()
    expect(page.locator(".cw-backdrop")).to_have_css("background-color", "rgb(46, 139, 87)")
    assert pixel(page, 0.05, 0.3) == pytest.approx((46, 139, 87), abs=3)
    name, picture = download(page)
    assert (name, picture.mode) == ("my ball.png", "RGB")
    assert picture.getpixel((5, 5)) == (46, 139, 87)


def test_colours_by_name_and_hex(page: Page, photo: Path) -> None:
    choose(page, photo)
    finished(page)
    page.get_by_label("Colour", exact=True).check()
    field = page.get_by_label("Colour as a name or hex value")
    for text, shown in (
        ("tomato", "rgb(255, 99, 71)"),
        ("#0af", "rgb(0, 170, 255)"),
        ("336699", "rgb(51, 102, 153)"),
    ):
        field.fill(text)
        expect(page.locator(".cw-backdrop")).to_have_css("background-color", shown)
    field.fill("no colour at all")
    field.blur()
    expect(page.get_by_text("Not a colour")).to_be_visible()


def test_a_picture_behind(page: Page, photo: Path) -> None:
    choose(page, photo)
    finished(page)
    page.get_by_label("Picture", exact=True).check()
    page.get_by_label("Choose a picture").set_input_files(sample_path("coffee"))
    expect(page.locator(".cw-backdrop")).to_have_css("background-image", re.compile("studio/files/"))
    _, picture = download(page)
    coffee = Image.open(sample_path("coffee")).convert("RGB")
    assert picture.size == (1200, 800)
    assert picture.getpixel((0, 0)) == pytest.approx(coffee.getpixel((0, 0)), abs=12)


def test_the_blurred_original_behind(page: Page, photo: Path) -> None:
    choose(page, photo)
    finished(page)
    page.get_by_label("Blur", exact=True).check()
    expect(page.locator(".cw-backdrop")).to_have_css("background-image", re.compile("studio/files/"))
    _, picture = download(page)
    assert picture.mode == "RGB"


def test_jpeg_says_what_is_put_behind(page: Page, photo: Path) -> None:
    choose(page, photo)
    finished(page)
    page.get_by_label("JPEG").check()
    expect(page.get_by_text("white is put behind")).to_be_visible()
    name, picture = download(page)
    assert (name, picture.format, picture.mode) == ("my ball.jpg", "JPEG", "RGB")
    assert min(picture.getpixel((3, 3))) > 250  # type: ignore[arg-type]  # an RGB pixel is a tuple


def test_webp(page: Page, photo: Path) -> None:
    choose(page, photo)
    finished(page)
    page.get_by_label("WebP").check()
    name, picture = download(page)
    assert (name, picture.format, picture.mode) == ("my ball.webp", "WEBP", "RGBA")


def test_another_model(page: Page, photo: Path) -> None:
    choose(page, photo)
    finished(page)
    page.get_by_label("Fast").check()
    expect(page.locator(".cw-status")).to_have_text(re.compile(r"^U²-Net small · "))
    expect(page.locator("#model-facts")).to_contain_text("Apache-2.0")


def test_models_under_more_show_their_licence(page: Page) -> None:
    page.get_by_label("More …").check()
    page.get_by_label("More models").click()
    page.get_by_role("option", name=re.compile("BRIA")).click()
    facts = page.locator("#model-facts")
    expect(facts).to_contain_text("not free for commercial use")
    expect(facts).to_contain_text("not on this machine yet")
    expect(page.get_by_label(re.compile("I accept"))).to_be_visible()
    expect(page.get_by_role("button", name="Get the weights")).to_be_visible()


def test_a_model_that_is_not_here_says_so(page: Page, photo: Path) -> None:
    choose(page, photo)
    finished(page)
    page.get_by_label("More …").check()
    page.get_by_label("More models").click()
    page.get_by_role("option", name="BiRefNet light").click()
    expect(page.get_by_role("alert").filter(has_text="are not on this machine yet")).to_be_visible()


def test_a_wrong_file_is_explained(page: Page, tmp_path: Path) -> None:
    wrong = tmp_path / "notes.png"
    wrong.write_text("these are only words")
    choose(page, wrong)
    expect(page.get_by_role("alert").filter(has_text="JPEG")).to_be_visible()
    expect(page.get_by_text("Drop a photo here")).to_be_visible()


def test_a_newer_photo_wins(page: Page, photo: Path) -> None:
    choose(page, photo)
    page.get_by_label("Choose a photo").set_input_files(sample_path("chelsea"))
    finished(page)
    expect(page.get_by_text("chelsea.png · 451 × 300")).to_be_visible()
    name, picture = download(page)
    assert (name, picture.size) == ("chelsea.png", (451, 300))


def test_samples_are_one_click_away(page: Page) -> None:
    page.get_by_role("button", name="Product").click()
    finished(page)
    expect(page.get_by_text("coffee.png")).to_be_visible()


def test_nothing_to_download_yet(page: Page) -> None:
    page.get_by_role("button", name="Download").click()
    expect(page.locator(".cw-status")).to_have_text("Add a photo first.")


def test_everything_fits_a_phone(browser: Browser, studio: str, photo: Path) -> None:
    context = browser.new_context(viewport={"width": 375, "height": 740}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(studio)
    choose(page, photo)
    finished(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    context.close()


def test_a_studio_without_all_weights_says_so_and_works(
    browser: Browser, poor_studio: str, photo: Path
) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(poor_studio)
    banner = page.get_by_role("status").filter(has_text="Not on this machine")
    expect(banner).to_contain_text("MODNet, IS-Net")
    expect(banner).to_contain_text("CUTAWAY_OFFLINE")
    page.get_by_role("button", name="Try again").click()
    expect(banner).to_contain_text("MODNet, IS-Net")
    choose(page, photo)
    expect(finished(page)).to_have_text(re.compile(r"^U²-Net small · "))
    page.get_by_label("Portrait").check()
    expect(page.get_by_role("alert").filter(has_text="MODNet are not on this machine yet")).to_be_visible()
    context.close()


def test_doubt_is_told_and_shown(page: Page) -> None:
    choose(page, sample_path("chelsea"))
    finished(page)
    told = page.get_by_role("group", name="Confidence")
    expect(told).to_contain_text(re.compile(r"(Sure|Have a look), \d+ %"))
    expect(told).to_contain_text("cut off at the")
    slider = page.get_by_role("slider", name="Compare before and after")
    slider.fill("100")
    button, overlay = (
        page.get_by_role("button", name="Show doubt"),
        page.get_by_alt_text("Where the cutout is"),
    )
    expect(overlay).to_be_hidden()
    plain = pixel(page, 0.75, 0.9)
    button.focus()
    page.keyboard.press("Space")
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(overlay).to_be_visible()
    assert overlay.bounding_box() == page.locator(".cw-view").bounding_box()
    assert overlay.evaluate("image => image.naturalWidth / image.naturalHeight") == pytest.approx(
        1.5, abs=0.02
    )
    shown = pixel(page, 0.75, 0.9)
    assert shown[0] - shown[1] > plain[0] - plain[1] + 30  # redder
    slider.fill("20")
    expect(slider).to_have_value("20")
    page.keyboard.press("Tab")
    button.click()
    expect(overlay).to_be_hidden()


def test_another_photo_starts_without_the_last_ones_doubt(page: Page, photo: Path) -> None:
    choose(page, sample_path("chelsea"))
    finished(page)
    page.get_by_role("button", name="Show doubt").click()
    choose(page, photo)
    expect(page.locator(".cw-trust")).to_be_hidden()
    finished(page)
    expect(page.get_by_role("group", name="Confidence")).to_contain_text("Sure, ")
    expect(page.get_by_role("button", name="Show doubt")).to_have_attribute("aria-pressed", "false")


@pytest.fixture
def pair(tmp_path: Path) -> Path:
    """A photo of two balls beside each other."""
    one = ball(700, 500).pixels
    path = tmp_path / "pair.png"
    path.write_bytes(encoded(np.concatenate([one, one[:, ::-1]], axis=1)))
    return path


def shares(picture: Image.Image) -> tuple[float, float]:
    """How much of the left and of the right half is subject."""
    alpha = np.asarray(picture.getchannel("A")) > 127
    middle = alpha.shape[1] // 2
    return float(alpha[:, :middle].mean()), float(alpha[:, middle:].mean())


def open_edges(page: Page, path: Path) -> None:
    page.get_by_label("Fast").check()
    choose(page, path)
    finished(page)
    unfold(page, "Edges and subjects")


def recut(page: Page, act: Callable[[], None]) -> None:
    """Do something, and wait for the cutout that follows from it."""
    before = page.locator(".cw-cut").get_attribute("src")
    act()
    expect(page.locator(".cw-cut")).not_to_have_attribute("src", str(before))


def test_a_subject_is_chosen_by_a_click(page: Page, pair: Path) -> None:
    open_edges(page, pair)
    page.get_by_label("Click to choose").check()
    expect(page.locator(".cw-view")).to_have_attribute("data-mode", "pick")
    box = page.locator(".cw-view").bounding_box()
    assert box is not None
    recut(page, lambda: page.mouse.click(box["x"] + box["width"] * 0.25, box["y"] + box["height"] * 0.5))
    left, right = shares(download(page)[1])
    assert left > 0.15
    assert right == 0


def test_a_region_is_marked_by_dragging(page: Page, pair: Path) -> None:
    open_edges(page, pair)
    page.get_by_label("Mark a region on the photo").check()
    expect(page.locator(".cw-view")).to_have_attribute("data-mode", "region")
    box = page.locator(".cw-view").bounding_box()
    assert box is not None

    def drag() -> None:
        page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 2)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] * 0.99, box["y"] + box["height"] * 0.98, steps=5)
        page.mouse.up()

    recut(page, drag)
    left, right = shares(download(page)[1])
    assert left == 0
    assert right > 0.15
