"""What a client gets to see of a photo and its result, with made-up networks."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from components.handlers import sharing as handler
from pipelines.errors import CutawayError, InputError, PhotoNotFound, ShareNotFound, TooMany
from pipelines.recipe import Recipe
from pipelines.share_terms import Terms
from pipelines.shares import Share
from pipelines.sharing import SIDE, share
from pipelines.workbench import Workbench
from tests.unit.test_workbench import picture

OWNER = "a" * 22


def shared(
    bench: Workbench, size: tuple[int, int] = (90, 60), how: dict[str, Any] | None = None, **made: Any
) -> Share:
    photo = bench.receive(picture(*size), "lamp.png").id
    return share(bench, photo, Recipe(model="fast").changed(**made), Terms(OWNER, "day", **(how or {})))


def shown(bench: Workbench, made: Share, what: str) -> Image.Image:
    image = Image.open(io.BytesIO(bench.shares.file(made.id, what).path.read_bytes()))
    image.load()
    return image


def pixels(image: Image.Image) -> NDArray[np.int16]:
    return np.asarray(image.convert("RGB"), np.int16)


def test_pictures_are_screen_sized_and_alike(bench: Workbench) -> None:
    made = shared(bench, (3000, 1500), background="plum")
    before, after = (shown(bench, made, what) for what in ("before", "after"))
    assert before.size == after.size == made.size == (SIDE, SIDE // 2)
    assert (before.format, after.format) == ("JPEG", "JPEG")
    assert np.abs(pixels(after)[10, 10] - (0xDD, 0xA0, 0xDD)).max() < 6
    assert np.abs(pixels(before)[10, 10]).max() < 6


def test_what_is_transparent_stays_so(bench: Workbench) -> None:
    after = shown(bench, shared(bench), "after")
    assert (after.format, after.mode) == ("WEBP", "RGBA")
    assert after.getchannel("A").getextrema() == (0, 255)


def test_before_lies_on_the_canvas_as_the_result_does(bench: Workbench) -> None:
    made = shared(
        bench, background="black", framing={"size": [200, 100], "crop": "subject", "margin": "10px"}
    )
    before, after = (shown(bench, made, what) for what in ("before", "after"))
    assert before.size == after.size == (200, 100)
    assert before.mode == "RGBA"  # the photo does not reach everywhere
    lit = np.asarray(before)[..., 3] == 255
    assert np.abs(pixels(before)[lit] - pixels(after)[lit]).mean() < 8


def test_there_is_no_file_unless_allowed(bench: Workbench) -> None:
    made = shared(bench, (3000, 1500))
    with pytest.raises(ShareNotFound):
        bench.shares.file(made.id, "full")


def test_the_file_is_the_one_that_the_owner_would_download(bench: Workbench) -> None:
    photo = bench.receive(picture(3000, 1500), "lamp.png").id
    recipe = Recipe(model="fast", output={"format": "webp"})
    own = bench.shelf.get(bench.render(photo, recipe)).path.read_bytes()
    kept = bench.shares.file(share(bench, photo, recipe, Terms(OWNER, "day", download=True)).id, "full")
    assert (kept.filename, kept.media_type) == ("lamp.webp", "image/webp")
    assert kept.path.read_bytes() == own


@pytest.mark.parametrize("background", ["none", "white"])
def test_every_picture_has_the_watermark(bench: Workbench, background: str) -> None:
    plain = shared(bench, (1800, 1200), {"download": True}, background=background)
    marked = shared(
        bench, (1800, 1200), {"download": True, "watermark": " PR\tOOF\u202e "}, background=background
    )
    assert marked.watermark == "PR OOF"
    for what in ("before", "after", "full"):
        one, other = (shown(bench, made, what).convert("RGBA") for made in (plain, marked))
        assert one.size == other.size
        apart = np.abs(np.asarray(one, np.int16) - np.asarray(other, np.int16)).max(axis=2) > 25
        assert (
            min(part.mean() for row in np.array_split(apart, 2) for part in np.array_split(row, 2, axis=1))
            > 0.01
        )


def test_a_watermarked_file_is_flat(bench: Workbench) -> None:
    made = shared(
        bench, how={"download": True, "watermark": "PROOF"}, background="none", output={"format": "jpg"}
    )
    kept = bench.shares.file(made.id, "full")
    assert (kept.filename, kept.media_type) == ("lamp.png", "image/png")


def test_links_outlive_the_photo(bench: Workbench) -> None:
    photo = bench.receive(picture(), "lamp.png").id
    made = share(bench, photo, Recipe(model="fast"), Terms(OWNER, "day"))
    bench.remove(photo)
    assert shown(bench, made, "after").size == (90, 60)


def test_nothing_is_left_when_all_is_closed(bench: Workbench, tmp_path: Path) -> None:
    shared(bench)
    bench.close()
    assert not list(tmp_path.glob("cutaway-*"))


@pytest.mark.parametrize(
    ("terms", "error"), [(Terms("", "day"), InputError), (Terms(OWNER, "for ever"), InputError)]
)
def test_wrong_terms_cost_no_work(bench: Workbench, terms: Terms, error: type[CutawayError]) -> None:
    with pytest.raises(error):
        share(bench, "no such photo", Recipe(model="fast"), terms)


def test_unknown_photos(bench: Workbench) -> None:
    with pytest.raises(PhotoNotFound):
        share(bench, "no such photo", Recipe(model="fast"), Terms(OWNER, "day"))


def test_no_more_than_the_bound(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.shares.OWNED", 1)
    shared(bench)
    with pytest.raises(TooMany):
        shared(bench)


@pytest.mark.parametrize("wanted", [None, 7, "x", {}, {"owner": 7}, {"owner": OWNER, "lifetime": ["day"]}])
def test_what_a_browser_should_not_send_is_refused(bench: Workbench, wanted: Any) -> None:
    photo = bench.receive(picture(), "lamp.png").id
    assert handler.made(bench, photo, {"model": "fast"}, wanted)["action"] == "refused"


def test_the_panel_is_told_of_the_link_or_why_there_is_none(bench: Workbench) -> None:
    terms = {"owner": OWNER, "lifetime": "hour", "watermark": "PROOF", "download": True}
    assert handler.made(bench, "", {"model": "fast"}, terms)["error"] == "Add a photo first."
    photo = bench.receive(picture(), "lamp.png").id
    told = handler.made(bench, photo, {"model": "fast"}, terms)
    made = bench.shares.get(told["share"])
    assert (made.watermark, "full" in made.files, made.expires - made.made) == ("PROOF", True, 3600)
    missing = handler.made(bench, photo, {"model": "birefnet-general"}, terms)
    assert "not on this machine" in missing["error"]
