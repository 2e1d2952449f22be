"""Weights that are here: in our folder, in rembg's, whole or not."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.models.catalogue import Model
from pipelines.models.local import Check, LocalWeights, distinct, rembg_folders, settle
from tests.unit.models_made import model_of, sha256, weights_of

WEIGHTS = b"weights of a model"
DAMAGE = {
    "a flipped bit": b"weightt of a model",
    "cut": WEIGHTS[:-1],
    "empty": b"",
    "a web page": b"<html>log in</html>",
}


@pytest.fixture
def model() -> Model:
    return model_of("tiny", WEIGHTS)


@pytest.fixture
def local(tmp_path: Path) -> LocalWeights:
    return LocalWeights(tmp_path / "models", (tmp_path / "rembg", tmp_path / "old"))


def put(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_nothing_is_found_where_nothing_is(local: LocalWeights, model: Model) -> None:
    assert local.find(model) is None
    assert not local.present(model)
    assert local.checks(model) == [Check("tiny", "tiny.onnx", "missing")]


@pytest.mark.parametrize("place", ["models/tiny", "rembg/models/tiny", "rembg", "old/models/tiny", "old"])
def test_a_whole_file_is_used_where_it_lies(
    place: str, local: LocalWeights, model: Model, tmp_path: Path
) -> None:
    path = put(tmp_path / place / "tiny.onnx", WEIGHTS)
    assert local.find(model) == path
    assert local.present(model)
    assert local.checks(model) == [Check("tiny", "tiny.onnx", "whole")]


@pytest.mark.parametrize("content", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_file_is_never_found(content: bytes, local: LocalWeights, model: Model) -> None:
    put(local.root / "tiny" / "tiny.onnx", content)
    assert local.find(model) is None
    assert local.checks(model) == [Check("tiny", "tiny.onnx", "damaged")]


def test_damage_is_set_aside(local: LocalWeights, model: Model) -> None:
    path = put(local.root / "tiny" / "tiny.onnx", b"damaged")
    assert local.set_aside(model) == ["tiny.onnx"]
    assert not path.exists()
    assert path.with_name("tiny.onnx.damaged").read_bytes() == b"damaged"


def test_a_whole_file_is_not_set_aside(local: LocalWeights, model: Model) -> None:
    path = put(local.root / "tiny" / "tiny.onnx", WEIGHTS)
    assert local.set_aside(model) == []
    assert path.exists()


def test_another_programs_file_is_never_touched(local: LocalWeights, model: Model, tmp_path: Path) -> None:
    path = put(tmp_path / "rembg" / "models" / "tiny" / "tiny.onnx", b"another version")
    assert local.find(model) is None
    assert local.set_aside(model) == []
    assert local.checks(model) == [Check("tiny", "tiny.onnx", "missing")]
    assert [each.name for each in path.parent.iterdir()] == ["tiny.onnx"]


def test_the_better_of_two_files_comes_first(local: LocalWeights) -> None:
    files = (weights_of("big.onnx", b"big"), weights_of("small.onnx", b"small"))
    model = model_of("tiny", files=files)
    small = put(local.root / "tiny" / "small.onnx", b"small")
    assert local.find(model) == small
    big = put(local.root / "tiny" / "big.onnx", b"big")
    assert local.find(model) == big


def test_weights_that_rembg_gathered_are_known(local: LocalWeights, tmp_path: Path) -> None:
    model = model_of("sam", files=())
    assert not local.present(model)
    put(tmp_path / "rembg" / "models" / "sam" / "encoder.onnx", b"x")
    assert local.present(model)
    assert local.checks(model) == []


def test_a_file_from_two_places_is_one_file() -> None:
    one = weights_of("tiny.onnx", WEIGHTS, source="release")
    two = weights_of("tiny.onnx", WEIGHTS, source="wheel")
    assert distinct(model_of("tiny", files=(one, two))) == [one]


def test_a_whole_part_gets_its_name(local: LocalWeights, model: Model) -> None:
    taking = local.taking(model, model.files[0])
    put(taking.part, WEIGHTS)
    assert settle(taking) == local.find(model)
    assert not taking.part.exists()


def test_another_part_is_removed(local: LocalWeights, model: Model) -> None:
    taking = local.taking(model, model.files[0])
    put(taking.part, b"something else")
    assert settle(taking) is None
    assert list(taking.part.parent.iterdir()) == []


def test_a_file_with_a_weak_sum_gets_a_note(local: LocalWeights) -> None:
    model = model_of("tiny", files=(weights_of("tiny.onnx", WEIGHTS, weak=True),))
    taking = local.taking(model, model.files[0])
    put(taking.part, WEIGHTS)
    settle(taking)
    note = (local.root / "tiny" / "tiny.onnx.sha256").read_text()
    assert note.startswith(sha256(WEIGHTS).removeprefix("sha256:"))


def test_rembg_keeps_its_files_at_home() -> None:
    assert rembg_folders({}, Path("/home/me")) == (Path("/home/me/.rembg"), Path("/home/me/.u2net"))


def test_rembg_can_be_told_where() -> None:
    environ = {"U2NET_HOME": "/u", "REMBG_HOME": "~/r", "XDG_DATA_HOME": "/x"}
    expected = ["/u", "/home/me/r", "/x/rembg", "/x/.u2net", "/home/me/.rembg", "/home/me/.u2net"]
    assert [str(folder) for folder in rembg_folders(environ, Path("/home/me"))] == expected
