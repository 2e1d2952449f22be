"""What must not change a cutout: how many threads made it, and how large the photo came."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from pipelines.recipe import Recipe
from pipelines.samples import sample_path
from pipelines.service import CutoutService, MatteCache, build_service
from pipelines.settings import Settings

pytestmark = pytest.mark.weights

MODELS = ["u2netp", "auto"]


@pytest.mark.parametrize("model", MODELS)
def test_the_number_of_threads_changes_next_to_nothing(settings: Settings, model: str) -> None:
    mattes = []
    for threads in (1, 3):
        service = build_service(settings.model_copy(update={"threads": threads}), MatteCache(0))
        mattes.append(service.cut(sample_path("coffee"), Recipe(model=model)).matte.astype(int))
        service.close()
    assert np.abs(mattes[0] - mattes[1]).max() <= 2


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("name", ["coffee", "astronaut"])
def test_a_photo_at_two_sizes_gives_nearly_the_same_matte(
    service: CutoutService, name: str, model: str
) -> None:
    photo = service.load(sample_path(name))
    width, height = photo.size
    large = cv2.resize(photo.pixels, (2 * width, 2 * height), interpolation=cv2.INTER_CUBIC)
    first = service.cut(photo.pixels, Recipe(model=model)).matte
    second = service.cut(np.asarray(large, np.uint8), Recipe(model=model)).matte
    back = cv2.resize(second, (width, height), interpolation=cv2.INTER_AREA)
    assert np.abs(first.astype(int) - back).mean() / 255 < 0.01
