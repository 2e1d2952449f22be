"""``batch`` as a program: stopped at any time, it goes on; a photo that brings it down is left out."""

from __future__ import annotations

import io
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipelines.batch.items import Counts
from pipelines.batch.ledger import Ledger
from pipelines.compose import tones
from tests.running import ROOT, environment, run_app
from tests.scenes import ball, encoded

pytestmark = pytest.mark.weights

PHOTOS = 12
KILLS = 4


def batch(source: Path, target: Path, *more: str) -> tuple[str, ...]:
    return ("batch", str(source), str(target), "--model", "fast", *more)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Photos that differ, and one that is none."""
    source = tmp_path / "in"
    (source / "shoes").mkdir(parents=True)
    for number in range(PHOTOS):
        place = source / ("shoes" if number % 2 else "") / f"photo {number}.png"
        place.write_bytes(encoded(ball(240 + 8 * number, 200).pixels))
    (source / "notes.jpg").write_bytes(b"not a picture")
    return source


def counts(target: Path) -> Counts:
    ledger = target / ".cutaway" / "batch.sqlite3"
    if not ledger.exists():
        return Counts()
    with Ledger(ledger) as open_ledger:
        return open_ledger.counts()


def test_killed_again_and_again_each_photo_ends_once(folder: Path, tmp_path: Path) -> None:
    target, chance = tmp_path / "out", random.Random(5)  # noqa: S311
    made = 0
    for _ in range(KILLS):
        command = [sys.executable, str(ROOT / "app.py"), *batch(folder, target)]
        process = subprocess.Popen(command, env=environment(), stderr=subprocess.DEVNULL)
        aim = min(made + chance.randint(1, 3), PHOTOS)
        deadline = time.monotonic() + 60
        while counts(target).done < aim and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.02)
        os.kill(process.pid, signal.SIGKILL)
        process.wait(20)
        made = counts(target).done
        assert made >= aim
    ended = run_app(*batch(folder, target, "--report", str(tmp_path / "report.html")))
    assert ended.returncode == 1, ended.stderr.decode()
    assert b"12 of 13 photos are done, 1 failed" in ended.stderr
    assert b"notes.jpg: " in ended.stderr
    results = sorted(path.relative_to(target).as_posix() for path in target.rglob("photo *.png"))
    assert results == sorted(
        f"{'shoes/' if number % 2 else ''}photo {number}.png" for number in range(PHOTOS)
    )
    assert not list(target.rglob("*.part"))
    with Ledger(target / ".cutaway" / "batch.sqlite3") as ledger:
        items = ledger.items()
    assert {item.state for item in items if item.path != "notes.jpg"} == {"done"}
    repeated = run_app(*batch(folder, target))
    assert repeated.returncode == 1
    assert (tmp_path / "report.html").read_text(encoding="utf-8").count("<article") == PHOTOS + 1


def test_a_worker_that_dies_is_replaced_and_what_killed_it_left_out(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A decoder that crashes on one photo, each time: the others are done."""
    poison = tmp_path / "poison"
    poison.mkdir()
    (poison / "sitecustomize.py").write_text(
        "import os, pipelines.load as load\n"
        "before = load.load\n"
        "def loaded(*given, **named):\n"
        "    photo = before(*given, **named)\n"
        "    if photo.size[0] == 264:\n"
        "        os.kill(os.getpid(), 11)\n"
        "    return photo\n"
        "load.load = loaded\n"
    )
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(poison), str(ROOT))))
    target = tmp_path / "out"
    ended = run_app(*batch(folder, target, "--size", "300x220", "--background", "white", "--format", "jpg"))
    assert b"11 of 13 photos are done, 2 failed" in ended.stderr
    results = [path.read_bytes() for path in target.rglob("photo *.jpg")]
    assert {Image.open(io.BytesIO(data)).size for data in results} == {(300, 220)}
    assert b"shoes/photo 3.png: The program ended each time it worked on this photo" in ended.stderr


