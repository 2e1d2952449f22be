"""Starting the real program as a process, and ending it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import subprocess
import sys
import threading
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
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


@contextlib.contextmanager
def serving(*args: str, said: list[str] | None = None, **extra: str) -> Iterator[str]:
    """The studio as a process on a free port of 127.0.0.1; yields its address, ends it afterwards.

    Every line that it writes is added to ``said``.
    """
    command = [sys.executable, str(ROOT / "app.py"), "--port", "0", *args]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment(**extra), text=True
    )
    lines: list[str] = [] if said is None else said
    found = threading.Event()

    def listen() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line)
            if "is open at" in line:
                found.set()
        found.set()

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    try:
        found.wait(_START_SECONDS)
        match = re.search(r"is open at (http://\S+)", "".join(lines))
        assert match, "the studio did not start:\n" + "".join(lines)
        yield match.group(1)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)
        listener.join(10)
        assert process.stdout is not None
        process.stdout.close()
