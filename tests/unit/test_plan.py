"""Which looks a name stands for, and how their mattes become one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from pipelines.models.catalogue import SIDE_STEP
from pipelines.models.fusion import WHOLE, Frame
from pipelines.models.known import MODELS
from pipelines.models.look import Look, aimed, cropped, mirrored, subject_frame
from pipelines.models.plan import NICKNAMES, PLANS, Turn, combine, members, turns, whole, witnesses
from pipelines.photo import Photo
from pipelines.recipe import Edges, Recipe
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
    assert turns("modnet") == (Turn(Look("modnet")),)
    assert turns("portrait") == (Turn(Look("modnet")),)
    assert turns("my/own.onnx") == (Turn(Look("my/own.onnx")),)


@pytest.mark.parametrize("name", PLANS)
def test_the_quickest_comes_first(name: str) -> None:
    assert members(name)[0] == "u2netp"


@pytest.mark.parametrize("look", [turn.look for plan in PLANS.values() for turn in plan if turn.look.side])
def test_only_flexible_networks_get_a_size_and_one_they_can_take(look: Look) -> None:
    assert MODELS[look.model].flexible
    assert look.side is not None
    assert look.side % SIDE_STEP == 0


def test_what_is_shown_differently_is_kept_apart() -> None:
    shown = [
        Look("a"),
        Look("a", side=64),
        Look("a", mirrored=True),
        Look("a", side=64, mirrored=True),
        Look("a", frame=(0.25, 0, 1, 1)),
        Look("b"),
    ]
    assert len({look.label for look in shown}) == len(shown)
    assert Look("a", gain=2).label == Look("a").label


def square(share: float) -> np.ndarray:
    """A matte of a centred square that covers a share of the photo."""
    matte = np.zeros((320, 320), np.float32)
    half = round(160 * share**0.5)
    matte[160 - half : 160 + half, 160 - half : 160 + half] = 1
    return matte


def taken(name: str, *mattes: np.ndarray) -> list[Look]:
    """The looks of a plan, where its networks see these mattes, one after the other, the last for ever."""
    seen: list[tuple[Look, np.ndarray]] = []
    for turn in turns(name):
        if turn.wanted(seen):
            matte = mattes[min(len(seen), len(mattes) - 1)]
            look = aimed(turn.look, seen, (320, 320))
            seen.append((look, cropped(photo_of(np.dstack([matte] * 3)), look.frame).pixels[..., 0]))
    return [look for look, _ in seen]


def test_little_subjects_are_looked_for_in_the_whole_photo() -> None:
    looks = taken("auto", square(0.03))
    assert [(look.model, look.frame) for look in looks][2:] == [("isnet-general-use", WHOLE)]


def test_others_are_looked_at_as_a_whole_and_that_is_enough_where_two_agree() -> None:
    looks = taken("auto", square(0.2))
    assert len(looks) == 3
    assert (looks[2].side, looks[2].frame) == (704, WHOLE)


def test_the_subject_is_looked_at_close_by_where_two_differ() -> None:
    whole = square(0.5)
    agreed, nearly, torn = (
        np.where(np.arange(320) < edge, whole, 0).astype(np.float32) for edge in (254, 245, 180)
    )
    assert [len(taken("auto", whole, whole, other, whole)) for other in (agreed, nearly, torn)] == [3, 5, 5]
    closer = taken("auto", whole, whole, torn, whole)[3:]
    assert {look.model for look in closer} == {"u2netp", "isnet-general-use"}
    assert all(look.frame == subject_frame(whole, (320, 320)) != WHOLE for look in closer)


@given(
    npst.arrays(np.float32, (9, 7), elements=st.floats(0, 1, width=32)),
    st.integers(1, 400),
    st.integers(1, 400),
)
def test_a_frame_holds_the_subject(matte: np.ndarray, width: int, height: int) -> None:
    left, top, right, bottom = subject_frame(matte, (width, height))
    assert 0 <= left < right <= 1
    assert 0 <= top < bottom <= 1
    rows, columns = np.nonzero(matte > 0.5)
    if rows.size:
        assert left <= (columns.min() + 0.5) / 7 <= (columns.max() + 0.5) / 7 <= right
        assert top <= (rows.min() + 0.5) / 9 <= (rows.max() + 0.5) / 9 <= bottom


def test_specks_do_not_widen_the_frame() -> None:
    matte = square(0.3)
    matte[5, 5] = 1
    assert subject_frame(matte, (320, 320)) == subject_frame(square(0.3), (320, 320))


@pytest.mark.parametrize("frame", [(0.999, 0.999, 1, 1), (0, 0, 0.001, 0.001), (0.25, 0.5, 0.75, 1)])
def test_a_part_has_at_least_a_pixel(frame: Frame) -> None:
    part = cropped(gradient_photo(), frame)
    assert part.pixels.size
    assert part.pixels.flags.c_contiguous
    assert part.size[0] == pytest.approx((frame[2] - frame[0]) * 40, abs=1)


def test_every_look_can_be_compared_with_the_others() -> None:
    """Outside its frame a close look says what the first one says."""
    close = Look("isnet-general-use", frame=(0.5, 0, 1, 1))
    first, second = whole([(Look("u2netp"), square(0.5)), (close, np.zeros((8, 8), np.float32))], (64, 64))
    assert np.array_equal(first[:, :32], second[:, :32])
    assert first[:, 32:].any()
    assert not second[:, 32:].any()


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
    for name in ("u2netp", "fast"):
        fake.service.coarse(photo, Recipe(model=name))
    assert len(fake.networks["u2netp"].runs) == 1
    fake.service.coarse(photo, Recipe(model="auto"))
    before = [len(network.runs) for network in fake.networks.values()]
    fake.service.coarse(photo, Recipe(model="auto"))
    assert [len(network.runs) for network in fake.networks.values()] == before


def test_without_the_others_the_first_is_used(tmp_path: Path) -> None:
    fake = fake_service(tmp_path, here=("u2netp",))
    coarse = fake.service.coarse(gradient_photo(), Recipe())
    assert [facts.name for facts in coarse.facts] == ["u2netp"]
    assert coarse.matte.shape == (30, 40)


def test_a_region_is_all_that_networks_are_shown(tmp_path: Path) -> None:
    """Something brighter elsewhere changes nothing, and nothing is found there."""
    fake, (left, top, right, bottom) = fake_service(tmp_path), (0.25, 0.25, 0.75, 0.75)
    dark, bright = (np.full((80, 120, 3), level, np.uint8) for level in (0, 255))
    recipe = Recipe(edges=Edges(region=(left, top, right, bottom)))
    mattes = []
    for pixels, name in ((dark, "dark around"), (bright, "bright around")):
        pixels[30:50, 40:80] = 200
        pixels[20:30, 30:90] = 20
        mattes.append(fake.service.coarse(Photo(pixels, digest=name), recipe).matte)
    assert mattes[0][20:60, 30:90].max() > 0.5
    assert not mattes[1][:20].any()
    assert not mattes[1][:, 90:].any()
    assert mattes[1][25, 60] < 0.3


def test_one_network_is_shown_a_large_photo_as_several_are(tmp_path: Path) -> None:
    """Else what a photo becomes would depend on what was asked for before."""
    pixels = np.random.default_rng(2).integers(0, 255, (60, 5000, 3), dtype=np.uint8)
    alone, among = (
        fake_service(tmp_path).service.coarse(photo_of(pixels), Recipe(model=name)).seen[0][1]
        for name in ("u2netp", "auto")
    )
    assert np.array_equal(alone, among)


def test_witnesses_are_networks_for_anything_that_saw_the_whole() -> None:
    people, small, fine = Look("modnet"), Look("u2netp"), Look("isnet-general-use")
    close, closer = Look("isnet-general-use", close=True), Look("u2netp", close=True)

    def asked(*looks: Look) -> list[Look]:
        seen = [(look, square(0.1 if look == people else 0.2)) for look in looks]
        return [looks[place] for place in witnesses(seen)]

    assert asked(small, people, close) == [small, close]
    assert asked(small, people, close, closer, fine) == [small, fine]
    assert asked(people) == [people]


def test_a_network_for_people_bears_witness_where_it_sees_the_same() -> None:
    seen = [(Look("u2netp"), square(0.2)), (Look("modnet"), square(0.2))]
    assert witnesses(seen) == [0, 1]


def test_a_photo_that_networks_have_seen_is_not_made_smaller_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake, photo = fake_service(tmp_path), gradient_photo()
    fake.service.coarse(photo, Recipe())
    monkeypatch.setattr("pipelines.service.cropped", lambda *_given: pytest.fail("it was"))
    fake.service.coarse(photo, Recipe())
