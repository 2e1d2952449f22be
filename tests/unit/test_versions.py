"""One cutout for several presets: a ZIP of a file for each, and what the check says of them."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from PIL import Image

from components.handlers.presets import checked_each
from components.i18n import speaking
from pipelines.errors import FaceNotFound, RecipeError, UnknownPreset
from pipelines.export.versions import REPORT, delivered
from pipelines.faces.face import Face
from pipelines.photo import Photo
from pipelines.presets import apply, preset_named, versions
from pipelines.recipe import Recipe
from pipelines.workbench import Workbench
from tests.scenes import ball, encoded
from tests.unit.cutouts_made import ball_cutout, cutout_of
from tests.unit.fakes import FakeService

SHOPS = ("amazon-main", "etsy", "walmart")


def wanted(*names: str, first: str | None = None, **fields: Any) -> Recipe:
    recipe = Recipe().changed(model="u2netp", **fields)
    recipe = apply(preset_named(first), recipe) if first else recipe
    return recipe.changed(also_presets=names)


def unzipped(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def nobody(_photo: Photo) -> tuple[Face, ...]:
    return ()


def test_each_is_its_preset_laid_over_the_recipe() -> None:
    recipe = wanted("etsy", "amazon-main", "etsy", first="amazon-main")
    first, second = versions(recipe)
    assert [one.preset for one in (first, second)] == ["amazon-main", "etsy"]
    assert second.framing == apply(preset_named("etsy"), Recipe()).framing
    assert {one.output.name for one in (first, second)} == {"{stem}-{preset}"}
    assert {one.also_presets for one in (first, second)} == {()}


def test_one_preset_alone_changes_nothing() -> None:
    recipe = apply(preset_named("etsy"), Recipe())
    assert versions(recipe) == (recipe,)
    assert versions(recipe.changed(also_presets=["etsy"])) == (recipe,)


def test_the_turn_the_pattern_and_the_metadata_stay() -> None:
    output = {"name": "{preset}/{n:3}", "metadata": "credit", "quality": 40}
    recipe = wanted("etsy", framing={"straighten": 3}, output=output)
    _, etsy = versions(recipe)
    assert (etsy.output.name, etsy.output.metadata) == ("{preset}/{n:3}", "credit")
    assert (etsy.output.quality, etsy.framing.straighten) == (92, 3)


def test_an_unknown_preset_is_refused() -> None:
    with pytest.raises(UnknownPreset, match="Did you mean etsy"):
        versions(wanted("etsi"))
    with pytest.raises(RecipeError, match="also_presets"):
        wanted("../etsy")


def test_a_zip_of_a_file_for_each_and_a_report(bench: Workbench, fake: FakeService) -> None:
    taken = bench.receive(encoded(ball(1800, 1500).pixels), "shoe.png")
    recipe = wanted(*SHOPS[1:], first=SHOPS[0])
    file = bench.shelf.get(bench.deliver(taken.id, recipe).file)
    files = unzipped(file.path.read_bytes())
    assert file.filename == "shoe.zip"
    assert list(files) == [*(f"shoe-{name}.jpg" for name in SHOPS), REPORT]
    for name in SHOPS:
        data = files[f"shoe-{name}.jpg"]
        size = preset_named(name).recipe["framing"]["size"]
        assert "{}x{}".format(*Image.open(io.BytesIO(data)).size) == size
    assert len(fake.networks["u2netp"].runs) == 1
    report = files[REPORT].decode()
    assert all(preset_named(name).titled() in report for name in SHOPS)


def test_each_is_checked_against_its_own_rules() -> None:
    file, made = delivered(cutout_of(ball(1200, 900), wanted(*SHOPS[1:], first=SHOPS[0])))
    files = unzipped(file.data)
    for version in made:
        assert version.report is not None
        (name,) = version.files
        assert (version.report.preset, version.size) == (version.preset, len(files[name]))
        assert version.report.of("fail") == ()
    assert files[REPORT].decode().count("Kept: The background is pure white") == 2


def test_each_is_what_its_preset_alone_gives(bench: Workbench) -> None:
    taken = bench.receive(encoded(ball(900, 700).pixels), "shoe.png")
    alone = bench.shelf.get(bench.render(taken.id, wanted(first="etsy"))).path.read_bytes()
    together = bench.shelf.get(bench.render(taken.id, wanted("etsy", first="walmart"))).path.read_bytes()
    assert unzipped(together)["shoe-etsy.jpg"] == alone


def test_without_a_preset_of_its_own_the_picture_as_it_stands_comes_first() -> None:
    cutout = ball_cutout({"also_presets": ["etsy"], "output": {"format": "png", "also": ["webp"]}})
    files = unzipped(cutout.encode())
    assert list(files) == ["ball.png", "ball.webp", "ball-etsy.jpg", REPORT]
    assert Image.open(io.BytesIO(files["ball.png"])).size == (160, 120)
    assert "The picture as it stands\n  ball.png\n  ball.webp\n" in files[REPORT].decode()
    assert cutout.encode() == cutout.encode()


@pytest.mark.parametrize("first", ["id-japan", "etsy"])
def test_one_that_fails_does_not_lose_the_others(first: str) -> None:
    both = {"id-japan", "etsy"}
    recipe = wanted(*(both - {first}), first=first)
    cutout = ball_cutout(recipe.model_dump())
    object.__setattr__(cutout, "faces", nobody)
    file, made = delivered(cutout)
    files = unzipped(file.data)
    assert [*files] == ["ball-etsy.jpg", REPORT]
    assert "Passport photo, Japan: Not made\n  No face was found" in files[REPORT].decode()
    failed = next(version for version in made if version.preset == "id-japan")
    assert isinstance(failed.error, FaceNotFound)
    shown, (said,) = checked_each(made)
    assert "No face was found" in shown
    assert "Passport photo, Japan: Not made." in str(said)


def test_where_all_fail_the_reason_is_told() -> None:
    cutout = ball_cutout(wanted("id-eu", first="id-japan").model_dump())
    object.__setattr__(cutout, "faces", nobody)
    with pytest.raises(FaceNotFound):
        delivered(cutout)


@pytest.mark.parametrize(("language", "words"), [("de", "Eingehalten|Erfüllt"), ("fr", "Respectée")])
def test_the_report_speaks_the_language_of_the_page(language: str, words: str) -> None:
    file, made = delivered(ball_cutout({"also_presets": ["walmart"]}), language)
    report = unzipped(file.data)[REPORT].decode()
    assert any(word in report for word in words.split("|"))
    with speaking(language):
        assert any(word in checked_each(made)[0] for word in words.split("|"))
