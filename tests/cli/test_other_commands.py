"""``models``, ``doctor``, settings that make no sense, and what ``cut`` does without some weights."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from pipelines.models.known import STANDARD, model_named
from pipelines.models.weights import open_store
from pipelines.settings import Settings, load_settings
from tests.cli.shell import cutaway


@pytest.fixture
def only_u2netp(tmp_path: Path) -> dict[str, str]:
    """An environment in which U²-Net small is the only network, and nothing can be fetched."""
    found = open_store(load_settings()).find(model_named("u2netp"))
    assert found is not None, "the weights of u2netp are not here"
    place = tmp_path / "home" / "models" / "u2netp" / found.name
    place.parent.mkdir(parents=True)
    place.symlink_to(found)
    nowhere = {name: str(tmp_path / "nowhere") for name in ("U2NET_HOME", "REMBG_HOME", "XDG_DATA_HOME")}
    return {
        **nowhere,
        "CUTAWAY_HOME": str(tmp_path / "home"),
        "CUTAWAY_OFFLINE": "1",
        "HOME": str(tmp_path / "nowhere"),
    }


def test_models_are_listed() -> None:
    ran = cutaway("models")
    assert (ran.status, ran.err) == (0, "")
    assert all(name in ran.text for name in (*STANDARD, "bria-rmbg", "CC-BY-NC-4.0"))


@pytest.mark.weights
def test_standard_models_are_whole() -> None:
    ran = cutaway("models", "verify")
    assert (ran.status, ran.err) == (0, "")
    assert all(any(line.startswith(f"{name}: ") for line in ran.text.splitlines()) for name in STANDARD)


def test_pulling_what_there_is_not() -> None:
    ran = cutaway("models", "pull", "u2nett")
    assert (ran.status, ran.out) == (2, b"")
    assert "There is no model called 'u2nett'. Did you mean u2net" in ran.err


def test_pulling_offline(tmp_path: Path) -> None:
    ran = cutaway(
        "models", "pull", "silueta", settings={"CUTAWAY_OFFLINE": "1", "CUTAWAY_HOME": str(tmp_path)}
    )
    assert (ran.status, ran.out) == (1, b"")
    assert "CUTAWAY_OFFLINE" in ran.err


@pytest.mark.weights
def test_the_doctor_is_content() -> None:
    ran = cutaway("doctor", settings={"CUTAWAY_TREADS": "3", "CUTAWAY_QUEUE": "7"})
    assert (ran.status, ran.err) == (0, "")
    assert [name for name in Settings.model_fields if f"CUTAWAY_{name.upper()}=" not in ran.text] == []
    assert "CUTAWAY_QUEUE=7 (set)" in ran.text
    assert "CUTAWAY_TREADS is not a setting" in ran.text
    assert [name for name in STANDARD if f"{name} cut a sample photo on cpu" not in ran.text] == []


@pytest.mark.weights
def test_the_doctor_misses_networks(only_u2netp: dict[str, str]) -> None:
    ran = cutaway("doctor", settings=only_u2netp)
    assert ran.status == 1
    assert "Run `python app.py models pull modnet`" in ran.text
    assert "u2netp cut a sample photo" in ran.text


@pytest.mark.parametrize("command", [[], ["cut", "a.png"], ["models"], ["doctor"]], ids=" ".join)
def test_a_setting_that_makes_no_sense(command: list[str]) -> None:
    ran = cutaway(*command, settings={"CUTAWAY_PORT": "abc"})
    assert ran.status != 0
    assert (ran.out, ran.err.count("\n")) == (b"", 1)
    assert ran.err.startswith("cutaway: CUTAWAY_PORT='abc'")


def test_a_port_that_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ran = cutaway("--port", str(taken.getsockname()[1]))
    assert (ran.status, ran.out) == (2, b"")
    assert "Choose another with --port" in ran.err


@pytest.mark.weights
def test_auto_does_with_the_networks_that_are_here(
    photo: Path, only_u2netp: dict[str, str], tmp_path: Path
) -> None:
    ran = cutaway("cut", photo, "-o", tmp_path / "auto.png", settings=only_u2netp)
    assert ran.status == 0
    assert "isnet-general-use" in ran.err
    assert cutaway("cut", photo, "-o", tmp_path / "quick.png", "--model", "fast").status == 0
    assert (tmp_path / "auto.png").read_bytes() == (tmp_path / "quick.png").read_bytes()


def test_a_model_whose_weights_can_not_be_had(photo: Path, only_u2netp: dict[str, str]) -> None:
    ran = cutaway("cut", photo, photo, "--model", "modnet", settings=only_u2netp)
    assert (ran.status, ran.out) == (1, b"")
    assert ran.err.count("The weights of modnet are not on this machine") == 1


def test_help() -> None:
    ran = cutaway("cut", "--help")
    assert (ran.status, ran.err) == (0, "")
    assert "--background" in ran.text
