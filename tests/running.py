"""Starting the real program as a process, and ending it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

Made = TypeVar("Made")

ROOT = Path(__file__).resolve().parent.parent
_START_SECONDS = 60


def environment(**extra: str) -> dict[str, str]:
    """This process's environment with some CUTAWAY_* variables on top."""
    return {**os.environ, "PYTHONUNBUFFERED": "1", "NO_COLOR": "1", **extra}


def in_a_loop(work: Coroutine[Any, Any, Made]) -> Made:
    """What a coroutine makes, in a thread of its own: beside a browser's tests a loop runs in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result(60)


def run_app(*args: str, data: bytes = b"", **extra: str) -> subprocess.CompletedProcess[bytes]:
    """Run ``python app.py ARGS`` to its end; standard input is ``data``."""
    command = [sys.executable, "-W", "error::RuntimeWarning", str(ROOT / "app.py"), *args]
    return subprocess.run(
        command, input=data, capture_output=True, env=environment(**extra), timeout=300, check=False
    )


@dataclass
class Program:
    """A program that serves.

    Attributes:
        process: of the operating system.
        lines: that it wrote so far, to standard output and standard error.
        address: where it serves.
    """

    process: subprocess.Popen[str]
    lines: list[str]
    address: str = ""

    @property
    def output(self) -> str:
        """All that it wrote so far."""
        return "".join(self.lines)


@contextlib.contextmanager
def serving(*args: str, **extra: str) -> Iterator[str]:
    """The studio as a process on a free port of 127.0.0.1; yields its address, ends it afterwards."""
    with running(str(ROOT / "app.py"), "--port", "0", *args, **extra) as program:
        yield program.address


@contextlib.contextmanager
def running(*command: str, **extra: str) -> Iterator[Program]:
    """A Python program that says where it "is open at"; ended afterwards.

    Args:
        command: what Python is given.
        extra: environment variables.
    """
    jobs = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
    process = subprocess.Popen(
        [sys.executable, *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=environment(**{"CUTAWAY_JOBS": jobs.name, **extra}),
        text=True,
        cwd=ROOT,
    )
    program = Program(process, [])
    found = threading.Event()

    def listen() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            program.lines.append(line)
            if "is open at" in line:
                found.set()
        found.set()

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    try:
        found.wait(_START_SECONDS)
        match = re.search(r"is open at (http://\S+)", program.output)
        assert match, "the studio did not start:\n" + program.output
        program.address = match.group(1)
        yield program
    finally:
        process.terminate()
        try:
            process.wait(40)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)
        listener.join(10)
        assert process.stdout is not None
        process.stdout.close()
        jobs.cleanup()
