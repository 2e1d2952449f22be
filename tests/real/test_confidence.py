"""How sure real networks are of what is clear, and of what is not a photo of anything."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from pipelines.matting.confidence import Confidence
from pipelines.recipe import Recipe
from pipelines.samples import sample_path
from pipelines.service import CutoutService
from tests.scenes import ball

pytestmark = pytest.mark.weights


def noise() -> np.ndarray:
    """Clouds of colour: no subject, but nothing is plain either."""
    grain = np.random.default_rng(3).normal(0, 1, (12, 16, 3)).astype(np.float32)
    clouds = cv2.resize(grain, (640, 480), interpolation=cv2.INTER_CUBIC)
    return np.clip(clouds * 60 + 128, 0, 255).astype(np.uint8)


def confidence(service: CutoutService, source: object, model: str) -> Confidence:
    return service.cut(source, Recipe(model=model)).confidence  # type: ignore[arg-type]  # any kind of source


@pytest.mark.parametrize("model", ["u2netp", "auto"])
@pytest.mark.parametrize(("clear", "least"), [("coffee", 0.9), ("astronaut", 0.85)])
def test_a_clear_photo_is_surer_than_none(
    service: CutoutService, clear: str, least: float, model: str
) -> None:
    sure = confidence(service, sample_path(clear), model).score
    assert sure > least
    assert sure > confidence(service, noise(), model).score + 0.2


def test_a_ball_is_beyond_doubt(service: CutoutService) -> None:
    found = confidence(service, ball().pixels, "auto")
    assert found.trusted
    assert found.reasons == ()


def test_a_portrait_is_told_to_be_cut_off(service: CutoutService) -> None:
    """By the bottom of the picture, and at the right a part of the helmet."""
    found = confidence(service, sample_path("astronaut"), "auto")
    (told,) = [reason.text for reason in found.reasons if reason.code == "cut_off"]
    assert "bottom" in told
    assert "left" not in told
    assert "top" not in told


def test_the_cats_chest_is_in_doubt(service: CutoutService) -> None:
    """The networks differ on what is below and right of the face."""
    doubt = confidence(service, sample_path("chelsea"), "auto").doubt
    height, width = doubt.shape
    places = ((0.9, 0.75), (0.4, 0.4))
    chest, face = (int(doubt[round(down * height), round(across * width)]) for down, across in places)
    assert chest > face + 50
