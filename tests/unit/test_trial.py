"""A trial: a few photos before and after, in one look, whatever is wrong with some."""

from __future__ import annotations

import io
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from pipelines.batch.order import Order, Variant
from pipelines.batch.sample import spread
from pipelines.batch.trial import in_their_look, trial
from pipelines.batch.trial_page import page_of
from pipelines.recipe import Recipe
from tests.scenes import encoded
from tests.unit.fakes import FakeService, fake_service


def order(**fields: object) -> Order:
    recipes = {"shop": {"background": "white", **fields}, "print": fields}
    return Order.of([Variant(name, Recipe.read({"model": "fast", **some})) for name, some in recipes.items()])


@pytest.fixture
def fake(tmp_path: Path) -> FakeService:
    (tmp_path / "home").mkdir()
    return fake_service(tmp_path / "home")


@pytest.fixture
def sources(tmp_path: Path) -> list[tuple[str, Path]]:
    for number, level in enumerate(
        (60, 90, 130)
    ):  # as sure to the made-up network, which goes by the maximum
        pixels = np.zeros((120, 160, 3), np.uint8)
        pixels[30:90, 50:110] = (255, level, level)
        (tmp_path / f"{number}.png").write_bytes(encoded(pixels))
    (tmp_path / "<bad>.png").write_bytes(b"no picture")
    return [(name, tmp_path / name) for name in ("0.png", "1.png", "2.png", "<bad>.png", "gone.png")]


@given(st.integers(0, 300), st.integers(2, 100))
def test_those_that_stand_for_all_are_spread_over_all(total: int, count: int) -> None:
    found = spread(range(total), count)
    assert len(found) == min(total, count)
    assert found == sorted(set(found))
    if total:
        assert (found[0], found[-1]) == (0, total - 1)


def test_each_photo_is_shown_and_what_is_wrong_is_told(
    fake: FakeService, sources: list[tuple[str, Path]]
) -> None:
    tried = trial(fake.service, order(), sources)
    assert [one.error is None for one in tried] == [True, True, True, False, False]
    first = tried[0].photo
    assert first is not None
    assert [one.name for one in first.results] == ["shop", "print"]
    assert [Image.open(io.BytesIO(one.picture)).mode for one in first.results] == ["RGB", "RGBA"]
    page = page_of(tried, 40, evened=False).decode()
    assert page.count('src="data:image/webp;base64,') == 9
    assert "&lt;bad&gt;.png" in page
    assert "<bad>" not in page
    assert not re.search(r"https?://", page)
    assert "5 of 40 photos" in page


def test_photos_are_tried_in_the_look_they_have_in_common(
    fake: FakeService, sources: list[tuple[str, Path]]
) -> None:
    wished = order(even={"exposure": 1})
    evened = in_their_look(fake.service, wished, [path for _, path in sources])
    assert evened.variants[0].recipe.even.reference is not None
    assert in_their_look(fake.service, evened, []) is evened
    assert in_their_look(fake.service, order(), []) == order()
    runs = len(fake.networks["u2netp"].runs)
    plain, wanted, known = (made(fake, one, sources) for one in (order(), wished, evened))
    assert len(fake.networks["u2netp"].runs) == runs  # nothing is asked twice
    assert wanted == known
    assert wanted[1] == plain[1]  # the middle one has the look of the set
    assert wanted[0] != plain[0]
    assert wanted[2] != plain[2]


def made(fake: FakeService, wished: Order, sources: list[tuple[str, Path]]) -> list[bytes]:
    tried = trial(fake.service, wished, sources)
    return [result.picture for one in tried if one.photo for result in one.photo.results[:1]]
