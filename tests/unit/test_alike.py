"""Which photos of a batch are unlike the others."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipelines.batch.alike import facts_of, odd_ones, oddities
from pipelines.batch.items import Item
from pipelines.batch.report import lines_of
from pipelines.batch.review import reviewed
from tests.unit.cutouts_made import ball_cutout


def item(number: int, **facts: float) -> Item:
    alike = {"size": -1.0, "light": 0.6, "a": 0.0, "b": 0.0, **facts}
    told = {
        **{"confidence": 0.95, "reasons": [], "broken": [], "alike": alike},
        **{"size": [1, 1], "networks": [], "files": [], "thumb": None},
    }
    return Item(
        number, f"{number}.jpg", {}, "done", facts={"sha256": str(number), "results": {"cutout": told}}
    )


def a_set(*more: Item) -> list[Item]:
    rng = np.random.default_rng(5)
    return [item(n, size=-1 + 0.03 * rng.normal(), light=0.6 + 0.01 * rng.normal()) for n in range(12)] + [
        *more
    ]


def test_one_that_is_far_smaller_and_one_of_another_colour_are_told() -> None:
    found = odd_ones(a_set(item(20, size=-3.0), item(21, b=0.2), item(22, light=0.2, size=0.0)))
    assert found == {
        20: frozenset({"odd_scale"}),
        21: frozenset({"odd_colour"}),
        22: frozenset({"odd_scale", "odd_colour"}),
    }
    flags = {photo.item.number: photo.flags for photo in reviewed(a_set(item(20, size=-3.0)))}
    assert "odd_scale" in flags[20]
    assert not flags[3]


def test_of_few_photos_none_is_unlike_the_others() -> None:
    assert odd_ones([item(1), item(2), item(3, size=-5.0)]) == {}


@given(st.lists(st.floats(-1.05, -0.95), min_size=8, max_size=30))
def test_what_no_one_sees_is_no_outlier(sizes: list[float]) -> None:
    assert odd_ones([item(number, size=size) for number, size in enumerate(sizes)]) == {}


def test_a_subject_twice_as_large_has_four_times_the_share() -> None:
    whole = ball_cutout()
    around = ((60, 60), (80, 80))
    pixels = np.pad(whole.photo.pixels, (*around, (0, 0)), mode="edge")
    photo = replace(whole.photo, pixels=pixels)
    far = replace(whole, photo=photo, matte=np.pad(whole.matte, around), foreground=pixels)
    small, large = facts_of(far), facts_of(whole)
    assert np.isclose(large["size"] - small["size"], np.log(4), atol=0.05)
    assert np.isclose(small["light"], large["light"], atol=0.02)


def test_a_sentence_says_in_what_and_which_way() -> None:
    items = a_set(item(20, size=-3.0), item(21, light=0.95), item(22, a=0.2, b=0.2))
    said = {number: [one.text for one in found] for number, found in oddities(items).items()}
    assert said == {
        20: ["far smaller in its photo than the others"],
        21: ["far lighter than the others"],
        22: ["of another colour than the others"],
    }
    cells = {line["file"]: line["odd"] for line in lines_of(reviewed(items))}
    assert cells["20.jpg"] == "far smaller in its photo than the others"
    assert cells["3.jpg"] == ""


def test_one_that_ends_smaller_than_asked_for_is_told_even_alone() -> None:
    large = {"framing": {"size": "2000", "share": 0.9}}
    held = facts_of(ball_cutout(large))
    assert held["held"] == 1
    assert facts_of(ball_cutout({"framing": {"size": "120", "share": 0.9}}))["held"] == 0
    assert odd_ones([item(1, **held)]) == {1: frozenset({"odd_scale"})}


def test_a_speck_that_makes_the_subject_small_is_told() -> None:
    whole = ball_cutout({"framing": {"size": "120", "share": 0.9}})
    matte = whole.matte.copy()
    assert facts_of(whole)["crumbs"] == 0
    matte[2:6, 2:6] = 255
    assert facts_of(replace(whole, matte=matte))["crumbs"] == 1
    plain = replace(ball_cutout(), matte=matte)
    assert "crumbs" not in facts_of(plain)  # nothing is framed by the subject
