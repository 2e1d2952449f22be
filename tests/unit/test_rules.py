"""The rule check: right pictures pass, and a deliberately wrong one fails the right rule."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image, ImageCms

from pipelines.errors import InputError
from pipelines.photo import Matte8, Pixels
from pipelines.presets import apply, preset_named
from pipelines.recipe import Recipe
from pipelines.rules.checking import check, check_cutout
from pipelines.rules.findings import Finding, Report, percent
from pipelines.rules.words import sentence
from tests.unit.fakes import fake_service


def picture(size: tuple[int, int] = (1600, 1600), share: float = 0.9, back: int = 255) -> Pixels:
    """A blue box in the middle of a plain ground, as many shares of it wide and high."""
    width, height = size
    pixels = np.full((height, width, 3), back, np.uint8)
    half = int(min(width, height) * share / 2)
    pixels[height // 2 - half : height // 2 + half, width // 2 - half : width // 2 + half] = (30, 60, 150)
    return pixels


def written(pixels: Pixels, name: str = "PNG", mode: str | None = None, **how: Any) -> bytes:
    stream = io.BytesIO()
    image = Image.fromarray(pixels)
    (image.convert(mode) if mode else image).save(stream, name, **how)
    return stream.getvalue()


def found(report: Report) -> dict[str, Finding]:
    for finding in report.findings:
        assert "{" not in sentence(finding)
    return {finding.rule: finding for finding in report.findings}


def failed(data: bytes, preset: str = "amazon-main", matte: Matte8 | None = None) -> set[str]:
    return {
        f.rule for f in found(check(data, preset_named(preset), matte=matte)).values() if f.verdict == "fail"
    }


def test_a_right_picture_passes() -> None:
    report = check(written(picture()), preset_named("amazon-main"))
    assert report.verdict == "pass", [sentence(finding) for finding in report.findings]
    assert report.estimated


def soft_shadow(pixels: Pixels) -> Pixels:
    pixels = pixels.copy()
    pixels[1550:1560, 300:1300] = 246
    return pixels


def animated() -> bytes:
    frames = [Image.fromarray(picture((600, 600), share)) for share in (0.9, 0.88)]
    stream = io.BytesIO()
    frames[0].save(stream, "GIF", save_all=True, append_images=frames[1:])
    return stream.getvalue()


def other_profile() -> bytes:
    """A profile whose red and blue changed places: what is blue here is red elsewhere."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile.replace(b"rXYZ", b"tXYZ").replace(b"bXYZ", b"rXYZ").replace(b"tXYZ", b"bXYZ")


def cut_off() -> Pixels:
    pixels = picture()
    pixels[:400, 700:900] = (30, 60, 150)
    return pixels


def seen_through() -> bytes:
    alpha = (picture()[..., 0] < 200).astype(np.uint8) * 255
    return written(np.dstack([picture(), alpha]))


WRONG: dict[str, tuple[Callable[[], bytes], set[str]]] = {
    "another format": (lambda: written(picture(), "WEBP", lossless=True), {"format"}),
    "an animation": (animated, {"still"}),
    "too small": (lambda: written(picture((400, 400))), {"longer"}),
    "too long": (lambda: written(picture((10_200, 60), 0.9)), {"longer"}),
    "off-white by one": (lambda: written(picture(back=254)), {"background"}),
    "a soft shadow": (lambda: written(soft_shadow(picture())), {"background"}),
    "a grey ground": (lambda: written(picture(back=200)), {"background"}),
    "no plain ground": (lambda: written(noise()), {"background", "whole"}),
    "a small subject": (lambda: written(picture(share=0.6)), {"share"}),
    "cut off": (lambda: written(cut_off()), {"whole"}),
    "for print": (lambda: written(picture(), "JPEG", "CMYK", quality=95), {"colours"}),
    "another colour space": (lambda: written(picture(), icc_profile=other_profile()), {"colours"}),
    "transparent": (seen_through, {"opaque", "background"}),
}


def noise() -> Pixels:
    return np.random.default_rng(0).integers(0, 255, (800, 800, 3), np.uint8)


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_picture_fails_the_right_rule(case: str) -> None:
    make, rules = WRONG[case]
    if case == "no plain ground":
        assert "background" in failed(make())
    else:
        assert failed(make()) == rules


def test_bytes_and_proportions() -> None:
    large = written(np.dstack([noise().repeat(3, 0).repeat(3, 1)] * 1), "BMP")
    assert "bytes" in failed(large, "walmart")
    assert "ratios" in failed(written(picture((2200, 1600), 0.95)), "walmart")
    assert "shorter" in failed(written(picture((900, 900))), "walmart")


