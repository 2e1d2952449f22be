"""The files of a cutout: each opened again by another reader, and looked into."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import numpy as np
import pytest
from PIL import Image

from pipelines import save
from pipelines.colour import to_srgb
from pipelines.errors import LimitNotMet, OutputError, OutputTooLarge, RecipeError
from pipelines.export import palette
from pipelines.export.bundle import packed
from pipelines.export.results import Export
from pipelines.photo import Photo
from pipelines.presets import apply, preset_named
from pipelines.recipe import FormatName, Output, Recipe, Sheet
from tests.scenes import Scene, ball
from tests.unit.cutouts_made import ball_cutout, cutout_of, premultiplied
from tests.unit.pictures_made import adobe_rgb, difference

PICTURES: tuple[FormatName, ...] = ("png", "png8", "webp", "avif", "jpg", "tiff")
CLEAR: tuple[FormatName, ...] = ("png", "png8", "webp", "avif", "tiff")


def exported(output: dict[str, Any], recipe: dict[str, Any] | None = None, **photo: Any) -> Export:
    (found,) = ball_cutout({**(recipe or {}), "output": output}, **photo).exports()
    return found


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


@pytest.mark.parametrize("name", CLEAR)
def test_the_cutout_comes_back_with_its_alpha(name: FormatName) -> None:
    cutout = ball_cutout({"output": {"format": name}})
    image = opened(cutout.encode())
    true, found = premultiplied(cutout.rgba()), premultiplied(np.asarray(image.convert("RGBA")))
    assert np.abs(true - found).mean() < 1.5
    assert np.abs(true[..., 3] - found[..., 3]).max() <= {"avif": 6, "png8": 40}.get(name, 0)


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize("background", ["none", "#3060c0"])
def test_every_picture_is_the_finished_one(name: FormatName, background: str) -> None:
    cutout = ball_cutout(
        {"background": background, "framing": {"crop": "subject", "margin": "8%"}, "output": {"format": name}}
    )
    image = opened(cutout.encode())
    wanted = cutout.on_white()
    white = Image.new("RGBA", image.size, "white")
    white.alpha_composite(image.convert("RGBA"))
    assert difference(wanted, white.convert("RGB")) < 3
    assert image.size == cutout.placement().canvas


@pytest.mark.parametrize("name", PICTURES)
def test_profiles_are_kept_or_converted(name: FormatName) -> None:
    kept = opened(exported({"format": name}, {"background": "none"}, icc=adobe_rgb()).data)
    assert kept.info["icc_profile"] == adobe_rgb()
    converted = opened(exported({"format": name, "profile": "srgb"}, icc=adobe_rgb()).data)
    assert "icc_profile" not in converted.info
    before = np.asarray(kept.convert("RGBA"))
    after = np.asarray(converted.convert("RGBA"))
    seen = (before[..., 3] == 255) & (after[..., 3] == 255)
    true = to_srgb(np.ascontiguousarray(before[..., :3]), adobe_rgb())
    assert np.abs(true[seen].astype(int) - after[seen][:, :3]).mean() < 3
    assert np.abs(before[seen].astype(int) - after[seen]).mean() > 1.5


@pytest.mark.parametrize("name", ["png", "png8", "jpg", "tiff"])
def test_resolution_is_kept_or_set(name: FormatName) -> None:
    assert np.allclose(opened(exported({"format": name}, dpi=(96, 97)).data).info["dpi"], (96, 97), atol=0.5)
    asked = exported({"format": name, "dpi": 300}, dpi=(96, 97))
    assert np.allclose(opened(asked.data).info["dpi"], (300, 300), atol=0.5)


@pytest.mark.parametrize("name", ["webp", "avif"])
def test_resolution_goes_into_exif_where_there_is_no_other_place(name: FormatName) -> None:
    assert not opened(exported({"format": name}, dpi=(96, 97)).data).getexif()
    exif = opened(exported({"format": name, "dpi": 300}).data).getexif()
    assert (exif[282], exif[283], exif[296]) == (300, 300, 2)


def test_lossless_webp_is_exact() -> None:
    cutout = ball_cutout({"output": {"format": "webp", "lossless": True}})
    found = np.asarray(opened(cutout.encode()))
    assert (premultiplied(found) == premultiplied(cutout.rgba())).all()


def test_tiff_alpha_is_straight_and_deflated() -> None:
    image = opened(exported({"format": "tiff"}).data)
    tags = image.tag_v2  # type: ignore[attr-defined]
    assert tags[338] == (2,)  # unassociated alpha
    assert tags[259] == 8  # deflate
    assert image.mode == "RGBA"


def test_few_colours_are_told_with_their_loss() -> None:
    found = exported({"format": "png8", "colors": 32})
    assert found.facts.colors == 32
    assert found.facts.error
    assert len(opened(found.data).getcolors() or ()) <= 32


@pytest.mark.parametrize("name", ["jpg", "webp", "avif", "png8"])
def test_files_are_made_small_enough(name: FormatName) -> None:
    cutout = cutout_of(ball(480, 360))

    def made(**wishes: Any) -> Export:
        return next(cutout.exports(Output.model_validate({"format": name, **wishes})))

    free = made()
    limit = round(len(free.data) * 0.8 / 1000)
    held = made(max_kb=limit)
    assert len(held.data) <= limit * 1000
    opened(held.data)
    level, rest = ("colors", {"error"}) if name == "png8" else ("quality", set())
    found = getattr(held.facts, level)
    assert found < getattr(free.facts, level)
    more = min(one for one in palette.LEVELS if one > found) if name == "png8" else found + 1
    assert len(made(**{level: more}).data) > limit * 1000 * 0.95
    assert {fact for fact, value in vars(held.facts).items() if value} == {"width", "height", level, *rest}


def test_what_is_small_enough_keeps_its_quality() -> None:
    assert exported({"format": "jpg", "max_kb": 500}).facts.quality == 92


@pytest.mark.parametrize("name", ["png", "tiff", "psd"])
def test_what_loses_nothing_is_not_made_smaller(name: FormatName) -> None:
    with pytest.raises(LimitNotMet, match=r"5 kB can't be met: the smallest file is \d+\.\d kB.*WebP"):
        exported({"format": name, "max_kb": 5})


def test_a_limit_that_nothing_meets_tells_the_smallest() -> None:
    smallest = len(exported({"format": "jpg", "quality": 20}).data)
    with pytest.raises(LimitNotMet, match=f"{smallest / 1000:.1f} kB"):
        exported({"format": "jpg", "max_kb": 1})


@pytest.mark.parametrize("name", ["png", "webp", "avif", "jpg", "tiff"])
def test_the_matte_alone(name: FormatName) -> None:
    cutout = ball_cutout({"output": {"format": name, "alpha_only": True}})
    image = opened(cutout.encode())
    assert difference(cutout.matte, image.convert("L")) < 1.5


def test_the_matte_for_video_is_opaque_and_without_a_profile() -> None:
    cutout = ball_cutout({"output": {"luma": True}}, icc=adobe_rgb())
    data = cutout.encode()
    image = opened(data)
    assert image.mode == "RGB"
    assert (np.asarray(image) == cutout.matte[..., None]).all()
    assert not {b"sRGB", b"iCCP", b"gAMA"} & {*re.findall(rb"(?=([a-zA-Z]{4}))", data[:200])}


@pytest.mark.parametrize("name", ["png8", "psd", "svg", "zip"])
def test_a_matte_does_not_go_with_every_format(name: str) -> None:
    for wish in ({"alpha_only": True}, {"luma": True}):
        with pytest.raises(RecipeError, match=f"a matte alone does not go with {name}"):
            Recipe.read({"output": {"format": name, **wish}})
        with pytest.raises(RecipeError, match="a matte alone"):
            Recipe.read({"output": {"format": "png", "also": [name], **wish}})


def test_colour_and_alpha_apart() -> None:
    cutout = ball_cutout({"output": {"format": "zip"}}, icc=adobe_rgb(), dpi=(300, 300))
    with zipfile.ZipFile(io.BytesIO(cutout.encode())) as archive:
        assert archive.testzip() is None
        colour, alpha = (opened(archive.read(name)) for name in ("color.jpg", "alpha.png"))
        assert archive.namelist() == ["color.jpg", "alpha.png"]
    assert colour.info["icc_profile"] == adobe_rgb()
    assert alpha.mode == "L"
    assert (np.asarray(alpha) == cutout.matte).all()
    seen = cutout.matte > 0
    assert np.abs(np.asarray(colour)[seen].astype(int) - cutout.foreground[seen]).mean() < 3


def test_several_formats_are_one_zip_under_their_names() -> None:
    output = {"format": "png", "also": ["webp", "psd", "png8", "tif", "jpeg"], "name": "{stem}-{width}"}
    cutout = ball_cutout({"output": output}, name="münze")
    assert cutout.encode() == cutout.encode()
    with zipfile.ZipFile(io.BytesIO(cutout.encode())) as archive:
        names = [f"münze-160.{ending}" for ending in ("png", "webp", "psd")]
        assert archive.namelist() == [*names, "münze-160-8bit.png", "münze-160.tif", "münze-160.jpg"]
        for one, name in zip(cutout.exports(), archive.namelist(), strict=True):
            assert archive.read(name) == one.data


def test_a_format_named_twice_is_made_once() -> None:
    assert Output(format="png", also=("png", "webp", "webp")).formats() == ("png", "webp")


def wide(width: int) -> Scene:
    pixels = np.zeros((2, width, 3), np.uint8)
    return Scene(pixels, np.full((2, width), 255, np.uint8), pixels)


@pytest.mark.parametrize(
    ("name", "width", "title"),
    [("avif", 70_000, "AVIF"), ("psd", 30_001, "PSD"), ("webp", 16_384, "WebP"), ("zip", 70_000, "ZIP")],
)
def test_too_large_for_a_format_is_told(name: FormatName, width: int, title: str) -> None:
    cutout = cutout_of(wide(width), Recipe(output=Output(format=name)))
    with pytest.raises(OutputTooLarge, match=rf"{title} holds at most \d+ pixels.*{width} x 2.*Choose PNG"):
        cutout.encode()
    with pytest.raises(OutputTooLarge):  # before anything is written
        next(cutout.exports(Output(format="png", also=(name,))))


@pytest.mark.parametrize(("name", "width"), [("avif", 32_768), ("psd", 30_000), ("tiff", 70_000)])
def test_the_largest_is_written(name: FormatName, width: int) -> None:
    cutout = cutout_of(wide(width), Recipe(background="#102030", output=Output(format=name)))
    data = cutout.encode()
    if name != "psd":
        assert opened(data).size == (width, 2)


def test_layers_are_no_picture() -> None:
    with pytest.raises(OutputError, match="PSD takes more than a picture"):
        save.encode(ball(20, 20).pixels, Output(format="psd"), icc=None, dpi=None)


def test_jpeg_shows_white_where_nothing_is() -> None:
    image = opened(exported({"format": "jpg"}).data)
    assert image.getpixel((1, 1)) == (255, 255, 255)


def test_jpeg_with_a_clipping_path_keeps_the_photo() -> None:
    cutout = ball_cutout({"output": {"format": "jpg", "clipping_path": True}})
    image = np.asarray(opened(cutout.encode()))
    outside = cutout.matte == 0
    assert np.abs(image[outside].astype(int) - cutout.photo.pixels[outside]).mean() < 4


def test_on_a_background_the_path_lies_over_the_result() -> None:
    output = {"format": "jpg", "clipping_path": True}
    image = opened(exported(output, {"background": "#3060c0"}).data)
    assert np.abs(np.asarray(image)[1, 1] - np.array([0x30, 0x60, 0xC0])).max() < 6


def test_a_photo_without_a_subject_is_exported_all_the_same() -> None:
    empty = ball(40, 30)
    scene = Scene(empty.pixels, np.zeros((30, 40), np.uint8), empty.pixels)
    for name in ("png", "png8", "tiff", "psd", "svg", "zip", "jpg"):
        output = Output.model_validate({"format": name, "clipping_path": True})
        (found,) = cutout_of(scene).exports(output)
        assert found.data
        assert found.facts.anchors in (None, 0)


def amazon(**output: Any) -> Recipe:
    recipe = apply(preset_named("amazon-main"), Recipe(output=Output.model_validate(output)))
    return recipe.changed(output={**recipe.output.model_dump(), **output})


def test_white_stays_white_for_a_preset_that_asks_for_it() -> None:
    exif = Image.Exif()
    exif[33432] = "Studio"
    recipe = amazon(format="jpg", metadata="credit", clipping_path=True)
    image = opened(cutout_of(ball(320, 240), recipe, exif=exif.tobytes()).encode())
    assert (np.asarray(image)[:4] == 255).all()
    assert image.getexif()[33432] == "Studio"
    assert 2999 in image.info["photoshop"]


def test_the_preset_names_the_file() -> None:
    recipe = amazon(format="jpg", name="{stem} - {preset}")
    assert packed(cutout_of(ball(320, 240), recipe), recipe.output).name == "ball - amazon-main.jpg"


def sheet(name: FormatName) -> Recipe:
    return Recipe(sheet=Sheet(paper="10x15", photo_mm=(35, 45)), output=Output(format=name, max_kb=1))


@pytest.mark.parametrize("name", ["png", "jpg", "tiff", "avif", "png8"])
def test_a_print_sheet_in_every_flat_format(name: FormatName) -> None:
    cutout = cutout_of(ball(350, 450), sheet(name))
    image = opened(cutout.encode())
    assert min(image.size) > 900
    if name != "avif":
        assert image.info["dpi"][0] == pytest.approx(254, abs=0.5)


@pytest.mark.parametrize("name", ["psd", "svg", "zip"])
def test_a_print_sheet_has_no_layers(name: FormatName) -> None:
    with pytest.raises(OutputError, match="one flat picture"):
        cutout_of(ball(350, 450), sheet(name)).encode()


def test_the_photo_itself_is_not_changed() -> None:
    cutout = ball_cutout({"background": "blur"})
    before = cutout.photo.pixels.copy(), cutout.matte.copy(), cutout.foreground.copy()
    for _ in cutout.exports(Output(also=("webp", "psd", "svg", "png8", "zip"))):
        pass
    assert all(
        (a == b).all()
        for a, b in zip(before, (cutout.photo.pixels, cutout.matte, cutout.foreground), strict=True)
    )
    assert isinstance(cutout.photo, Photo)
