"""A fork server whose decoder does what files of attackers would have it do."""

from __future__ import annotations

import ctypes
import errno
import os
import resource
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from pipelines.decode import Decoded
from pipelines.decode import decode as honest
from pipelines.errors import ImageUnreadable
from pipelines.limits import Limits
from pipelines.sandbox import forker

MARK = b"\x89PNG\r\n\x1a\nrogue:"


def rogue(name: str) -> bytes:
    """The file that makes the decoder do this."""
    return MARK + name.encode()


def main() -> None:
    """What the fork server runs."""
    forker.main(decode)


def decode(data: bytes, limits: Limits) -> Decoded:
    if not data.startswith(MARK):
        return honest(data, limits)
    name = data.removeprefix(MARK).decode()
    try:
        told = str({**BREACHES, **DISASTERS}[name]())
    except (OSError, ValueError) as error:
        told = type(error).__name__
    raise ImageUnreadable(f"{name}: {told}")


def spin() -> None:
    while True:
        pass


def hog() -> str:
    held = []
    try:
        while True:
            held.append(bytearray(50_000_000))
    except MemoryError:
        return f"stopped below {1 + len(held) // 20} GB"


def number_of_files() -> int:
    found = 0
    for handle in range(64):
        try:
            os.lseek(handle, 0, os.SEEK_CUR)
        except OSError as error:
            found += error.errno != errno.EBADF
        else:
            found += 1
    return found


def raise_limit() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (10, 21))


def execute() -> None:
    os.execv("/bin/true", ["true"])  # noqa: S606  (what must not work)


def kill_the_server() -> None:
    os.kill(int(os.environ.get("SERVER", os.getppid())), signal.SIGTERM)


def native_connect() -> str:
    kernel = ctypes.CDLL(None, use_errno=True)
    kernel.connect(3, None, 0)
    return os.strerror(ctypes.get_errno())


BREACHES: dict[str, Callable[[], object]] = {
    "read a file": lambda: Path("/etc/hostname").read_text(),
    "write a file": lambda: Path("/breach").write_text("x"),
    "list a folder": lambda: list(Path("/").iterdir()),
    "open a socket": socket.socket,
    "connect a unix socket": lambda: socket.socket(socket.AF_UNIX).connect("/run/breach"),
    "fork": os.fork,
    "run a program": lambda: subprocess.run(["/bin/true"], check=False),
    "become a program": execute,
    "kill its parent": kill_the_server,
    "raise its limits": raise_limit,
    "unlink": lambda: Path("/breach").unlink(),
}
DISASTERS: dict[str, Callable[[], object]] = {
    "segv": lambda: ctypes.string_at(1),
    "abort": os.abort,
    "leave": lambda: os._exit(0),
    "spin": spin,
    "sleep": lambda: time.sleep(60),
    "hog": hog,
    "files": number_of_files,
    "connect": native_connect,
    "environment": lambda: sorted(os.environ),
}
