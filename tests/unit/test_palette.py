"""PNG files of few colours."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from pipelines.export import palette
from pipelines.export.raster import Tags
from tests.unit.cutouts_made import premultiplied
from tests.unit.pictures_made import adobe_rgb, astronaut

ALPHA = np.asarray(
    Image.radial_gradient("L").resize((203, 160)).point(lambda v: max(0, min(255, 400 - 3 * v)))
)
RGBA = np.dstack([np.asarray(astronaut()), ALPHA])


def opened(picture: palette.Reduced, tags: Tags | None = None) -> Image.Image:
    image = Image.open(io.BytesIO(palette.encoded(picture, tags or Tags())))
    assert image.mode == "P"
    return image


def rgba_of(picture: palette.Reduced) -> NDArray[np.uint8]:
    return np.asarray(opened(picture).convert("RGBA"))


@pytest.mark.parametrize("colors", [2, 3, 16, 64, 256])
def test_no_more_colours_than_allowed(colors: int) -> None:
    picture = palette.reduced(RGBA, colors)
    assert len(picture.palette) <= colors
    assert picture.indices.max() < len(picture.palette)
    assert len(np.unique(rgba_of(picture).reshape(-1, 4), axis=0)) <= colors


@pytest.mark.parametrize("colors", [16, 256])
def test_clear_stays_clear_and_opaque_stays_opaque(colors: int) -> None:
    found = rgba_of(palette.reduced(RGBA, colors))[..., 3]
    assert (found[ALPHA == 0] == 0).all()
    assert (found[ALPHA == 255] == 255).all()
    soft = (ALPHA > 0) & (ALPHA < 255)
    assert ((found[soft] > 0) & (found[soft] < 255)).all()


def test_the_stated_error_is_the_true_one() -> None:
    picture = palette.reduced(RGBA, 256)
    seen = ALPHA > 0
    true = np.abs(premultiplied(RGBA)[seen] - premultiplied(rgba_of(picture))[seen]).mean()
    assert palette.error(RGBA, picture) == pytest.approx(true, rel=0.01)
    assert 0 < true < 4.5


def test_better_than_pillows_own_way() -> None:
    ours = palette.error(RGBA, palette.reduced(RGBA, 256))
    octree = np.asarray(Image.fromarray(RGBA).quantize(256, Image.Quantize.FASTOCTREE).convert("RGBA"))
    seen = ALPHA > 0
    assert ours < 0.75 * np.abs(premultiplied(RGBA)[seen] - premultiplied(octree)[seen]).mean()


def test_more_colours_lose_less() -> None:
    errors = [palette.error(RGBA, palette.reduced(RGBA, colors)) for colors in (8, 32, 128, 256)]
    assert errors == sorted(errors, reverse=True)


@given(st.integers(0, 1000), st.integers(2, 40))
@settings(max_examples=15, deadline=None)
def test_few_colours_are_kept_exactly(seed: int, count: int) -> None:
    dice = np.random.default_rng(seed)
    # One colour for each bin of the histogram, so that none shares one with another.
    chosen = dice.choice(8**3, count, replace=False)
    colours = np.stack([chosen // 64, chosen // 8 % 8, chosen % 8], axis=1) * 32 + 12
    rgba = np.concatenate([colours[dice.integers(0, count, (9, 31))], np.full((9, 31, 1), 255)], axis=2)
    rgba[0, :5] = 0
    rgba = rgba.astype(np.uint8)
    picture = palette.reduced(rgba, 256)
    assert (rgba_of(picture) == rgba).all()
    assert palette.error(rgba, picture) == 0


def test_what_was_under_transparency_changes_nothing() -> None:
    first, second = RGBA.copy(), RGBA.copy()
    first[ALPHA == 0, :3] = 0
    second[ALPHA == 0, :3] = (0, 0, 0)
    assert palette.encoded(palette.reduced(first, 64), Tags()) == palette.encoded(
        palette.reduced(second, 64), Tags()
    )
    assert not rgba_of(palette.reduced(first, 64))[ALPHA == 0].any()


@pytest.mark.parametrize("alpha", [0, 1, 128, 255])
def test_pictures_of_one_kind_only(alpha: int) -> None:
    flat = np.full((4, 5, 4), alpha, np.uint8)
    assert (rgba_of(palette.reduced(flat, 2))[..., 3] == alpha).all()


def test_an_opaque_picture_has_no_transparency() -> None:
    image = opened(palette.reduced(np.asarray(astronaut()), 64))
    assert "transparency" not in image.info


def test_profile_resolution_and_nothing_else_beside() -> None:
    image = opened(palette.reduced(RGBA, 32), Tags(icc=adobe_rgb(), dpi=(300, 150)))
    assert image.info["icc_profile"] == adobe_rgb()
    assert np.allclose(image.info["dpi"], (300, 150), atol=0.02)
    assert set(image.info) == {"icc_profile", "dpi", "transparency"}
