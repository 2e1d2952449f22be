"""What guides over a framed picture show."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from pipelines.compose.focus import focus_of
from pipelines.compose.guides import Guides, guides
from pipelines.compose.planning import plan
from pipelines.recipe import Framing
from tests.unit.test_framing import FREE, HEIGHT, STANDING, WIDTH, matte_of

SIZE = (WIDTH, HEIGHT)


def of(box: Any = FREE, **fields: Any) -> Guides:
    framing = Framing(**fields)
    focus = focus_of(matte_of(box))
    found = guides(framing, SIZE, focus, plan(framing, SIZE, focus))
    assert found is not None
    return found


def near(values: tuple[float, ...], *wanted: float) -> bool:
    return values == pytest.approx(wanted, abs=1e-9)


def test_the_box_in_the_photo_s_own_frame() -> None:
    assert near(of().box, 200 / 600, 100 / 400, 320 / 600, 300 / 400)
    assert of().outer == of().box


def test_margins_lie_round_a_crop() -> None:
    found = of(crop="subject", margin="10px 20px 30px 40px")
    width, height = 120 + 60, 200 + 40
    assert near(found.box, 40 / width, 10 / height, 160 / width, 210 / height)
    assert near(found.outer, 0, 0, 1, 1)


def test_margins_are_enlarged_with_the_photo() -> None:
    found = of(crop="subject", margin="20px", size=(480, 480), align="left")
    scale = 480 / 240
    assert near(found.outer, 0, 0, 160 * scale / 480, 1)
    assert near(found.box, 20 * scale / 480, 20 * scale / 480, 140 * scale / 480, 220 * scale / 480)


def test_a_side_cut_off_has_no_margin() -> None:
    found = of(STANDING, crop="subject", margin="10%")
    assert found.box.bottom == found.outer.bottom == 1
    assert found.outer.top == pytest.approx(0, abs=1e-9)


def test_between_first_and_last_the_subject_can_be_moved() -> None:
    found = of(ratio=1, share=0.5)
    assert near(found.first, 0, 0)
    assert near(found.last, 0.7, 0.5)
    held = of(STANDING, size=(1000, 1000), align="top")
    assert held.first[1] == held.last[1]  # what is cut off at the bottom stays there
    assert held.first[0] < held.last[0]


@pytest.mark.parametrize("align", [(0.0, 0.0), (0.3, 0.9), (1.0, 1.0)])
@pytest.mark.parametrize(
    "fields", [{}, {"ratio": 2, "straighten": 20}, {"crop": "subject", "size": (900, 300)}]
)
def test_a_place_is_as_far_as_its_shares_say(align: tuple[float, float], fields: dict[str, Any]) -> None:
    found = of(align=align, **fields)
    wanted = np.array(found.first) + np.array(align) * (np.array(found.last) - np.array(found.first))
    off = np.array(found.box[:2]) - wanted
    assert np.abs(off * plan(Framing(**fields), SIZE, focus_of(matte_of(FREE))).canvas).max() <= 1


def test_without_a_subject_there_are_none() -> None:
    framing = Framing(ratio=1)
    assert guides(framing, SIZE, None, plan(framing, SIZE, None)) is None


def test_the_limit_on_enlarging_is_told() -> None:
    focus = focus_of(matte_of(FREE))
    for most, times, held in ((16, 10, False), (10, 10, False), (3, 3, True)):
        place = plan(Framing(size=(6000, 4000), max_upscale=most), SIZE, focus)
        assert place.times == pytest.approx(times)
        assert place.held is held
