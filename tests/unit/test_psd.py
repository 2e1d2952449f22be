"""PSD files and clipping paths, read back with psd-tools and by hand."""

from __future__ import annotations

import io
import struct
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from psd_tools import PSDImage
from psd_tools.constants import Resource
from psd_tools.psd.image_resources import ImageResources
from psd_tools.psd.vector import ClosedPath, Path

from pipelines.export import photoshop
from pipelines.export.raster import with_photoshop
from pipelines.export.tracing import traced
from pipelines.recipe import Output
from tests.scenes import ball
from tests.unit.cutouts_made import ball_cutout, premultiplied
from tests.unit.pictures_made import adobe_rgb

PSD = {"format": "psd"}
TILTED = {"crop": "subject", "margin": "15%", "straighten": 12}


def opened(recipe: dict[str, Any] | None = None, **photo: Any) -> PSDImage:
    cutout = ball_cutout({"output": PSD, **(recipe or {})}, **photo)
    return PSDImage.open(io.BytesIO(cutout.encode()))


def over(lower: NDArray[np.float64], upper: NDArray[np.float64]) -> NDArray[np.float64]:
    return upper + lower * (1 - upper[..., 3:] / 255)


def flattened(document: PSDImage) -> NDArray[np.float64]:
    """The layers with their masks laid over one another: HxWx4, premultiplied."""
    result = np.zeros((document.height, document.width, 4))
    for layer in document:
        rgba = np.asarray(layer.topil().convert("RGBA")).copy()  # type: ignore[union-attr]
        if layer.mask:
            mask = np.asarray(layer.mask.topil())
            rgba[..., 3] = np.rint(rgba[..., 3] * (mask / 255.0))
        result = over(result, premultiplied(rgba))
    return result


def test_the_photo_is_a_layer_and_the_matte_its_mask() -> None:
    cutout = ball_cutout({"output": PSD})
    (layer,) = PSDImage.open(io.BytesIO(cutout.encode()))
    assert (layer.name, layer.kind, layer.visible) == ("Photo", "pixel", True)
    assert layer.bbox == (0, 0, 160, 120)
    assert layer.mask is not None
    assert layer.mask.bbox == (0, 0, 160, 120)
    assert layer.mask.background_color == 0
    assert not layer.mask.disabled
    assert (np.asarray(layer.mask.topil()) == cutout.matte).all()
    pixels = np.asarray(layer.topil())
    assert (pixels == cutout.foreground).all()
    outside = cutout.matte == 0
    assert (pixels[outside] == cutout.photo.pixels[outside]).all()  # nothing is lost: the mask only hides it


def test_what_is_behind_is_a_layer_of_its_own_below() -> None:
    shadows = [{"kind": "drop", "opacity": 0.6, "offset": [0.05, 0.05]}]
    document = opened({"background": "#3060c0", "shadows": shadows})
    assert [layer.name for layer in document] == ["Background", "Shadow", "Photo"]
    background = np.asarray(document[0].topil())
    assert (background[..., :3] == (0x30, 0x60, 0xC0)).all()
    assert document.channels == 3


@pytest.mark.parametrize("framing", [{}, {"crop": "subject", "margin": "10%"}, {"size": "200x300"}, TILTED])
@pytest.mark.parametrize("background", ["none", "#3060c0", "#3060c080", "blur"])
def test_layers_together_are_the_finished_picture(framing: dict[str, Any], background: str) -> None:
    shadows = [{"kind": "drop", "opacity": 0.5}] if framing else []
    recipe = {"output": PSD, "framing": framing, "background": background, "shadows": shadows}
    cutout = ball_cutout(recipe)
    document = PSDImage.open(io.BytesIO(cutout.encode()))
    picture = cutout.render()
    if picture.shape[2] == 3:
        picture = np.dstack([picture, np.full(picture.shape[:2], 255, np.uint8)])
    assert np.abs(flattened(document) - premultiplied(picture)).max() < 3
    merged = np.asarray(document.topil().convert("RGBA"))  # type: ignore[union-attr]
    assert np.abs(premultiplied(merged) - premultiplied(picture)).max() <= 2
    assert (document.width, document.height) == cutout.placement().canvas


@pytest.mark.parametrize("background", ["none", "#3060c0"])
def test_light_and_outline_are_in_the_layers_too(background: str) -> None:
    cutout = ball_cutout(
        {
            "output": PSD,
            "background": background,
            "light": {"harmonise": 0.8, "wrap": 0.6},
            "outline": {"width": 0.03, "color": "white"},
            "glow": {"size": 0.05},
            "shadows": [{"kind": "contact"}, {"kind": "drop"}],
            "framing": {"size": "200x220"},
        }
    )
    document = PSDImage.open(io.BytesIO(cutout.encode()))
    picture = cutout.render()
    if picture.shape[2] == 3:
        picture = np.dstack([picture, np.full(picture.shape[:2], 255, np.uint8)])
    assert np.abs(flattened(document) - premultiplied(picture)).max() < 4


def test_where_the_photo_does_not_reach_the_layer_is_clear() -> None:
    document = opened({"framing": {"size": "200x300"}})
    alpha = np.asarray(document[-1].topil().getchannel("A"))  # type: ignore[union-attr]
    assert set(np.unique(alpha)) == {0, 255}


