"""The sandbox: the same pixels, and nothing that a file does to its decoder reaches anyone else."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipelines import sandbox
from pipelines.decode import Decoded, decode
from pipelines.errors import (
    Busy,
    CutawayError,
    ImageTooLarge,
    ImageTruncated,
    ImageUnreadable,
    UnsupportedFormat,
)
from pipelines.limits import Limits
from pipelines.settings import Settings, SettingsError
from tests.unit.pictures_made import FORMATS, adobe_rgb, astronaut, file_of
from tests.unit.rogue_decoder import BREACHES, rogue

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is made of Linux' means")
if sys.platform == "linux":
    from pipelines.sandbox import memory
    from pipelines.sandbox.decoding import Sandbox

LIMITS = Limits()


@pytest.fixture(scope="module")
def honest() -> Iterator[Sandbox]:
    made = Sandbox(LIMITS)
    yield made
    made.close()


@pytest.fixture(scope="module")
def attacked() -> Iterator[Sandbox]:
    """A sandbox whose decoders do what is asked of them, with a second of time for each."""
    made = Sandbox(LIMITS, seconds=1, entry="tests.unit.rogue_decoder")
    yield made
    made.close()


def processes_of(group: int) -> list[int]:
    """The processes of a session that run, or that this process has not waited for."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        orphan = fields[0] == "Z" and int(fields[1]) != os.getpid()  # the system's to wait for
        if int(fields[3]) == group and not orphan:
            found.append(int(entry.parent.name))
    return found


def wait_until_gone(group: int) -> None:
    until = time.monotonic() + 20
    while processes_of(group):
        assert time.monotonic() < until, "processes are left"
        time.sleep(0.01)


def same(first: Decoded, second: Decoded) -> bool:
    facts = [
        (one.dpi, one.format, one.exif, one.raster.icc, one.raster.alpha is None) for one in (first, second)
    ]
    arrays = ((first.raster.pixels, second.raster.pixels), (first.raster.alpha, second.raster.alpha))
    return facts[0] == facts[1] and all(a is None or b is None or np.array_equal(a, b) for a, b in arrays)


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_the_same(honest: Sandbox, name: str) -> None:
    exif = Image.Exif()
    exif[274], exif[315] = 6, "Ann Ö"
    options = {} if name in ("GIF", "BMP", "HEIF") else {"exif": exif, "dpi": (300, 150)}
    data = file_of(astronaut(), name, icc_profile=adobe_rgb(), **options)
    assert same(honest.decode(data, LIMITS), decode(data, LIMITS))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "I", "F", "CMYK"])
def test_every_mode_is_the_same(honest: Sandbox, mode: str) -> None:
    name = "TIFF" if mode in ("I", "F", "CMYK") else "PNG"
    image = astronaut().convert("RGBA" if mode == "P" else "L" if mode == "I;16" else "RGB").convert(mode)
    data = file_of(image, name)
    assert same(honest.decode(data, LIMITS), decode(data, LIMITS))


def test_what_comes_out_can_be_written_to(honest: Sandbox) -> None:
    pixels = honest.decode(file_of(astronaut(), "PNG"), LIMITS).raster.pixels
    pixels[:] = 0
    assert pixels.flags.owndata or pixels.base is not None


def test_where_memory_may_not_be_read_it_is_sent(honest: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(memory, "_read", refuse)
    data = file_of(astronaut(900, 700).convert("RGBA"), "PNG", icc_profile=adobe_rgb())
    assert same(honest.decode(data, LIMITS), decode(data, LIMITS))


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", UnsupportedFormat),
        (b"<svg/>", UnsupportedFormat),
        (file_of(astronaut(), "JPEG")[:3000], ImageTruncated),
        (file_of(Image.new("1", (20_000, 20)), "PNG"), ImageTooLarge),
        (file_of(astronaut(), "PNG").replace(b"IDAT", b"IDAX"), ImageUnreadable),
    ],
)
def test_refusals_are_the_same(honest: Sandbox, data: bytes, kind: type[CutawayError]) -> None:
    messages = []
    for decoder in (honest.decode, decode):
        with pytest.raises(kind) as caught:
            decoder(data, LIMITS)
        assert type(caught.value) is kind
        messages.append(caught.value.message)
    assert messages[0] == messages[1]


