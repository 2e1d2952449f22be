"""Which looks a name stands for, and how their mattes become one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pipelines.models.catalogue import SIDE_STEP
from pipelines.models.known import MODELS
from pipelines.models.plan import NICKNAMES, PLANS, Look, combine, looks, members, mirrored, settled
from pipelines.photo import Photo
from pipelines.recipe import Recipe
from tests.unit.fakes import fake_service


def photo_of(pixels: np.ndarray) -> Photo:
    return Photo(pixels, digest="of a test")


def gradient_photo() -> Photo:
    across = np.linspace(0, 255, 40).astype(np.uint8)
    return photo_of(np.ascontiguousarray(np.broadcast_to(across[None, :, None], (30, 40, 3))))


def test_names_stand_for_catalogue_entries() -> None:
    for name in (*PLANS, *NICKNAMES, *MODELS):
        assert set(members(name)) <= set(MODELS)


def test_a_model_stands_for_itself() -> None:
    assert looks("modnet") == (Look("modnet"),)
    assert looks("portrait") == (Look("modnet"),)
    assert looks("my/own.onnx") == (Look("my/own.onnx"),)


@pytest.mark.parametrize("name", PLANS)
def test_the_quickest_comes_first(name: str) -> None:
    assert members(name)[0] == "u2netp"


@pytest.mark.parametrize("look", [look for plan in PLANS.values() for look in plan if look.side or look.span])
def test_only_flexible_networks_get_a_size_and_one_they_can_take(look: Look) -> None:
    assert MODELS[look.model].flexible
    assert all(side % SIDE_STEP == 0 for side in look.span or (look.side or 0,))


def test_what_is_shown_differently_is_kept_apart() -> None:
    shown = [
        Look("a"),
        Look("a", side=64),
        Look("a", mirrored=True),
        Look("a", side=64, mirrored=True),
        Look("b"),
    ]
    assert len({look.label for look in shown}) == len(shown)
    assert Look("a", gain=2).label == Look("a").label


@pytest.mark.parametrize(("area", "side"), [(0.0, 896), (0.01, 896), (0.25, 768), (0.4, 640), (1.0, 640)])
def test_little_subjects_are_shown_larger(area: float, side: int) -> None:
    first = [(Look("u2netp"), np.full((8, 8), area, np.float32))]
    assert settled(Look("isnet-general-use", span=(640, 896)), first).side == side


def test_without_a_first_look_the_middle_is_taken() -> None:
    assert settled(Look("isnet-general-use", span=(640, 896)), []).side == 768
    assert settled(Look("u2netp"), []) == Look("u2netp")


def test_mirroring_twice_is_nothing() -> None:
    photo = Photo(gradient_photo().pixels, alpha=np.arange(1200, dtype=np.uint8).reshape(30, 40))
    twice = mirrored(mirrored(photo))
    assert np.array_equal(twice.pixels, photo.pixels)
    assert twice.alpha is not None
    assert photo.alpha is not None
    assert np.array_equal(twice.alpha, photo.alpha)


def test_one_plain_look_is_left_alone() -> None:
    matte = np.random.default_rng(1).random((8, 8), np.float32)
    assert combine([(Look("modnet"), matte)], (100, 80)) is matte


def test_several_looks_have_the_shape_of_the_photo() -> None:
    mattes = [np.zeros((8, 8), np.float32), np.zeros((16, 16), np.float32)]
    fused = combine(list(zip((Look("u2netp"), Look("isnet-general-use")), mattes, strict=True)), (60, 40))
    assert fused.shape == (40, 60)
    assert fused.dtype == np.float32


def test_a_mirrored_look_is_turned_back(tmp_path: Path) -> None:
    fake, photo = fake_service(tmp_path), gradient_photo()
    coarse = fake.service.coarse(photo, Recipe(model="best"))
    by_label = {look.label: matte for look, matte in coarse.seen}
    plain, turned = by_label["u2netp"], by_label["u2netp mirrored"]
    assert np.abs(plain - turned).max() < 0.02


def test_looks_are_remembered_one_by_one(tmp_path: Path) -> None:
    fake, photo = fake_service(tmp_path), gradient_photo()
    for name in ("u2netp", "fast", "auto", "auto"):
        fake.service.coarse(photo, Recipe(model=name))
    assert [len(network.runs) for network in fake.networks.values()] == [1, 1, 1]


def test_without_the_others_the_first_is_used(tmp_path: Path) -> None:
    fake = fake_service(tmp_path, here=("u2netp",))
    coarse = fake.service.coarse(gradient_photo(), Recipe())
    assert [facts.name for facts in coarse.facts] == ["u2netp"]
    assert coarse.matte.shape == (30, 40)
