"""The edge benchmark's own scenes and tables."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmarks.edges import coarse_of, colours, made, photos
from pipelines.matting.refine import enlarged, refine_matte
from tests.scenes import ball
from tests.unit.fakes import fake_service


@pytest.mark.parametrize("name", ["product", "spokes", "hair"])
def test_scenes_are_what_their_matte_says(name: str) -> None:
    scene = made(name, (240, 320))
    subject, behind = (scene.pixels[scene.matte == value].mean() for value in (255, 0))
    assert scene.pixels.shape == (240, 320, 3)
    assert behind - subject > 60
    assert ((scene.matte > 0) & (scene.matte < 255)).any()


@pytest.mark.parametrize("name", ["product", "spokes", "hair"])
def test_refinement_gains_on_every_scene(name: str) -> None:
    scene = made(name, (384, 512))
    coarse = coarse_of(scene.matte, 160, 1)
    before, after = (
        np.abs(matte.astype(int) - scene.matte).mean()
        for matte in (enlarged(coarse, scene.matte.shape), refine_matte(scene.pixels, coarse))
    )
    assert after < 0.8 * before


def test_a_coarse_matte_keeps_how_much_there_is() -> None:
    scene = made("product", (240, 320))
    coarse = coarse_of(scene.matte, 64, 1)
    assert coarse.shape == (64, 64)
    assert coarse.mean() == pytest.approx(scene.matte.mean() / 255, abs=0.01)


def saved(folder: Path, name: str, array: np.ndarray) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    Image.fromarray(array).save(folder / f"{name}.png")


def test_a_set_gives_a_line_before_and_one_after(tmp_path: Path) -> None:
    scene = ball(160, 120)
    saved(tmp_path / "im", "one", scene.pixels)
    saved(tmp_path / "gt", "one", scene.matte)
    saved(tmp_path / "trimap", "one", np.full((120, 160), 128, np.uint8))
    lines = list(photos(fake_service(tmp_path).service, tmp_path, "u2netp"))
    assert "enlarged" in lines[0]
    assert lines[1].endswith("of 1 worse")
    assert "unknown pixels" in lines[2]


def test_the_true_matte_and_colour_composite_best(tmp_path: Path) -> None:
    scene = ball(160, 120, softness=6)
    for part, picture in (("", scene.pixels), ("_alpha", scene.matte), ("_foreground", scene.foreground)):
        saved(tmp_path, f"lemur{part}", picture)
    saved(tmp_path, "beach", scene.pixels[::-1])
    lines = list(colours(fake_service(tmp_path).service, tmp_path, "u2netp"))
    errors = [float(line[36:].split("/")[0]) for line in lines[1:]]
    assert min(errors) == errors[-1]
    assert errors[0] > errors[-1]