@pytest.mark.parametrize("breach", BREACHES)
def test_a_decoder_can_do_nothing_else(attacked: Sandbox, breach: str) -> None:
    with pytest.raises(ImageUnreadable, match=f"{breach}: (PermissionError|ValueError)"):
        attacked.decode(rogue(breach), LIMITS)


def test_a_decoder_has_nothing_of_the_servers(attacked: Sandbox) -> None:
    with pytest.raises(ImageUnreadable, match=r"files: 4$"):
        attacked.decode(rogue("files"), LIMITS)
    with pytest.raises(ImageUnreadable, match="connect: Operation not permitted"):
        attacked.decode(rogue("connect"), LIMITS)
    with pytest.raises(ImageUnreadable) as caught:
        attacked.decode(rogue("environment"), LIMITS)
    known = {"OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MALLOC_ARENA_MAX", "GLIBC_TUNABLES", "HOME"}
    harmless = {"ORT_DISABLE_TELEMETRY", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "LD_LIBRARY_PATH"}
    assert set(re.findall(r"'(\w+)'", caught.value.message)) <= known | harmless


@pytest.mark.parametrize("disaster", ["segv", "abort", "leave"])
def test_a_decoder_that_breaks_is_the_files_fault(attacked: Sandbox, disaster: str) -> None:
    with pytest.raises(ImageUnreadable, match="breaks its decoder"):
        attacked.decode(rogue(disaster), LIMITS)
    assert attacked.decode(file_of(astronaut(), "PNG"), LIMITS).format == "PNG"


@pytest.mark.parametrize("disaster", ["spin", "sleep"])
def test_a_decoder_has_so_much_time(attacked: Sandbox, disaster: str) -> None:
    with pytest.raises(ImageUnreadable, match="takes too long"):
        attacked.decode(rogue(disaster), LIMITS)


def test_a_decoder_has_so_much_memory() -> None:
    small = Sandbox(Limits(max_pixels=1_000_000, max_bytes=1_000_000), entry="tests.unit.rogue_decoder")
    with pytest.raises(ImageUnreadable, match="hog: stopped below 1 GB"):
        small.decode(rogue("hog"), LIMITS)
    small.close()


