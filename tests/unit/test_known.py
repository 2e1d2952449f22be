"""The catalogue's data, held against the rembg that is installed."""

from __future__ import annotations

import importlib.util
import re
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from pipelines.errors import UnknownModel
from pipelines.models.catalogue import Model
from pipelines.models.known import MODELS, STANDARD, model_named

CLOUD_AND_CUSTOM = {"withoutbg", "atlascloud", "u2net_custom", "dis_custom", "ben_custom"}
ALL = pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)


def rembg_sessions() -> dict[str, str]:
    """The source text of each session of rembg by its name, without importing it."""
    spec = importlib.util.find_spec("rembg")
    assert spec
    assert spec.submodule_search_locations
    texts = [path.read_text() for path in Path(spec.submodule_search_locations[0], "sessions").glob("*.py")]
    found = {re.search(r'def name\(.*?return "([\w.-]+)"', text, re.DOTALL): text for text in texts}
    return {match[1]: " ".join(text.split()) for match, text in found.items() if match}


REMBG = rembg_sessions()


def test_every_local_model_of_rembg_is_known() -> None:
    assert set(REMBG) - CLOUD_AND_CUSTOM == set(MODELS) - {"modnet"}


@ALL
def test_the_release_files_are_rembgs(model: Model) -> None:
    for file in model.files:
        if file.source == "release" and model.name != "u2netp":
            assert file.location in REMBG[model.name]
            assert file.digest in REMBG[model.name]
            assert file.filename == f"{model.name}.onnx"


def test_u2netp_is_the_file_that_rembg_names() -> None:
    # Its MD5 in rembg and the SHA-256 here were both computed from the same file.
    assert "md5:8e83ca70e441ab06c318d82300c84806" in REMBG["u2netp"]
    assert {file.digest for file in MODELS["u2netp"].files} == {
        "sha256:309c8469258dda742793dce0ebea8e6dd393174f89934733ecc8b14c76f4ddd8"
    }


@ALL
def test_the_preprocessing_is_rembgs(model: Model) -> None:
    if model.preprocess is None or model.name == "modnet":
        return
    text = REMBG["birefnet-general" if model.name.startswith("birefnet") else model.name]
    facts = model.preprocess
    assert f"{facts.mean}, {facts.std}, {facts.size}" in text
    assert facts.scale_by_max
    assert facts.decode == ("sigmoid-minmax" if "self.sigmoid(" in text else "minmax")


@ALL
def test_files_are_pinned(model: Model) -> None:
    for file in model.files:
        assert re.fullmatch(r"sha256:[0-9a-f]{64}|md5:[0-9a-f]{32}", file.digest)
        assert re.fullmatch(r"[\w.-]+\.onnx", file.filename)
        assert file.location.startswith("https://") == (file.source == "release")
        assert bool(file.member) == (file.source != "release")


@ALL
def test_people_are_told_what_they_need(model: Model) -> None:
    assert model.title
    assert model.about
    assert model.licence
    assert model.homepage.startswith("https://")
    assert model.paper
    assert model.seconds > 0


@ALL
def test_what_is_not_free_says_why(model: Model) -> None:
    assert model.commercial == (model.licence in ("Apache-2.0", "MIT"))
    assert model.commercial or model.licence_note


def test_the_standard_models_come_first_and_are_free() -> None:
    assert tuple(MODELS)[: len(STANDARD)] == STANDARD
    assert all(MODELS[name].commercial for name in STANDARD)


def test_the_standard_models_need_no_single_place() -> None:
    assert all({file.source for file in MODELS[name].files} & {"wheel", "npm"} for name in STANDARD)


def test_a_model_is_found_by_its_name() -> None:
    assert model_named("modnet") is MODELS["modnet"]


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [
        ("u2nettp", "u2netp"),
        ("isnet", "isnet-general-use"),
        ("MODNet", "modnet"),
        ("birefnet", "birefnet-general"),
    ],
)
def test_a_wrong_name_brings_the_near_ones(wrong: str, meant: str) -> None:
    with pytest.raises(UnknownModel, match=meant):
        model_named(wrong)


@pytest.mark.parametrize("wrong", ["", "?", "x" * 5000])
def test_a_strange_name_brings_the_list(wrong: str) -> None:
    with pytest.raises(UnknownModel, match="lists them all") as caught:
        model_named(wrong)
    assert len(caught.value.message) < 200


def test_facts_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        MODELS["modnet"].licence = "other"  # type: ignore[misc]
    with pytest.raises(TypeError):
        MODELS["new"] = MODELS["modnet"]  # type: ignore[index]
