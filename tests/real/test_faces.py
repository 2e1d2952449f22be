"""ID photos of a real person, by the real detector."""

from __future__ import annotations

import io
import json

import cv2
import numpy as np
import pytest
from PIL import Image

from pipelines.errors import FaceNotFound, SeveralFaces, WeightsUnavailable
from pipelines.faces.face import Face
from pipelines.faces.finder import FaceFinder
from pipelines.load import load
from pipelines.models.weights import WeightsStore
from pipelines.photo import Photo, Pixels
from pipelines.presets import apply, preset_named, presets
from pipelines.recipe import Recipe
from pipelines.rules.checking import check, check_cutout
from pipelines.rules.words import sentence
from pipelines.samples import sample_path
from pipelines.service import CutoutService
from pipelines.settings import Settings

pytestmark = pytest.mark.weights

ID = [name for name, preset in presets().items() if preset.kind == "id"]


@pytest.fixture(scope="module")
def astronaut() -> Photo:
    return load(sample_path("astronaut"))


def turned(pixels: Pixels, degrees: float) -> Pixels:
    """Turned clockwise about the astronaut's face."""
    turn = cv2.getRotationMatrix2D((223, 120), -degrees, 1)
    return np.asarray(cv2.warpAffine(pixels, turn, (512, 512), borderMode=cv2.BORDER_REFLECT), np.uint8)


def only(faces: tuple[Face, ...]) -> Face:
    (face,) = faces
    return face


def test_the_face_is_found_at_any_size(service: CutoutService, astronaut: Photo) -> None:
    for side in (200, 512, 3000):
        pixels = cv2.resize(astronaut.pixels, (side, side), interpolation=cv2.INTER_AREA)
        face = only(service.faces(load(np.asarray(pixels, np.uint8))))
        assert np.mean(face.eyes, axis=0) == pytest.approx((0.437, 0.2), abs=0.015)
        assert np.mean(face.mouth, axis=0) == pytest.approx((0.428, 0.28), abs=0.015)


def test_the_lean_follows_the_head(service: CutoutService, astronaut: Photo) -> None:
    upright = only(service.faces(astronaut)).lean
    assert abs(upright) < 5
    for degrees in (-15, -6, 6, 15):
        face = only(service.faces(load(turned(astronaut.pixels, degrees))))
        assert face.lean - upright == pytest.approx(degrees, abs=2)


@pytest.mark.parametrize("name", ID)
def test_what_an_id_preset_makes_keeps_its_rules(service: CutoutService, astronaut: Photo, name: str) -> None:
    recipe = apply(preset_named(name), Recipe(model="modnet"))
    cutout = service.cut(astronaut, recipe)
    data = cutout.encode()
    image = Image.open(io.BytesIO(data))
    assert image.size == recipe.framing.size
    assert image.info["dpi"][0] == pytest.approx(recipe.output.dpi, abs=1)
    report = check_cutout(cutout, data)
    assert report is not None
    assert report.of("fail") == (), [sentence(finding) for finding in report.findings]
    assert check(data, preset_named(name), faces=service.faces).of("fail") == ()


def failed(service: CutoutService, data: bytes) -> set[str]:
    report = check(data, preset_named("id-us"), faces=service.faces)
    assert all("{" not in sentence(finding) for finding in report.findings)
    return {finding.rule for finding in report.of("fail")}


def written(pixels: Pixels) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "JPEG", quality=80)
    return stream.getvalue()


def test_wrong_id_photos_fail_the_right_rule(service: CutoutService, astronaut: Photo) -> None:
    recipe = apply(preset_named("id-us"), Recipe(model="modnet")).model_dump()
    changes: dict[str, dict[str, object]] = {
        "head": {"zoom": 0.7},
        "eyes": {"offset": (0.0, 0.16)},
    }
    for rule, change in changes.items():
        wrong = Recipe.read({**recipe, "portrait": {**recipe["portrait"], **change}})
        assert rule in failed(service, service.cut(astronaut, wrong).encode()), rule
    bust = np.ascontiguousarray(astronaut.pixels[:215])
    floating = Recipe.read({**recipe, "framing": {**recipe["framing"], "max_upscale": 16}})
    assert "shoulders" in failed(service, service.cut(bust, floating).encode())
    two = cv2.resize(np.hstack([astronaut.pixels[:, 90:360]] * 2), (700, 700))
    assert "face" in failed(service, written(np.asarray(two, np.uint8)))
    assert "face" in failed(service, written(np.full((700, 700, 3), 255, np.uint8)))


def test_no_face_and_two_faces_are_told(service: CutoutService, astronaut: Photo) -> None:
    recipe = apply(preset_named("id-eu"), Recipe(model="u2netp"))
    with pytest.raises(FaceNotFound, match="one face from the front"):
        service.cut(sample_path("coffee"), recipe).encode()
    pair = np.hstack([astronaut.pixels[:, 60:400]] * 2)
    with pytest.raises(SeveralFaces, match="one person, or mark a region"):
        service.cut(pair, recipe).encode()
    one = recipe.changed(edges={"region": (0, 0, 0.5, 1)})
    assert service.cut(pair, one).encode()


def test_without_the_detector_the_head_is_not_judged(
    service: CutoutService, astronaut: Photo, settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> None:
    empty = settings.model_copy(update={"home": tmp_path_factory.mktemp("empty")})
    finder = FaceFinder(WeightsStore(empty))
    with pytest.raises(WeightsUnavailable, match="pull yunet"):
        finder(astronaut)
    data = service.cut(astronaut, apply(preset_named("id-us"), Recipe(model="modnet"))).encode()
    report = check(data, preset_named("id-us"), faces=finder)
    assert json.dumps([finding.word for finding in report.of("warn")]) == '["face_unavailable"]'
