"""``batch --engine`` and ``audit`` as a program, where no cluster is needed."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.batch.engine import only_run
from pipelines.batch.ledger import Ledger
from pipelines.batch.places import Folders
from tests.running import ROOT, environment, run_app
from tests.scenes import ball, encoded

WITHOUT_RAY = """
import importlib.util, sys
before = importlib.util.find_spec
importlib.util.find_spec = lambda name, *more: None if name == "ray" else before(name, *more)
sys.argv = ["app.py", *sys.argv[1:]]
from app import app, run
run(app)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    source = tmp_path / "in"
    source.mkdir()
    for name in ("a", "b"):
        (source / f"{name}.png").write_bytes(encoded(ball(200, 150).pixels))
    return source


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--engine", "ray", "--watch"), "--watch"),
        (("--engine", "ray", "--workers", "2"), "--actors"),
        (("--actors", "1:2"), "--actors goes with --engine ray"),
        (("--gpus-per-actor", "0.5"), "--gpus-per-actor goes with --engine ray"),
        (("--engine", "ray", "--actors", "3:2"), "no range"),
        (("--engine", "ray", "--actors", "some"), "no range"),
        (("--engine", "ray", "--preset", "nowhere"), "no preset called"),
        (("--engine", "ray", "--report", "r.pdf"), ".csv or .html"),
    ],
)
@pytest.mark.weights
def test_what_makes_no_sense_is_refused(
    folder: Path, tmp_path: Path, more: tuple[str, ...], said: str
) -> None:
    target = tmp_path / "out"
    ended = run_app("batch", str(folder), str(target), "--model", "fast", *more)
    assert ended.returncode == 2
    assert said in ended.stderr.decode()
    assert not target.exists()


def test_addresses_need_the_other_engine(folder: Path) -> None:
    ended = run_app("batch", str(folder), "s3://bucket/out", "--model", "fast")
    assert ended.returncode == 2
    assert b"need --engine ray" in ended.stderr


@pytest.mark.parametrize(
    "command", [("batch", "in", "s3://bucket/out", "--engine", "ray"), ("audit", "in", "s3://bucket/out")]
)
def test_without_the_packages_it_says_how_to_get_them(command: tuple[str, ...]) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", WITHOUT_RAY, *command],
        capture_output=True,
        cwd=ROOT,
        env=environment(),
        timeout=60,
        check=False,
    )
    assert ended.returncode == 2
    assert b"pip install -r requirements-cluster.lock" in ended.stderr


@pytest.mark.weights
def test_an_audit_of_this_machines_batch(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "out"
    nothing = run_app("audit", str(folder), str(target))
    assert (nothing.returncode, b"Nothing is remembered" in nothing.stderr) == (2, True)
    run_app("batch", str(folder), str(target), "--model", "fast")
    good = run_app("audit", str(folder), str(target))
    assert (good.returncode, good.stdout.decode().splitlines()) == (
        0,
        ["2 photos: 2 done, 0 failed; 2 results.", "All is as it should be."],
    )
    (target / "a.png").write_bytes(b"touched")
    (target / "c.png").write_bytes(b"stray")
    (folder / "d.png").write_bytes(encoded(ball(210, 150).pixels))
    os.utime(folder / "b.png", (1, 1))
    bad = run_app("audit", str(folder), str(target))
    assert bad.returncode == 1
    named = [line.strip() for line in bad.stdout.decode().splitlines() if line.startswith("  ")]
    assert named == ["d.png", "b.png", "a.png"]
    swept = run_app("audit", str(folder), str(target), "--sweep")
    assert b"Removed: 0 files." in swept.stdout
    assert (target / "a.png").read_bytes() == b"touched"
    redone = run_app("audit", str(folder), str(target), "--redo", "--quick")
    assert b"To be done again: 1 photo." in redone.stdout
    run_app("batch", str(folder), str(target), "--model", "fast")
    assert run_app("audit", str(folder), str(target)).returncode == 0
    (target / "a.png").unlink()
    (target / "b.png").write_bytes(b"retouched")
    run_app("batch", str(folder), str(target), "--model", "fast")
    assert (target / "a.png").stat().st_size
    assert (target / "b.png").read_bytes() == b"retouched"
    run_app("batch", str(folder), str(target), "--model", "fast", "--format", "webp")
    swept = run_app("audit", str(folder), str(target), "--sweep")
    assert (swept.returncode, b"Removed: 3 files." in swept.stdout) == (0, True)
    assert sorted(path.name for path in target.glob("[!.]*")) == ["a.webp", "b.webp", "c.png", "d.webp"]


def test_nothing_is_removed_while_a_batch_works(folder: Path, tmp_path: Path) -> None:
    folders = Folders(folder, tmp_path / "out")
    with only_run(folders), Ledger(folders.ledger):
        swept = run_app("audit", str(folder), str(folders.target), "--sweep")
        again = run_app("batch", str(folder), str(folders.target), "--model", "fast")
    for ended in (swept, again):
        assert (ended.returncode, b"Another run works on these results" in ended.stderr) == (1, True)


@pytest.mark.weights
def test_the_engines_do_not_mix(folder: Path, tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    for place, name in ((one, "batch.sqlite3"), (other, "photos.parquet")):
        (place / ".cutaway").mkdir(parents=True)
        (place / ".cutaway" / name).write_bytes(b"")
    ended = run_app("batch", str(folder), str(one), "--engine", "ray", "--model", "fast")
    assert b"made with --engine local" in ended.stderr
    ended = run_app("batch", str(folder), str(other), "--model", "fast")
    assert b"made with --engine ray" in ended.stderr
    for command in ("review", "export"):
        ended = run_app(command, str(other), *(["dest"] if command == "export" else []))
        assert (ended.returncode, b"made with --engine ray" in ended.stderr) == (2, True)


@pytest.mark.weights
def test_a_cluster_that_is_not_there_is_told_at_once(folder: Path, tmp_path: Path) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # and does not listen
        address = f"127.0.0.1:{nobody.getsockname()[1]}"
        ended = run_app(
            *("batch", str(folder), str(tmp_path / "out"), "--model", "fast"),
            *("--engine", "ray", "--address", address),
        )
    assert ended.returncode == 1
    assert f"There is no cluster at {address}" in ended.stderr.decode()
