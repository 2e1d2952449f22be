"""Small pictures of results look like the results."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pipelines.batch.thumbs import THUMB, thumb
from pipelines.recipe import Recipe
from tests.scenes import ball
from tests.unit.fakes import fake_service


@pytest.mark.parametrize(
    "recipe",
    [
        {},
        {"background": "white", "shadows": [{"kind": "drop"}]},
        {"background": {"kind": "blur"}},
        {"background": "white", "framing": {"size": [600, 900], "share": 0.5}},
        {"framing": {"crop": "subject"}},
    ],
    ids=["cutout", "shadow", "blur", "canvas", "crop"],
)
def test_a_large_photos_looks_as_if_it_were_made_of_all_its_pixels(
    tmp_path: Path, recipe: dict[str, object]
) -> None:
    service = fake_service(tmp_path).service
    scene = ball(2400, 1800)
    made = service.cut(scene.pixels, Recipe.read({"model": "fast", **recipe}))
    small, whole = thumb(made), made.render(THUMB)
    assert small.shape == whole.shape
    assert max(small.shape[:2]) == THUMB
    difference = np.abs(small.astype(int) - whole)
    assert difference.mean() < 1.5
    assert np.percentile(difference, 98) < 16


def test_a_small_photos_is_all_of_it(tmp_path: Path) -> None:
    service = fake_service(tmp_path).service
    made = service.cut(ball(300, 200).pixels, Recipe(model="fast"))
    assert (thumb(made) == made.render(THUMB)).all()