def victim(made: Sandbox) -> int:
    """The process of the decoder that sleeps."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        for pid in processes_of(made.process):
            with contextlib.suppress(OSError):  # it may end meanwhile
                if pid != made.process and "nanosleep" in Path(f"/proc/{pid}/wchan").read_text():
                    return pid
    raise AssertionError("nobody sleeps")


@pytest.mark.parametrize(("killed", "kind"), [(signal.SIGSEGV, ImageUnreadable), (signal.SIGKILL, Busy)])
def test_a_decoder_that_is_killed_takes_nobody_along(
    killed: signal.Signals, kind: type[CutawayError]
) -> None:
    made = Sandbox(LIMITS, entry="tests.unit.rogue_decoder")
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(made.decode, rogue("sleep"), LIMITS)
        os.kill(victim(made), killed)
        assert isinstance(waiting.exception(20), kind)
    assert made.decode(file_of(astronaut(), "JPEG"), LIMITS).format == "JPEG"
    made.close()


def test_a_fork_server_that_is_killed_is_replaced() -> None:
    made = Sandbox(LIMITS)
    data = file_of(astronaut(), "JPEG")
    made.decode(data, LIMITS)
    first = made.process
    os.kill(first, signal.SIGKILL)
    for _ in range(20):  # those that it made may be quicker to answer than to die with it
        assert made.decode(data, LIMITS).format == "JPEG"
    wait_until_gone(first)
    last = made.process
    assert last != first
    made.close()
    wait_until_gone(last)


def test_nothing_is_left_after_closing() -> None:
    made = Sandbox(LIMITS, entry="tests.unit.rogue_decoder")
    made.decode(file_of(astronaut(), "JPEG"), LIMITS)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(made.decode, rogue("sleep"), LIMITS)
        victim(made)
        made.close()
        assert isinstance(waiting.exception(20), Busy)
    wait_until_gone(made.process)
    with pytest.raises(Busy):
        made.decode(file_of(astronaut(), "JPEG"), LIMITS)


def test_nothing_is_left_when_the_server_is_killed() -> None:
    code = (
        "import os; from pipelines.sandbox.decoding import Sandbox; from pipelines.limits import Limits\n"
        "made = Sandbox(Limits()); made._take(); print(made.process, flush=True); os.kill(os.getpid(), 9)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )
    assert ran.returncode == -signal.SIGKILL, ran.stderr
    wait_until_gone(int(ran.stdout))


def test_limits_that_are_lower_already_stay() -> None:
    code = (
        "import resource\n"
        "from pipelines.sandbox.decoding import Sandbox; from pipelines.limits import Limits\n"
        "for limit, value in ((resource.RLIMIT_AS, 2**31), (resource.RLIMIT_CPU, 10)):\n"
        "    resource.setrlimit(limit, (value, value))\n"
        "from tests.unit.pictures_made import astronaut, file_of\n"
        "made = Sandbox(Limits())\n"
        "print(made.decode(file_of(astronaut(), 'JPEG'), Limits()).format)"
    )
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False, timeout=60
    )
    assert (ran.stdout, ran.stderr) == ("JPEG\n", "")


def test_decoders_are_copies_of_a_process_of_one_thread(honest: Sandbox) -> None:
    honest.decode(file_of(astronaut(), "AVIF"), LIMITS)
    assert len(list(Path(f"/proc/{honest.process}/task").iterdir())) == 1


def test_many_at_once(honest: Sandbox) -> None:
    data = [file_of(astronaut(60 + 3 * n, 50), name) for n, name in enumerate(FORMATS * 4)]
    with ThreadPoolExecutor(8) as pool:
        for one, found in zip(data, pool.map(lambda one: honest.decode(one, LIMITS), data), strict=True):
            assert same(found, decode(one, LIMITS))
    assert len(processes_of(honest.process)) <= 1 + 2 + 2


def test_who_finds_no_decoder_free_is_told() -> None:
    made = Sandbox(LIMITS, seconds=1, ready=1, entry="tests.unit.rogue_decoder")
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(made.decode, rogue("sleep"), LIMITS)
        sleeper = victim(made)
        with pytest.raises(Busy):
            made.decode(file_of(astronaut(), "JPEG"), LIMITS)
        os.kill(sleeper, signal.SIGSEGV)
        assert isinstance(waiting.exception(20), ImageUnreadable)
    made.close()


@pytest.mark.parametrize(
    ("word", "meant"), [("1", "on"), ("true", "on"), ("0", "off"), ("AUTO", "auto"), ("on", "on")]
)
def test_the_switch(word: str, meant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUTAWAY_SANDBOX", word.lower())
    assert Settings().sandbox == meant


@pytest.mark.parametrize(
    ("setting", "reached", "expected"),
    [
        ("auto", False, "off"),
        ("auto", True, "on"),
        ("off", True, "off"),
        ("on", False, "on"),
    ],
)
def test_auto_goes_by_who_can_reach_the_server(setting: sandbox.Switch, reached: bool, expected: str) -> None:
    assert sandbox.decided(Settings(sandbox=setting), reached).sandbox == expected


def test_elsewhere_than_on_linux(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "supported", lambda: False)
    assert sandbox.decided(Settings(), reached=True).sandbox == "off"
    with pytest.raises(SettingsError, match="needs Linux"):
        sandbox.sandbox_for(Settings(sandbox="on"))
    assert sandbox.sandbox_for(Settings(sandbox="auto")) is None
