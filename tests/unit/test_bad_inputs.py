"""The folder of bad files through the core: the right refusal for each, and nothing hidden comes out."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from pipelines.cutout import Cutout
from pipelines.decode import Decoder, decode
from pipelines.errors import CutawayError
from pipelines.limits import Limits
from pipelines.load import load
from pipelines.recipe import FormatName, Output, Recipe
from pipelines.sandbox import supported
from pipelines.service import CutoutService
from tests.bad_inputs import FOLDER, HIDDEN, PHOTO, SECRET, Door, faults
from tests.running import ROOT
from tests.unit.fakes import fake_service

SHOWN: dict[str, tuple[FormatName, ...]] = {
    "odd": ("png",),
    "two-faced": ("png",),
    "telling": ("png", "png8", "webp", "avif", "jpg", "tiff", "psd", "svg"),
}


@pytest.fixture(scope="module")
def sandboxed() -> Iterator[Decoder]:
    if not supported():
        pytest.skip("the sandbox is made of Linux' means")
    from pipelines.sandbox.decoding import Sandbox

    made = Sandbox(Limits())
    yield made.decode
    made.close()


def loaded_by(decoder: Decoder) -> Door:
    def door(data: bytes, _name: str) -> str:
        try:
            load(data, decoder=decoder)
        except CutawayError as error:
            return error.code
        return PHOTO

    return door


@pytest.mark.parametrize("kind", FOLDER)
def test_every_file_comes_to_what_it_should(kind: str) -> None:
    assert faults(kind, loaded_by(decode)) == {}


@pytest.mark.parametrize("kind", FOLDER)
def test_in_the_sandbox_too(kind: str, sandboxed: Decoder) -> None:
    assert faults(kind, loaded_by(sandboxed)) == {}


@pytest.mark.parametrize("kind", ["cut short", "flipped", "odd", "turned", "telling"])
def test_the_sandbox_says_and_shows_the_same(kind: str, sandboxed: Decoder) -> None:
    for name, bad in FOLDER[kind].items():
        data = bad.make()
        told: list[object] = []
        for decoder in (decode, sandboxed):
            try:
                photo = load(data, decoder=decoder)
                told.append((photo.pixels.tobytes(), photo.alpha is None, photo.icc, photo.dpi, photo.exif))
            except CutawayError as error:
                told.append((type(error), error.message))
        assert told[0] == told[1], name


@pytest.fixture
def service(tmp_path: Path) -> CutoutService:
    return fake_service(tmp_path).service


def cut(service: CutoutService, data: bytes) -> Cutout:
    return service.cut(data, Recipe(model="u2netp"))


@pytest.mark.parametrize("kind", SHOWN)
def test_nothing_hidden_comes_out(kind: str, service: CutoutService) -> None:
    for name, bad in FOLDER[kind].items():
        data = bad.make()
        assert kind == "odd" or SECRET in data, name
        cutout = cut(service, data)
        for form in SHOWN[kind]:
            (file,) = cutout.exports(Output(format=form))
            assert [word for word in HIDDEN if word in file.data] == [], (name, form)


def test_odd_pictures_give_a_finite_matte(service: CutoutService) -> None:
    for name, bad in FOLDER["odd"].items():
        cutout = cut(service, bad.make())
        assert cutout.rgba().shape == (*cutout.photo.pixels.shape[:2], 4), name
        assert np.isfinite(cutout.confidence.score), name


GROWTH = """
import resource, sys
from pipelines.errors import CutawayError
from pipelines.load import load
from tests.bad_inputs import FOLDER, PHOTO
files = [bad.make() for bad in FOLDER["large"].values() if PHOTO not in bad.may]
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for data in files:
    try:
        load(data)
        sys.exit("it was taken")
    except CutawayError:
        pass
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak in kB")
def test_refusing_takes_no_memory() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", GROWTH], capture_output=True, cwd=ROOT, timeout=60, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert int(ran.stdout) < 50_000


def test_foreign_files_start_no_program_and_open_no_socket() -> None:
    code = (
        "import sys\n"
        "from pipelines import decode, load\n"
        "from tests.bad_inputs import FOREIGN\n"
        "from pipelines.errors import CutawayError\n"
        "kinds = ('subprocess.', 'os.system', 'os.exec', 'os.fork', 'os.posix', 'socket.', 'open')\n"
        "sys.addaudithook(lambda event, args: event.startswith(kinds) and print(event, args))\n"
        "for data in FOREIGN.values():\n"
        "    try: load.load(data)\n"
        "    except CutawayError: pass\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=ROOT, timeout=60, check=False)
    assert (ran.returncode, ran.stdout) == (0, b""), ran.stderr
