"""``models``: the list, pulling with failures in between, verifying; light to import."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from commands.models import models_app, pull, refuse_offline, size_of, table_of, verify
from pipelines.errors import UnknownModel, WeightsUnavailable
from pipelines.models.catalogue import Model, Source
from pipelines.models.known import MODELS
from pipelines.models.sources import Fetcher, Progress, SourceError, Taking
from pipelines.models.weights import WeightsStore
from pipelines.settings import Settings
from tests.unit.models_made import model_of, weights_of

GOOD, BAD = model_of("good", b"good"), model_of("bad", b"bad")


class OnlyGood:
    """Has one file and no other."""

    def fetch(self, takings: Sequence[Taking], progress: Progress) -> None:
        if takings[0].file != GOOD.files[0]:
            raise SourceError("somewhere", "can't be reached")
        progress(2, 4, "from somewhere")
        takings[0].part.write_bytes(b"good")


@pytest.fixture
def store(tmp_path: Path) -> WeightsStore:
    fetchers: Mapping[Source, Fetcher] = {"release": OnlyGood()}
    catalogue = {model.name: model for model in (GOOD, BAD)}
    return WeightsStore(Settings(home=tmp_path), [tmp_path / "rembg"], lambda: fetchers, catalogue)


def never(model: Model) -> None:
    pytest.fail(f"{model.name} was gathered")


def test_what_can_be_had_is_taken(store: WeightsStore, capsys: pytest.CaptureFixture[str]) -> None:
    assert pull(store, [GOOD], never) == 0
    assert capsys.readouterr().out == "good: here\n"
    assert store.find(GOOD)


def test_one_that_fails_stops_no_other(store: WeightsStore, capsys: pytest.CaptureFixture[str]) -> None:
    assert pull(store, [BAD, GOOD], never) == 1
    said = capsys.readouterr()
    assert said.out == "good: here\n"
    assert "The weights of bad are not on this machine" in said.err
    assert "1 of 2 models are here." in said.err
    assert "Traceback" not in said.err


def test_terms_are_told(store: WeightsStore, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    theirs = tmp_path / "rembg" / "bria-rmbg.onnx"
    bria = model_of("bria-rmbg", files=(weights_of("bria-rmbg.onnx", b"x"),))
    theirs.parent.mkdir()
    theirs.write_bytes(b"x")
    pull(store, [Model(**{**vars(bria), "commercial": False, "licence": "CC-BY-NC-4.0"})], never)
    assert "not free for commercial use: CC-BY-NC-4.0" in capsys.readouterr().out


def test_what_rembg_gathers_is_gathered(store: WeightsStore) -> None:
    gathered: list[Model] = []
    sam = model_of("sam", files=())
    assert pull(store, [sam], gathered.append) == 0
    assert gathered == [sam]


def test_what_rembg_gathered_is_not_gathered_again(store: WeightsStore, tmp_path: Path) -> None:
    folder = tmp_path / "rembg" / "models" / "sam"
    folder.mkdir(parents=True)
    (folder / "encoder.onnx").write_bytes(b"x")
    assert pull(store, [model_of("sam", files=())], never) == 0


def test_offline_nothing_is_gathered(store: WeightsStore, capsys: pytest.CaptureFixture[str]) -> None:
    assert pull(store, [model_of("sam", files=())], refuse_offline) == 1
    assert "CUTAWAY_OFFLINE" in capsys.readouterr().err


def test_verify_is_content_with_whole_files(store: WeightsStore, capsys: pytest.CaptureFixture[str]) -> None:
    store.ensure(GOOD)
    assert verify(store) == 0
    assert capsys.readouterr().out == "good: good.onnx is whole\n1 models are not here.\n"


def test_verify_names_damage(store: WeightsStore, capsys: pytest.CaptureFixture[str]) -> None:
    store.ensure(GOOD).write_bytes(b"gone bad")
    assert verify(store) == 1
    said = capsys.readouterr()
    assert "good.onnx is damaged" in said.out
    assert "models pull good" in said.err


def test_the_table_has_a_row_for_each_model() -> None:
    table = table_of(list(MODELS.values()), lambda model: model.name == "u2netp", wide=True)
    cells = {str(column.header): list(column.cells) for column in table.columns}
    assert cells["name"] == list(MODELS)
    assert cells["here"].count("yes") == 1
    assert cells["good at"] == [model.about for model in MODELS.values()]


def test_the_narrow_table_fits_eighty_columns() -> None:
    console = Console(width=80, file=io.StringIO(), record=True)
    console.print(table_of(list(MODELS.values()), lambda _model: True, wide=False))
    text = console.export_text()
    assert "…" not in text
    assert all(name in text for name in MODELS)


@pytest.mark.parametrize(
    ("name", "size"), [("u2netp", "5 MB"), ("isnet-general-use", "88/179 MB"), ("sam", "?")]
)
def test_sizes_are_told_in_megabytes(name: str, size: str) -> None:
    assert size_of(MODELS[name]) == size


def invoke(home: Path, *words: str) -> tuple[int, str]:
    environ = {
        "CUTAWAY_HOME": str(home),
        "CUTAWAY_OFFLINE": "1",
        "HOME": str(home),
        "REMBG_HOME": "",
        "U2NET_HOME": "",
    }
    result = CliRunner().invoke(models_app, list(words), env=environ)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def test_no_command_lists(tmp_path: Path) -> None:
    status, output = invoke(tmp_path)
    assert status == 0
    assert all(name in output for name in MODELS)
    assert "Commercial use needs a paid agreement" in output
    assert list(tmp_path.iterdir()) == []


def test_pull_takes_the_standard_models(tmp_path: Path) -> None:
    status, output = invoke(tmp_path, "pull")
    assert status == 1
    assert all(f"models pull {name}`" in output for name in ("u2netp", "modnet", "isnet-general-use"))


def test_pull_refuses_a_name_before_it_takes_any(tmp_path: Path) -> None:
    with pytest.raises(UnknownModel, match="isnet-general-use"):
        invoke(tmp_path, "pull", "u2netp", "isnet")
    assert list(tmp_path.iterdir()) == []


def test_verify_finds_nothing_in_a_new_home(tmp_path: Path) -> None:
    assert invoke(tmp_path, "verify")[0] == 0


def test_refusing_is_an_error_of_ours() -> None:
    with pytest.raises(WeightsUnavailable):
        refuse_offline(MODELS["sam"])


def test_importing_the_command_loads_nothing_heavy() -> None:
    code = "import sys, commands.models; print(*sys.modules)"
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    heavy = {"rembg", "onnxruntime", "cv2", "numpy", "httpx", "gradio", "PIL.Image"}
    assert not heavy & set(done.stdout.split())