def test_advice_is_no_failure() -> None:
    report = check(written(picture(share=0.5, back=200)), preset_named("ebay"))
    assert report.verdict == "warn"
    assert {finding.rule for finding in report.of("warn")} == {"share", "background"}


def test_transparency_is_right_where_it_is_allowed() -> None:
    report = check(seen_through(), preset_named("google-merchant"))
    assert report.verdict == "pass"
    assert not report.estimated
    assert found(report)["share"].facts["share"] == "90 %"


def test_a_matte_tells_a_white_subject_from_its_white_ground() -> None:
    matte = (picture()[..., 0] < 200).astype(np.uint8) * 255
    white = np.full((1600, 1600, 3), 255, np.uint8)
    assert failed(written(white), matte=matte) == set()
    assert "share" not in failed(written(white))
    blind = found(check(written(white), preset_named("amazon-main")))
    assert blind["share"].word == "share_unknown"
    spot = white.copy()
    spot[3, 3] = 254
    assert failed(written(spot), matte=matte) == {"background"}


def test_dirt_is_no_subject() -> None:
    pixels = picture()
    pixels[2:4, 2:4] = 90
    assert found(check(written(pixels), preset_named("amazon-main")))["share"].facts["share"] == "90 %"


def test_a_picture_that_cannot_be_read() -> None:
    with pytest.raises(InputError):
        check(b"not a picture", preset_named("ebay"))


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0, "0 %"),
        (1, "100 %"),
        (0.87, "87 %"),
        (0.99996, "99.996 %"),
        (0.9999999, "99.999 %"),
        (0.0004, "0.04 %"),
    ],
)
def test_only_the_whole_is_called_so(share: float, text: str) -> None:
    assert percent(share) == text


def egg() -> Pixels:
    """Something bright and colourful on black: the made-up network takes it for the subject."""
    pixels = np.zeros((900, 1200, 3), np.uint8)
    cv2.ellipse(pixels, (620, 440), (210, 330), 15, 0, 360, (255, 210, 90), -1, cv2.LINE_AA)
    cv2.circle(pixels, (560, 380), 60, (220, 60, 40), -1, cv2.LINE_AA)
    return pixels


@pytest.mark.parametrize(
    "name", ["amazon-main", "ebay", "walmart", "google-merchant", "etsy", "shopify", "instagram-shop"]
)
def test_what_a_preset_makes_keeps_its_rules(name: str, tmp_path: Path) -> None:
    recipe = apply(preset_named(name), Recipe(model="u2netp"))
    cutout = fake_service(tmp_path).service.cut(egg(), recipe)
    data = cutout.encode()
    report = check_cutout(cutout, data)
    assert report is not None
    assert report.of("fail") == (), [sentence(finding) for finding in report.findings]
    assert {finding.rule for finding in report.of("warn")} <= {"enlarged"}
    assert not report.estimated
    # So does a stranger find who has only the file, but for the made-up network's wide soft edges.
    assert {finding.rule for finding in check(data, preset_named(name)).of("fail")} <= {"background"}


def test_a_change_that_breaks_a_rule_is_found(tmp_path: Path) -> None:
    recipe = apply(preset_named("amazon-main"), Recipe(model="u2netp"))
    broken = {
        "background": recipe.changed(background="#fefefe"),
        "share": recipe.changed(framing={**recipe.framing.model_dump(), "share": 0.5}),
        "longer": recipe.changed(framing={**recipe.framing.model_dump(), "size": "300x300"}),
        "format": recipe.changed(output={"format": "webp"}),
    }
    service = fake_service(tmp_path).service
    for rule, changed in broken.items():
        cutout = service.cut(egg(), changed)
        report = check_cutout(cutout, cutout.encode())
        assert report is not None
        assert rule in {finding.rule for finding in report.of("fail")}


def test_a_shadow_is_not_pure_white(tmp_path: Path) -> None:
    recipe = apply(preset_named("amazon-main"), Recipe(model="u2netp")).changed(shadows=["drop"])
    cutout = fake_service(tmp_path).service.cut(egg(), recipe)
    report = check_cutout(cutout, cutout.encode())
    assert report is not None
    assert "background" in {finding.rule for finding in report.of("fail")}


def test_without_a_preset_nothing_is_checked(tmp_path: Path) -> None:
    cutout = fake_service(tmp_path).service.cut(egg(), Recipe(model="u2netp"))
    assert check_cutout(cutout, cutout.encode()) is None