def test_profile_and_resolution() -> None:
    document = opened(icc=adobe_rgb(), dpi=(300, 150))
    assert document.image_resources.get_data(Resource.ICC_PROFILE) == adobe_rgb()
    found = document.image_resources.get_data(Resource.RESOLUTION_INFO)
    assert (found.horizontal / 65536, found.vertical / 65536) == (300, 150)
    assert (found.horizontal_unit, found.vertical_unit) == (1, 1)
    plain = opened({"output": {**PSD, "profile": "srgb"}}, icc=adobe_rgb())
    assert plain.image_resources.get_data(Resource.ICC_PROFILE) is None


def test_pillow_reads_the_merged_picture() -> None:
    cutout = ball_cutout({"output": PSD, "background": "#3060c0"})
    with Image.open(io.BytesIO(cutout.encode())) as image:
        assert (np.asarray(image.convert("RGB")) == cutout.render()).all()


def test_metadata_goes_along_when_asked_for() -> None:
    exif = Image.Exif()
    exif[33432] = "Studio"
    block = exif.tobytes()
    assert opened(exif=block).image_resources.get_data(Resource.EXIF_DATA_1) is None
    kept = opened({"output": {**PSD, "metadata": "credit"}}, exif=block)
    assert b"Studio" in kept.image_resources.get_data(Resource.EXIF_DATA_1)


def path_of(resources: ImageResources) -> Path:
    assert resources.get_data(Resource.CLIPPING_PATH_NAME) == "Subject"
    assert resources[2000].name == "Subject"
    data = resources.get_data(2000)
    assert len(data) % 26 == 0
    return Path.read(io.BytesIO(data))


def check_path(path: Path, matte: NDArray[np.uint8]) -> None:
    """The path's anchors are those of the outline, and lie on the matte's edge."""
    closed = [item for item in path if isinstance(item, ClosedPath)]
    outline = traced(matte, photoshop.MOST_ANCHORS)
    assert [len(one) for one in closed] == [len(loop.knots) for loop in outline.loops]
    size = np.array(matte.shape)
    for one, loop in zip(closed, outline.loops, strict=True):
        for knot, (before, anchor, behind) in zip(one, loop.knots, strict=True):
            for point, wanted in ((knot.preceding, before), (knot.anchor, anchor), (knot.leaving, behind)):
                assert np.array(point) * size == pytest.approx(wanted[::-1], abs=0.01)
            y, x = np.clip(np.array(knot.anchor) * size, 0, size - 1).astype(int)
            assert 10 < matte[max(0, y - 2) : y + 3, max(0, x - 2) : x + 3].mean() < 245


def test_psd_with_a_clipping_path() -> None:
    document = opened({"output": {**PSD, "clipping_path": True}})
    check_path(path_of(document.image_resources), ball(160, 120).matte)
    assert Resource.CLIPPING_PATH_NAME not in opened().image_resources


def app13(jpeg: bytes) -> list[bytes]:
    """The contents of a JPEG's APP13 segments, up to its picture."""
    found, at = [], 2
    while jpeg[at + 1] != 0xDA:
        (length,) = struct.unpack(">H", jpeg[at + 2 : at + 4])
        if jpeg[at + 1] == 0xED:
            found.append(jpeg[at + 4 : at + 2 + length])
        at += 2 + length
    return found


@pytest.mark.parametrize("framing", [{}, {"crop": "subject"}])
def test_jpeg_with_a_clipping_path(framing: dict[str, Any]) -> None:
    recipe = {"output": {"format": "jpg", "clipping_path": True, "dpi": 300}, "framing": framing}
    cutout = ball_cutout(recipe, icc=adobe_rgb())
    data = cutout.encode()
    (segment,) = app13(data)
    assert segment.startswith(b"Photoshop 3.0\0")
    resources = ImageResources._read_body(io.BytesIO(segment[14:]))
    placed = cutout.encode(Output(alpha_only=True))
    check_path(path_of(resources), np.asarray(Image.open(io.BytesIO(placed))))
    image = Image.open(io.BytesIO(data))
    image.load()
    assert image.info["icc_profile"] == adobe_rgb()
    assert image.info["dpi"] == (300, 300)
    assert set(image.info["photoshop"]) == {2000, 2999}  # Pillow reads the same blocks


def test_tiff_with_a_clipping_path() -> None:
    data = ball_cutout({"output": {"format": "tiff", "clipping_path": True}}).encode()
    tags = Image.open(io.BytesIO(data)).tag_v2  # type: ignore[attr-defined]
    resources = ImageResources._read_body(io.BytesIO(tags[34377]))
    check_path(path_of(resources), ball(160, 120).matte)


def test_the_clipping_paths_name_has_flatness_and_rule_behind() -> None:
    assert photoshop.clipping_path_name() == b"\x07Subject" + bytes(6)


def test_a_path_of_any_matte_fits_one_segment() -> None:
    noise = np.random.default_rng(3).integers(0, 256, (30, 30)).astype(np.uint8)
    rough = np.asarray(Image.fromarray(noise).resize((600, 600), Image.Resampling.BICUBIC))
    assert len(photoshop.clipping_path(traced(rough, photoshop.MOST_ANCHORS))) < 65_000


def test_long_resources_go_on_in_the_next_segment() -> None:
    stream = io.BytesIO()
    Image.new("RGB", (8, 8)).save(stream, "JPEG")
    body = bytes(range(256)) * 600
    parts = app13(with_photoshop(stream.getvalue(), body))
    assert b"".join(part.removeprefix(b"Photoshop 3.0\0") for part in parts) == body
    assert len(parts) == 3
