"""The framing controls: from their values to a Recipe and back, and what is said."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.handlers.framing import controls_of, dropped, framed, framing_of, note
from components.i18n import speaking
from pipelines.compose.guides import Frame, Guides, Rectangle
from pipelines.recipe import Framing, Recipe


def read(controls: list[Any]) -> Framing:
    return Recipe.read({"framing": framing_of(controls)}).framing


LENGTHS = st.one_of(
    st.integers(0, 5000).map("{}px".format), st.floats(0, 90).map(lambda value: f"{value:.2f}%")
)
FRAMINGS = st.fixed_dictionaries(
    {},
    optional={
        "share": st.integers(1, 100).map(lambda percent: percent / 100),
        "align": st.one_of(st.just("photo"), st.tuples(st.floats(0, 1), st.floats(0, 1))),
        "share_of": st.sampled_from(["longer", "width", "height", "area"]),
        "baseline": st.integers(1, 100).map(lambda percent: percent / 100),
        "snap": st.booleans(),
        "straighten": st.integers(-1799, 1800).map(lambda tenths: tenths / 10),
        "flip": st.sampled_from(["none", "horizontal", "vertical"]),
        "max_upscale": st.floats(1, 16),
        "max_megapixels": st.floats(0.01, 1000),
    },
)
CANVASES = st.one_of(
    st.just({}),
    st.builds(lambda size: {"size": size}, st.tuples(st.integers(1, 20000), st.integers(1, 20000))),
    st.builds(lambda ratio: {"ratio": ratio}, st.floats(0.05, 20)),
)
CROPS = st.one_of(
    st.just({}),
    st.builds(
        lambda margin: {"crop": "subject", "margin": margin}, st.lists(LENGTHS, min_size=1, max_size=4)
    ),
)


@given(FRAMINGS, CANVASES, CROPS)
def test_what_is_shown_is_what_is_read(
    other: dict[str, Any], canvas: dict[str, Any], crop: dict[str, Any]
) -> None:
    framing = Framing(**other, **canvas, **crop)
    assert read(controls_of(framing)) == framing


def test_neutral_controls_are_the_neutral_framing() -> None:
    assert read(controls_of(Framing())) == Framing()


@pytest.mark.parametrize(
    ("ratio", "written"),
    [(1.0, "1:1"), (0.8, "4:5"), (16 / 9, "16:9"), (1.91, "191:100"), (1.2345, "1.2345"), (2.35, "47:20")],
)
def test_ratios_as_people_write_them(ratio: float, written: str) -> None:
    assert controls_of(Framing(ratio=ratio))[1] == written
    assert read(controls_of(Framing(ratio=ratio))).ratio == ratio


@pytest.mark.parametrize(
    ("margin", "written"),
    [("10%", "10%"), ("1px 2px", "1px 2px"), ("1px 2px 3px", "1px 2px 3px"), ("1px 2px 3px 4px",) * 2],
)
def test_margins_are_written_as_short_as_can_be(margin: str, written: str) -> None:
    assert controls_of(Framing(crop="subject", margin=margin))[5] == written


def test_quarters_and_degrees() -> None:
    for degrees in (-180, -170, -135, -45, 44.9, 45, 134, 180):
        fine, quarter = controls_of(Framing(straighten=degrees))[11:13]
        assert -45 <= fine <= 45
        assert quarter in (0, 90, 180, -90)


@pytest.mark.parametrize("empty", [None, 0, ""])
def test_a_canvas_without_a_size_is_the_photo_s_own(empty: Any) -> None:
    controls = controls_of(Framing(size=(300, 200)))
    controls[2] = empty
    assert read(controls) == Framing()


@pytest.mark.parametrize("sent", [None, "x", [0.5], [0.1, "b"], [float("nan")] * 3, {"x": 1}])
def test_a_place_that_is_nonsense_is_none(sent: Any) -> None:
    assert dropped(sent) == ""


def test_a_place_is_kept_within_the_canvas() -> None:
    assert dropped([-3, 0.123456]) == "0.0,0.1235"


def frame(**fields: Any) -> Frame:
    return Frame(**{"canvas": (1200, 800), "times": 1.0, "held": False, "guides": None, **fields})


def test_what_became_of_the_photo_is_said() -> None:
    assert note(frame()) == "1200 × 800 pixels, the photo at its own size."
    assert note(frame(times=0.4321)).endswith("reduced to 43 %.")
    assert note(frame(times=0.0123)).endswith("reduced to 1.2 %.")
    assert note(frame(times=2.5)).endswith("enlarged 2.50 times.")
    assert "which is the limit" in note(frame(times=4.0, held=True))
    with speaking("de"):
        assert note(frame(times=2.5)).endswith("2,50-fach vergrößert.")


def test_what_guides_need_is_told_as_plain_numbers() -> None:
    box = Rectangle(0.1, 0.2, 0.5, 0.6)
    told = framed(frame(guides=Guides(box, box, (0.0, 0.0), (0.6, 0.6))))
    assert told["guides"] == {"box": box, "outer": box, "first": (0.0, 0.0), "last": (0.6, 0.6)}
    assert framed(frame())["guides"] is None
