"""The standard networks on the four sample photos.

What is subject and what is not was drawn by hand while looking at the photos, coarsely and in shares
of width and height; the thresholds leave room for what the networks do differently at the rims.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from pipelines.cutout import Cutout
from pipelines.recipe import Recipe
from pipelines.samples import sample_path
from pipelines.service import CutoutService
from tests.scenes import overlap

pytestmark = pytest.mark.weights

Point = tuple[float, float]
ALL = ("u2netp", "isnet-general-use", "auto")


@dataclass(frozen=True)
class Drawn:
    """A photo as a person sees it: the subject's outline, and places inside and outside."""

    outline: tuple[Point, ...]
    inside: tuple[Point, ...]
    outside: tuple[Point, ...]


PHOTOS = {
    "astronaut": Drawn(
        (
            *(
                (0.36, 0.24),
                (0.305, 0.17),
                (0.34, 0.07),
                (0.46, 0.03),
                (0.56, 0.07),
                (0.59, 0.16),
                (0.54, 0.26),
            ),
            *((0.5, 0.3), (0.58, 0.38), (0.6, 0.46), (0.68, 0.56), (0.7, 0.69), (0.8, 0.67), (0.92, 0.74)),
            *((0.98, 0.9), (1, 1), (0.05, 1), (0.05, 0.85), (0.08, 0.62), (0.12, 0.5), (0.22, 0.43)),
            *((0.24, 0.33), (0.31, 0.29), (0.36, 0.29)),
        ),
        inside=((0.44, 0.2), (0.33, 0.75), (0.2, 0.6), (0.5, 0.75)),
        outside=((0.05, 0.1), (0.22, 0.12), (0.82, 0.2), (0.95, 0.05), (0.7, 0.3), (0.85, 0.6)),
    ),
    "chelsea": Drawn(
        (
            *(
                (0.08, 0),
                (0.85, 0),
                (0.8, 0.3),
                (0.8, 0.45),
                (0.76, 0.62),
                (0.7, 0.76),
                (0.66, 0.88),
                (0.6, 1),
            ),
            *((0, 1), (0, 0.55), (0.07, 0.4)),
        ),
        inside=((0.37, 0.38), (0.7, 0.45), (0.57, 0.8), (0.3, 0.6), (0.4, 0.1)),
        outside=((0.95, 0.3), (0.97, 0.7), (0.9, 0.95), (0.02, 0.1)),
    ),
    "coffee": Drawn(
        (
            *(
                (0.29, 0.2),
                (0.3, 0.13),
                (0.4, 0.055),
                (0.48, 0.045),
                (0.56, 0.065),
                (0.63, 0.12),
                (0.67, 0.19),
            ),
            *((0.69, 0.17), (0.7, 0.22), (0.7, 0.3), (0.75, 0.38), (0.79, 0.5), (0.79, 0.62), (0.76, 0.74)),
            *(
                (0.71, 0.84),
                (0.63, 0.92),
                (0.54, 0.97),
                (0.44, 0.97),
                (0.34, 0.93),
                (0.25, 0.84),
                (0.18, 0.73),
            ),
            *((0.14, 0.6), (0.135, 0.48), (0.16, 0.36), (0.22, 0.26)),
        ),
        inside=((0.45, 0.4), (0.2, 0.6), (0.45, 0.95), (0.6, 0.75), (0.5, 0.1)),
        outside=((0.03, 0.03), (0.95, 0.05), (0.9, 0.9), (0.05, 0.95), (0.8, 0.2), (0.1, 0.2)),
    ),
}
SHARES = {"astronaut": (0.48, 0.6), "chelsea": (0.58, 0.8), "coffee": (0.44, 0.51)}
LEAST = {"astronaut": 0.9, "chelsea": 0.8, "coffee": 0.9}
"""Of intersection over union; seen were 0.93, 0.86 and 0.93 or more."""


def cut(service: CutoutService, photo: str, model: str) -> Cutout:
    return service.cut(sample_path(photo), Recipe(model=model))


def filled(outline: tuple[Point, ...], shape: tuple[int, ...]) -> NDArray[np.uint8]:
    corners = np.rint(np.array(outline) * (shape[1] - 1, shape[0] - 1)).astype(np.int32)
    return np.asarray(cv2.fillPoly(np.zeros(shape, np.uint8), [corners], (255,)), np.uint8)


def at(matte: NDArray[np.uint8], points: tuple[Point, ...]) -> list[int]:
    height, width = matte.shape
    return [int(matte[round(y * (height - 1)), round(x * (width - 1))]) for x, y in points]


@pytest.mark.parametrize(
    ("photo", "model"),
    [*((photo, model) for photo in PHOTOS for model in ALL), ("astronaut", "modnet")],
)
def test_the_subject_is_found(service: CutoutService, photo: str, model: str) -> None:
    drawn, matte = PHOTOS[photo], cut(service, photo, model).matte
    low, high = SHARES[photo]
    assert low < matte.mean() / 255 < high
    assert overlap(matte, filled(drawn.outline, matte.shape)) > LEAST[photo]
    assert min(at(matte, drawn.inside)) > 215
    assert max(at(matte, drawn.outside)) < 40


@pytest.mark.parametrize("model", ALL)
def test_a_small_subject_in_a_large_sky(service: CutoutService, model: str) -> None:
    cutout = cut(service, "rocket", model)
    assert min(at(cutout.matte, tuple((0.502, y) for y in (0.4, 0.5, 0.6, 0.7, 0.8)))) > 200
    assert max(at(cutout.matte, ((0.2, 0.2), (0.4, 0.4), (0.65, 0.3), (0.8, 0.6), (0.5, 0.1)))) < 10
    assert 0.01 < cutout.matte.mean() / 255 < 0.15


def test_the_quick_network_sees_only_the_rocket(service: CutoutService) -> None:
    matte = cut(service, "rocket", "u2netp").matte
    height, width = matte.shape
    left, right, top = round(0.46 * width), round(0.55 * width), round(0.28 * height)
    assert matte[top:, left:right].sum() > 0.85 * matte.sum()


@pytest.mark.parametrize("photo", PHOTOS)
def test_the_box_holds_the_subject(service: CutoutService, photo: str) -> None:
    cutout = cut(service, photo, "u2netp")
    assert cutout.box is not None
    left, top, right, bottom = cutout.box
    rest = cutout.matte.copy()
    rest[top:bottom, left:right] = 0
    assert rest.max() < 26
    drawn = cv2.boundingRect(filled(PHOTOS[photo].outline, cutout.matte.shape))
    assert (left, top, right - left, bottom - top) == pytest.approx(drawn, abs=0.09 * cutout.matte.shape[1])


def test_the_facts_tell_who_did_it(service: CutoutService) -> None:
    facts = cut(service, "coffee", "auto").model
    assert [one.name for one in facts] == ["u2netp", "modnet", "isnet-general-use"]
    assert {len(one.digest) for one in facts} == {64}
    assert all(one.threads >= 1 and one.device for one in facts)
