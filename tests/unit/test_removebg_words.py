"""How single values of remove.bg's API are written."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.errors import ApiRefusal
from server.removebg import words
from server.removebg.words import Length

SIZE = (400, 300)

hundredths = st.integers(0, 10_000).map(lambda value: value / 100)
pixels = st.integers(0, 500)
lengths = st.one_of(pixels.map(lambda value: f"{value}px"), hundredths.map(lambda value: f"{value:g}%"))
margins = st.one_of(pixels.map(lambda v: f"{v}px"), st.integers(0, 50).map(lambda v: f"{v}%"), st.just("0"))
anything = st.one_of(
    st.text(max_size=30),
    st.text("0123456789px% .-+e", max_size=20),
    st.lists(st.one_of(lengths, st.text(max_size=4)), max_size=6).map(" ".join),
)


def refused(read: Callable[[], object]) -> str:
    with pytest.raises(ApiRefusal) as refusal:
        read()
    return refusal.value.code


@given(anything)
def test_whatever_is_written_is_read_or_refused(text: str) -> None:
    readers: dict[str, Callable[[str], object]] = {
        "invalid_crop_margin": words.crop_margin,
        "invalid_roi": words.roi,
        "invalid_scale": words.scale,
        "invalid_position": lambda word: words.position(word, "original"),
        "invalid_shadow_opacity": words.opacity,
        "invalid_crop": lambda word: words.switch("crop", word, False),
    }
    for code, read in readers.items():
        try:
            read(text)
        except ApiRefusal as refusal:
            assert (refusal.code, refusal.status) == (code, 400)


@given(st.floats(0, 1e6), st.sampled_from(["px", "%"]))
def test_a_length_is_written_as_it_is_read(value: float, unit: str) -> None:
    written = f"{value:.6f}{unit}"
    found = words.length(written)
    assert found is not None
    assert found.unit == unit
    assert found.value == pytest.approx(value, abs=1e-6)
    assert words.length(str(found)) == found
    assert words.length(written.upper()) == found


@pytest.mark.parametrize(
    "text",
    ["10", "-1px", "1e3px", "px", "%", "1 px", "1.px", ".5%", "١px", "1pxx", "nan%", "inf%", "1234567890px"],
)
def test_what_is_no_length(text: str) -> None:
    assert words.length(text) is None


@given(st.lists(margins, min_size=1, max_size=5))
def test_margins(written: list[str]) -> None:
    read = [words.length(text) for text in written]
    if len(written) in (1, 2, 4):
        top, right, bottom, left = words.crop_margin(" ".join(written))
        expected = {1: [0, 0, 0, 0], 2: [0, 1, 0, 1], 4: [0, 1, 2, 3]}[len(written)]
        assert [top, right, bottom, left] == [read[index] for index in expected]
    else:
        assert refused(lambda: words.crop_margin(" ".join(written))) == "invalid_crop_margin"


@pytest.mark.parametrize("text", ["51%", "501px", "10", "-5px", "1px 2px 3px", "10px 60%", "1px,2px", "auto"])
def test_margins_that_are_none(text: str) -> None:
    assert refused(lambda: words.crop_margin(text)) == "invalid_crop_margin"


@given(st.tuples(pixels, pixels), st.tuples(pixels, pixels))
def test_a_region_in_pixels(x: tuple[int, int], y: tuple[int, int]) -> None:
    roi = words.roi(f"{x[0]}px {y[0]}px {x[1]}px {y[1]}px")
    if max(x) > SIZE[0] or max(y) > SIZE[1]:
        assert refused(lambda: roi.region(SIZE)) == "roi_exceeds_bounds"
    elif x[0] >= x[1] or y[0] >= y[1]:
        assert refused(lambda: roi.region(SIZE)) == "roi_region_empty"
    else:
        assert roi.region(SIZE) == (x[0] / SIZE[0], y[0] / SIZE[1], x[1] / SIZE[0], y[1] / SIZE[1])


@given(st.tuples(*[st.integers(0, 120)] * 4))
def test_a_region_in_per_cent(shares: tuple[int, ...]) -> None:
    left, top, right, bottom = shares
    roi = words.roi(" ".join(f"{share}%" for share in shares))
    if max(shares) > 100:
        assert refused(lambda: roi.region(SIZE)) == "roi_exceeds_bounds"
    elif left >= right or top >= bottom:
        assert refused(lambda: roi.region(SIZE)) == "roi_region_empty"
    else:
        assert roi.region(SIZE) == tuple(share / 100 for share in shares)


def test_a_region_of_less_than_a_pixel_is_empty() -> None:
    assert refused(lambda: words.roi("10% 10% 10.01% 90%").region(SIZE)) == "roi_region_empty"


@pytest.mark.parametrize("text", ["0 0 100%", "0 0 100% 100% 0", "a b c d", "0,0,100%,100%", "10 10 90 90"])
def test_what_is_no_region(text: str) -> None:
    assert refused(lambda: words.roi(text)) == "invalid_roi"


@given(st.integers(0, 200))
def test_scales(percent: int) -> None:
    if 10 <= percent <= 100:
        assert words.scale(f"{percent}%") == percent / 100
    else:
        assert refused(lambda: words.scale(f"{percent}%")) == "invalid_scale"


@pytest.mark.parametrize("text", ["", "original", "ORIGINAL"])
def test_no_scale(text: str) -> None:
    assert words.scale(text) is None


@given(st.lists(hundredths, min_size=1, max_size=3))
def test_positions(percent: list[float]) -> None:
    text = " ".join(f"{share:g}%" for share in percent)
    if len(percent) == 3:
        assert refused(lambda: words.position(text, "original")) == "invalid_position"
    else:
        assert words.position(text, "original") == pytest.approx((percent[0] / 100, percent[-1] / 100))


@pytest.mark.parametrize("text", ["10px", "101%", "-1%", "left", "50", "50% center", "0% 120%"])
def test_what_is_no_position(text: str) -> None:
    assert refused(lambda: words.position(text, "original")) == "invalid_position"


def test_positions_in_words() -> None:
    assert words.position("", (0.5, 0.5)) == (0.5, 0.5)
    assert words.position("", "original") == "original"
    assert words.position("Original", (0.5, 0.5)) == "original"
    assert words.position("center", "original") == (0.5, 0.5)


@given(st.integers(0, 150))
def test_opacities(percent: int) -> None:
    if percent <= 100:
        assert words.opacity(str(percent)) == percent / 100
    else:
        assert refused(lambda: words.opacity(str(percent))) == "invalid_shadow_opacity"


def test_lengths_in_pixels() -> None:
    assert Length(25, "%").of(200) == 50
    assert Length(25, "px").of(200) == 25