def test_stopped_by_hand_it_says_how_to_go_on(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "out"
    command = [sys.executable, str(ROOT / "app.py"), *batch(folder, target, "--watch")]
    process = subprocess.Popen(command, env=environment(), stderr=subprocess.PIPE)
    deadline = time.monotonic() + 60
    while counts(target).done < PHOTOS and time.monotonic() < deadline:
        time.sleep(0.05)
    late = folder / "late.png"
    late.write_bytes(encoded(ball(500, 200).pixels))
    while counts(target).done <= PHOTOS and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=20)
    assert (target / "late.png").is_file()
    assert process.returncode == 130
    assert b"Stopped. The same command goes on" in told


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--preset", "nowhere"), "no preset called"),
        (("--preset", "ebay", "--preset", "amazon", "--preset", "amazon-main"), "called amazon-main"),
        (("--report", "r.pdf"), ".csv or .html"),
        (("--model", "nonsense"), "no model"),
        (("--name", "same"), "every photo's"),
    ],
)
def test_what_is_wrong_is_told_before_anything_is_done(
    folder: Path, tmp_path: Path, more: tuple[str, ...], said: str
) -> None:
    target = tmp_path / "out"
    ended = run_app(*batch(folder, target, *more))
    assert ended.returncode == 2
    assert said in ended.stderr.decode()
    assert not target.exists()


def test_results_need_a_folder_of_their_own(folder: Path, tmp_path: Path) -> None:
    for source, target in ((folder, folder), (folder, tmp_path), (tmp_path / "gone", tmp_path / "out")):
        ended = run_app(*batch(source, target))
        assert ended.returncode == 2
        assert b"folder" in ended.stderr


def test_a_folder_without_photos_is_told(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "notes.txt").write_text("no photo")
    ended = run_app(*batch(tmp_path / "in", tmp_path / "out"))
    assert (ended.returncode, b"There are no pictures in" in ended.stderr) == (2, True)
    assert not (tmp_path / "out").exists()


def test_a_set_is_brought_to_one_exposure(tmp_path: Path) -> None:
    source, target = tmp_path / "in", tmp_path / "out"
    source.mkdir()
    light = tones.to_light(ball(320, 240).pixels)

    def lit(stops: float) -> bytes:
        return encoded(np.rint(tones.from_light(light * 2**stops)).astype(np.uint8))

    for number, stops in enumerate((-1.4, -1.0, -0.6, -0.3, 0.0)):
        (source / f"{number}.png").write_bytes(lit(stops))
    spreads = []
    for more in ((), ("--even-exposure", "1")):
        ended = run_app(*batch(source, target, "--background", "white", "--format", "png", *more))
        assert ended.returncode == 0, ended.stderr.decode()
        pictures = [np.asarray(Image.open(path).convert("L")) for path in sorted(target.glob("*.png"))]
        spreads.append(np.ptp([int(picture[120, 160]) for picture in pictures]))
    assert spreads[1] < spreads[0] / 3
    with Ledger(target / ".cutaway" / "batch.sqlite3") as ledger:
        assert ledger.look() is not None
    (source / "late.png").write_bytes(lit(-1.0))
    before = (target / "0.png").read_bytes()
    assert run_app(*batch(source, target, "--background", "white", "--even-exposure", "1")).returncode == 0
    assert (target / "0.png").read_bytes() == before  # the set's look stays as it was measured


def test_six_photos_are_tried_on_a_page_and_nothing_else_is_written(folder: Path, tmp_path: Path) -> None:
    page = tmp_path / "six.html"
    tried = ("--model", "fast", "--even-exposure", "1", "--try", str(page))
    ended = run_app("batch", str(folder), *tried)
    assert ended.returncode == 1  # one of them is no picture
    assert b"notes.jpg: " in ended.stderr
    text = page.read_text()
    assert text.count("<article>") == 6
    assert text.count("data:image/webp;base64,") == 10
    assert sorted(tmp_path.iterdir()) == [folder, page]
    assert run_app("batch", str(folder), "--try", "six.pdf").returncode == 2
    assert b"folder of the results" in run_app("batch", str(folder)).stderr


def test_the_look_is_measured_when_the_first_photos_come(tmp_path: Path) -> None:
    source, target = tmp_path / "in", tmp_path / "out"
    source.mkdir()
    wish = batch(source, target, "--even-exposure", "1", "--watch")
    process = subprocess.Popen([sys.executable, str(ROOT / "app.py"), *wish], env=environment())
    try:
        until = time.monotonic() + 60
        while not (target / ".cutaway" / "batch.sqlite3").exists() and time.monotonic() < until:
            time.sleep(0.2)
        (source / "first.png").write_bytes(encoded(ball(240, 200).pixels))
        while counts(target).done < 1 and time.monotonic() < until:
            time.sleep(0.2)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(30)
        finally:
            process.kill()
    with Ledger(target / ".cutaway" / "batch.sqlite3") as ledger:
        assert ledger.look() is not None
