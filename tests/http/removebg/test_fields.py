"""Every field of the contract, by what it does to the picture."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipelines.compose.subject import Box
from pipelines.faces.face import Face
from tests.http.knowing import BOX, GREY, HEIGHT, RED, WIDTH, box_of, opened, plain, scene
from tests.http.removebg.api import Api, api
from tests.scenes import encoded

SIZES = {
    "preview": 0.25,
    "small": 0.25,
    "regular": 0.25,
    "medium": 1.5,
    "hd": 4,
    "full": 25,
    "4k": 25,
    "auto": 25,
    "50MP": 50,
}


@pytest.fixture(autouse=True)
def _no_faces(removebg: Api) -> None:
    removebg.service.smiling = ()
    removebg.service.asked.clear()


def near(found: Box, wanted: tuple[float, float, float, float], pixels: float = 1) -> bool:
    return float(np.abs(np.array(found) - wanted).max()) <= pixels


def test_the_background_is_gone(removebg: Api) -> None:
    rgba = removebg.cut()
    assert rgba.shape == (HEIGHT, WIDTH, 4)
    assert box_of(rgba) == BOX
    assert tuple(rgba[100, 130]) == (*RED, 255)
    assert tuple(rgba[5, 5]) == (0, 0, 0, 0)


# size ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("size", "megapixels"), SIZES.items())
def test_sizes(removebg: Api, size: str, megapixels: float) -> None:
    """A photo of 0.06 megapixels keeps its size; what a larger one would get is in the Recipe."""
    assert opened(removebg.post(size=size)).size == (WIDTH, HEIGHT)
    sent = scene(2500, 1000, Box(1000, 200, 1500, 800))
    width, height = opened(removebg.post(sent, size=size)).size
    assert width * height <= megapixels * 1e6
    assert width * height == pytest.approx(min(2.5, megapixels) * 1e6, rel=0.01)


def test_the_size_is_a_preview_if_nothing_is_said(removebg: Api) -> None:
    assert opened(removebg.post(scene(1250, 800, Box(400, 200, 800, 600)))).size == (625, 400)


def test_a_crop_is_as_large_as_the_size_allows(removebg: Api) -> None:
    sent = scene(2000, 1500, Box(500, 300, 1500, 1300))
    assert opened(removebg.post(sent, crop="true")).size == (500, 500)
    assert opened(removebg.post(sent, crop="true", size="medium")).size == (1000, 1000)


@pytest.mark.parametrize(("full", "size"), [(True, (5000, 2500)), (False, (4472, 2236))])
def test_large_png(tmp_path: Path, full: bool, size: tuple[int, int]) -> None:
    sent = scene(5000, 2500, Box(2000, 1000, 3000, 2000))
    with api(tmp_path, removebg_full_png=full) as removebg:
        answer = removebg.post(sent, size="full", type_level="none")
        assert opened(answer).size == size
        assert (answer.headers["x-max-width"], answer.headers["x-max-height"]) == tuple(map(str, size))
        if not full:
            assert opened(removebg.post(sent, size="full", format="jpg")).size == (5000, 2500)


# format, channels ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({}, "PNG"),
        ({"format": "auto"}, "PNG"),
        ({"format": "png"}, "PNG"),
        ({"format": "PNG"}, "PNG"),
        ({"format": "jpg"}, "JPEG"),
        ({"format": "jpeg"}, "JPEG"),
        ({"format": "webp"}, "WEBP"),
        ({"bg_color": "fff"}, "JPEG"),
        ({"bg_color": "ffffff80"}, "PNG"),
        ({"bg_color": "fff", "format": "png"}, "PNG"),
        ({"channels": "alpha"}, "PNG"),
        ({"channels": "alpha", "bg_color": "fff"}, "PNG"),
        ({"channels": "alpha", "format": "jpg"}, "JPEG"),
    ],
    ids=str,
)
def test_formats(removebg: Api, fields: dict[str, str], kind: str) -> None:
    answer = removebg.post(**fields)
    assert opened(answer).format == kind
    assert answer.headers["content-type"] == f"image/{kind.lower()}"


def test_auto_is_a_jpeg_where_all_of_the_photo_is_subject(removebg: Api) -> None:
    assert opened(removebg.post(plain(RED))).format == "JPEG"
    assert opened(removebg.post(plain(RED), scale="50%")).format == "PNG"


def test_a_jpeg_without_a_background_is_on_white(removebg: Api) -> None:
    pixels = np.asarray(opened(removebg.post(format="jpg")), int)
    assert np.abs(pixels[5, 5] - 255).max() <= 2
    assert np.abs(pixels[100, 130] - RED).max() <= 4


def test_alpha_alone(removebg: Api) -> None:
    matte = opened(removebg.post(channels="alpha", size="full"))
    assert matte.mode == "L"
    assert np.array_equal(np.asarray(matte), removebg.cut(channels="rgba")[..., 3])


@pytest.mark.parametrize("fields", [{}, {"channels": "alpha"}, {"bg_color": "red"}], ids=str)
def test_zip_holds_colour_and_alpha_apart(removebg: Api, fields: dict[str, str]) -> None:
    answer = removebg.post(format="zip", size="full", **fields)
    assert answer.headers["content-type"] == "application/zip"
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert archive.namelist() == ["color.jpg", "alpha.png"]
    assert {member.compress_type for member in archive.infolist()} == {zipfile.ZIP_STORED}
    alpha = archive.read("alpha.png")
    assert (alpha[24], alpha[25]) == (8, 0)  # 8 bits, grey: Go's client takes nothing else
    color = Image.open(io.BytesIO(archive.read("color.jpg")))
    assert (color.format, color.mode, color.size) == ("JPEG", "RGB", (WIDTH, HEIGHT))
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(alpha))), removebg.cut()[..., 3])


# roi ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("roi", "box"),
    [
        ("", BOX),
        ("0% 0% 100% 100%", BOX),
        ("0 0 100% 100%", BOX),
        ("0px 0px 300px 200px", BOX),
        ("0 0 50% 100%", (100, 50, 150, 150)),
        ("110px 25% 140px 60%", (110, 50, 140, 120)),
        ("120px 80px 100% 100%", (120, 80, 160, 150)),
    ],
)
def test_nothing_outside_the_roi(removebg: Api, roi: str, box: tuple[int, int, int, int]) -> None:
    assert near(box_of(removebg.cut(roi=roi)), box)


def test_roi_pixels_are_those_of_the_photo(removebg: Api) -> None:
    sent = scene(2500, 1000, Box(1000, 200, 1500, 800))
    rgba = removebg.cut(sent, roi="0 0 1250px 1000px", size="preview")
    assert box_of(rgba).right == pytest.approx(rgba.shape[1] / 2, abs=1)


# crop, crop_margin, scale, position ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "size", "box"),
    [
        ({"crop": "false"}, (300, 200), BOX),
        ({"crop": "true"}, (60, 100), (0, 0, 60, 100)),
        ({"crop": "True"}, (60, 100), (0, 0, 60, 100)),
        ({"crop": "1", "crop_margin": "0"}, (60, 100), (0, 0, 60, 100)),
        ({"crop": "true", "crop_margin": "10px"}, (80, 120), (10, 10, 70, 110)),
        ({"crop": "true", "crop_margin": "10%"}, (72, 120), (6, 10, 66, 110)),
        ({"crop": "true", "crop_margin": "10px 20px"}, (100, 120), (20, 10, 80, 110)),
        ({"crop": "true", "crop_margin": "1px 2px 3px 4px"}, (66, 104), (4, 1, 64, 101)),
        ({"crop": "true", "crop_margin": "50% 500px"}, (1060, 200), (500, 50, 560, 150)),
        ({"crop_margin": "10px"}, (300, 200), BOX),
        ({"scale": "original"}, (300, 200), BOX),
        ({"scale": "50%"}, (300, 200), (120, 50, 180, 150)),
        ({"scale": "100%"}, (300, 200), (90, 0, 210, 200)),
        ({"scale": "10%"}, (300, 200), (144, 90, 156, 110)),
        ({"scale": "80%", "position": "original"}, (300, 200), (85, 20, 181, 180)),
        ({"scale": "50%", "position": "0%"}, (300, 200), (0, 0, 60, 100)),
        ({"position": "original"}, (300, 200), BOX),
        ({"position": "center"}, (300, 200), (120, 50, 180, 150)),
        ({"position": "0%"}, (300, 200), (0, 0, 60, 100)),
        ({"position": "100%"}, (300, 200), (240, 100, 300, 200)),
        ({"position": "25% 100%"}, (300, 200), (60, 100, 120, 200)),
        ({"position": "0 50%"}, (300, 200), (0, 50, 60, 150)),
        ({"crop": "true", "scale": "50%"}, (120, 200), (30, 50, 90, 150)),
        ({"crop": "true", "scale": "50%", "position": "0% 100%"}, (120, 200), (0, 100, 60, 200)),
    ],
    ids=str,
)
def test_framing(
    removebg: Api, fields: dict[str, str], size: tuple[int, int], box: tuple[int, int, int, int]
) -> None:
    rgba = removebg.cut(**fields)
    assert (rgba.shape[1], rgba.shape[0]) == size
    assert near(box_of(rgba), box)


def test_margins_are_also_left_where_the_photo_cuts_the_subject_off(removebg: Api) -> None:
    sent = scene(box=Box(100, 50, 160, HEIGHT))
    rgba = removebg.cut(sent, crop="true", crop_margin="10px")
    assert (rgba.shape[:2], box_of(rgba)) == ((170, 80), Box(10, 10, 70, 160))
    assert near(box_of(removebg.cut(sent, position="center")), (120, 25, 180, 175))


# shadows ------------------------------------------------------------------------------------------------


def test_a_shadow_lies_beside_the_subject_and_nowhere_else(removebg: Api) -> None:
    bare, shaded = removebg.cut(), removebg.cut(shadow_type="drop")
    beside = (shaded[..., 3] > bare[..., 3] + 20) & (bare[..., 3] == 0)
    assert beside.any()
    assert shaded[beside][:, :3].max() == 0
    full = bare[..., 3] == 255
    assert np.array_equal(shaded[full], bare[full])
    assert shaded[:30, :, 3].max() == 0
    faint = removebg.cut(shadow_type="drop", shadow_opacity="10")
    assert faint[beside][:, 3].mean() < shaded[beside][:, 3].mean() / 2


# semitransparency, type ---------------------------------------------------------------------------------


def glazed() -> bytes:
    """The box with a half see-through window."""
    pixels = np.full((HEIGHT, WIDTH, 3), GREY, np.uint8)
    pixels[50:150, 100:160] = RED
    pixels[80:120, 115:145] = (np.array(GREY) + RED) // 2
    return encoded(pixels)


@pytest.mark.parametrize(("wanted", "alpha"), [("", 128), ("true", 128), ("false", 255)])
def test_semitransparency(removebg: Api, wanted: str, alpha: int) -> None:
    rgba = removebg.cut(glazed(), semitransparency=wanted)
    assert rgba[100, 130, 3] == pytest.approx(alpha, abs=16)
    assert box_of(rgba) == BOX


FACE = Face(0.35, 0.3, 0.15, 0.3, ((0.4, 0.4), (0.45, 0.4)), ((0.4, 0.55), (0.45, 0.55)), 0.9)
BESIDE = Face(0.7, 0.3, 0.15, 0.3, ((0.75, 0.4), (0.8, 0.4)), ((0.75, 0.55), (0.8, 0.55)), 0.9)


@pytest.mark.parametrize(
    ("fields", "faces", "told"),
    [
        ({}, (), "other"),
        ({}, (FACE,), "person"),
        ({}, (BESIDE,), "other"),
        ({}, (replace(FACE, score=0.8),), "other"),
        ({}, (replace(FACE, height=0.02),), "other"),
        ({"type": "auto"}, (BESIDE, FACE), "person"),
        ({"type": "product"}, (FACE,), "product"),
        ({"type": "car"}, (), "car"),
        ({"type": "animal"}, (), "animal"),
        ({"type": "other"}, (), "other"),
        ({"type": "graphic"}, (), "other"),
        ({"type": "graphics", "type_level": "2"}, (), "graphics"),
        ({"type": "graphic", "type_level": "latest"}, (), "graphics"),
        ({"type": "transportation"}, (), "other"),
        ({"type": "transportation", "type_level": "2"}, (), "transportation"),
        ({"type_level": "1"}, (FACE,), "person"),
        ({"type_level": "2"}, (FACE,), "person"),
        ({"type_level": "none"}, (FACE,), None),
    ],
    ids=str,
)
def test_what_the_picture_shows(
    removebg: Api, fields: dict[str, str], faces: tuple[Face, ...], told: str | None
) -> None:
    removebg.service.smiling = faces
    assert removebg.post(**fields).headers.get("x-type") == told


def test_a_persons_shadow_is_chosen_by_the_face(removebg: Api) -> None:
    cast, drop = (removebg.cut(shadow_type=name) for name in ("3D", "drop"))
    assert np.array_equal(removebg.cut(shadow_type="auto"), drop)
    removebg.service.smiling = (FACE,)
    assert np.array_equal(removebg.cut(shadow_type="auto", type_level="none"), cast)


# bg_color, bg_image_file --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("color", "pixel"),
    [
        ("fff", (255, 255, 255, 255)),
        ("#81d4fa", (129, 212, 250, 255)),
        ("81D4FA", (129, 212, 250, 255)),
        ("81d4fa77", (129, 212, 250, 0x77)),
        ("0f08", (0, 255, 0, 0x88)),
        ("green", (0, 128, 0, 255)),
        ("", (0, 0, 0, 0)),
    ],
)
def test_colours_behind(removebg: Api, color: str, pixel: tuple[int, ...]) -> None:
    rgba = removebg.cut(bg_color=color, format="png")
    assert tuple(rgba[5, 5]) == pixel
    assert tuple(rgba[100, 130]) == (*RED, 255)


def halves(width: int, height: int) -> bytes:
    """Blue to the left, green to the right."""
    pixels = np.full((height, width, 3), (10, 20, 200), np.uint8)
    pixels[:, width // 2 :] = (10, 200, 20)
    return encoded(pixels)


@pytest.mark.parametrize("size", [(WIDTH, HEIGHT), (600, 100), (40, 90)])
def test_a_picture_behind_covers_and_is_centred(removebg: Api, size: tuple[int, int]) -> None:
    files = {"image_file": ("a", scene()), "bg_image_file": ("b", halves(*size))}
    answer = removebg.client.post("/v1.0/removebg", files=files, data={"format": "png", "size": "full"})
    rgb = np.asarray(opened(answer))
    assert rgb.shape == (HEIGHT, WIDTH, 3)
    for row in (2, HEIGHT - 3):
        assert tuple(rgb[row, 2]) == (10, 20, 200)
        assert tuple(rgb[row, WIDTH - 3]) == (10, 200, 20)
        change = int(np.flatnonzero(rgb[row, :, 1] > 110)[0])
        assert change == pytest.approx(WIDTH / 2, abs=2)
    assert tuple(rgb[100, 130]) == RED


def test_a_picture_behind_makes_a_jpeg(removebg: Api) -> None:
    files = {"image_file": ("a", scene()), "bg_image_file": ("b", plain((0, 90, 0)))}
    assert opened(removebg.client.post("/v1.0/removebg", files=files)).format == "JPEG"


# the model ----------------------------------------------------------------------------------------------


def test_the_model_is_a_setting(tmp_path: Path) -> None:
    with api(tmp_path, removebg_model="bria-rmbg", removebg_noncommercial=True) as removebg:
        removebg.post()
        (asked,) = removebg.service.asked
        assert (asked.model, asked.noncommercial) == ("bria-rmbg", True)


def test_the_model_is_automatic_and_free_if_nothing_is_said(removebg: Api) -> None:
    removebg.post()
    (asked,) = removebg.service.asked
    assert (asked.model, asked.noncommercial) == ("auto", False)
