"""The studio's working state, with made-up networks."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipelines.errors import AssetNotFound, PhotoNotFound, UnsupportedFormat
from pipelines.recent import Recent
from pipelines.recipe import Recipe
from pipelines.workbench import PREVIEW_SIDE, Workbench
from tests.scenes import encoded
from tests.unit.fakes import FakeService

FAST = Recipe(model="u2netp")


def picture(width: int = 90, height: int = 60) -> bytes:
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[height // 3 :, width // 3 :] = 255
    return encoded(pixels)


def opened(bench: Workbench, name: str) -> Image.Image:
    return Image.open(io.BytesIO(bench.shelf.get(name).path.read_bytes()))


def test_a_photo_is_received_under_its_own_name(bench: Workbench) -> None:
    taken = bench.receive(picture(), "C:\\photos\\my cat.final.png")
    assert (taken.name, taken.width, taken.height) == ("my cat.final", 90, 60)
    assert opened(bench, taken.preview).size == (90, 60)


def test_previews_are_screen_sized_and_results_full_size(bench: Workbench) -> None:
    taken = bench.receive(picture(3000, 1500), "wide.png")
    assert opened(bench, taken.preview).size == (PREVIEW_SIDE, PREVIEW_SIDE // 2)
    assert opened(bench, bench.preview(taken.id, FAST).image).size == (PREVIEW_SIDE, PREVIEW_SIDE // 2)
    assert opened(bench, bench.render(taken.id, FAST)).size == (3000, 1500)


def test_a_result_equals_the_pipelines_own(bench: Workbench, fake: FakeService) -> None:
    taken = bench.receive(picture(), "a.png")
    recipe = FAST.changed(background="plum")
    rendered = bench.shelf.get(bench.render(taken.id, recipe))
    assert rendered.path.read_bytes() == fake.service.cut(picture(), recipe).encode()
    assert rendered.filename == "a.png"


def test_changing_what_is_behind_runs_no_network(bench: Workbench, fake: FakeService) -> None:
    taken = bench.receive(picture(), "a.png")
    other = bench.receive(picture(30, 30), "beach.png")
    behind = ("none", "white", "blur", {"kind": "image", "source": other.id})
    for background in behind:
        recipe = FAST.changed(background=background)
        bench.preview(taken.id, recipe)
        bench.layer(taken.id, recipe)
        bench.render(taken.id, recipe)
    assert len(fake.networks["u2netp"].runs) == 1


@pytest.mark.parametrize(("background", "expected"), [("none", None), ("white", "#ffffff")])
def test_plain_layers_need_no_picture(bench: Workbench, background: str, expected: str | None) -> None:
    taken = bench.receive(picture(), "a.png")
    assert bench.layer(taken.id, FAST.changed(background=background)) == expected


def test_a_backdrop_can_only_be_an_upload(bench: Workbench, tmp_path: Path) -> None:
    secret = tmp_path / "secret.png"
    secret.write_bytes(picture())
    taken = bench.receive(picture(), "a.png")
    with pytest.raises(AssetNotFound):
        bench.render(taken.id, FAST.changed(background={"kind": "image", "source": str(secret)}))


def test_unknown_photos(bench: Workbench) -> None:
    with pytest.raises(PhotoNotFound):
        bench.preview("nothing", FAST)


def test_what_is_no_picture_is_not_kept(bench: Workbench) -> None:
    before = sorted(bench.shelf.root.iterdir())
    with pytest.raises(UnsupportedFormat):
        bench.receive(b"only words", "a.png")
    assert sorted(bench.shelf.root.iterdir()) == before


def test_a_preview_whose_file_went_is_made_again(bench: Workbench) -> None:
    taken = bench.receive(picture(), "a.png")
    first = bench.preview(taken.id, FAST)
    bench.shelf.drop(first.image)
    assert bench.shelf.has(bench.preview(taken.id, FAST).image)


def test_jpeg_bytes_come_as_jpeg(bench: Workbench) -> None:
    taken = bench.receive(picture(), "a.png")
    kept = bench.shelf.get(bench.render(taken.id, FAST.changed(output={"format": "jpg"})))
    assert (kept.filename, kept.media_type) == ("a.jpg", "image/jpeg")
    assert Image.open(io.BytesIO(kept.path.read_bytes())).format == "JPEG"


def test_recent_values_are_bounded() -> None:
    recent: Recent[str, str] = Recent(2)
    made = [recent.get_or_make(key, lambda key=key: key.upper()) for key in "abac"]  # type: ignore[misc]
    assert made == ["A", "B", "A", "C"]
    assert recent.get_or_make("a", lambda: "kept?") == "A"
    assert recent.get_or_make("b", lambda: "made again") == "made again"


def test_a_preview_comes_with_where_to_look(bench: Workbench) -> None:
    taken = bench.receive(picture(3000, 1500), "wide.png")
    preview = bench.preview(taken.id, FAST)
    shown = opened(bench, preview.doubt)
    assert (shown.mode, shown.size) == ("RGBA", preview.cutout.confidence.doubt.shape[::-1])
    bench.shelf.drop(preview.doubt)
    assert bench.shelf.has(bench.preview(taken.id, FAST).doubt)


def test_the_time_of_a_network_counts_where_it_ran_before(bench: Workbench, fake: FakeService) -> None:
    taken = bench.receive(picture(), "a.png")
    photo = bench.photo(taken.id)
    assert fake.service.coarse(photo, FAST).saved == 0
    again = fake.service.coarse(photo, FAST)
    assert again.saved > 0
    assert fake.service.coarse(photo, Recipe(model="auto")).saved == again.saved
    assert bench.preview(taken.id, FAST).seconds > again.saved


def test_a_shallow_gradient_has_no_bands_in_a_scene(bench: Workbench) -> None:
    taken = bench.receive(encoded(np.zeros((600, 800, 3), np.uint8)), "dark.png")
    recipe = FAST.changed(background="gradient:#f7efe4-#efe6da", framing={"ratio": "1:1"})
    shown = bench.shelf.get(bench.scene(taken.id, recipe).image)
    pixels = np.asarray(Image.open(io.BytesIO(shown.path.read_bytes())).convert("RGB"))
    assert (pixels[:, 1:] != pixels[:, :-1]).mean() > 0.05  # the dither, which coarser JPEG leaves out
