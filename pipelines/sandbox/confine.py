"""Confining: what a decoder process gives up before it sees a file."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import resource
import signal
from pathlib import Path

from pipelines.sandbox import calls

_DIE_WITH_PARENT, _NAME = 1, 15


def confine(connection: int, forker: int, seconds: int, memory: int) -> None:
    """Give up everything but memory, threads, and one socket. Of a process that has one thread.

    Args:
        connection: the socket's file descriptor; it becomes 3, and all others are closed.
        forker: the process that this one is to die with.
        seconds: of the processor's time that may be used.
        memory: bytes that may be added to what is mapped already.
    Raises:
        OSError: the system does not allow it.
    """
    kernel = ctypes.CDLL(None, use_errno=True)
    kernel.prctl(_DIE_WITH_PARENT, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != forker:  # it died before it could be told
        os._exit(1)
    kernel.prctl(_NAME, b"cutaway-decode", 0, 0, 0)
    with contextlib.suppress(OSError):  # where memory runs out, this process goes and not the server
        Path("/proc/self/oom_score_adj").write_text("800", encoding="ascii")
    _close_files(connection)
    for signal_number in (signal.SIGINT, signal.SIGXCPU, signal.SIGXFSZ, signal.SIGPIPE):
        signal.signal(signal_number, signal.SIG_DFL)
    gc.disable()  # lives for one picture
    _set(resource.RLIMIT_AS, _mapped() + memory)
    _set(resource.RLIMIT_CPU, seconds, spare=1)  # its signal first tells that it was this
    _set(resource.RLIMIT_CORE, 0)
    _set(resource.RLIMIT_FSIZE, 0)
    _set(resource.RLIMIT_NOFILE, 4)
    if calls.known():
        calls.restrict(kernel)
    else:
        _set(resource.RLIMIT_NPROC, 0)


def _close_files(connection: int) -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    os.dup2(connection, 3)
    os.closerange(4, os.sysconf("SC_OPEN_MAX"))


def _mapped() -> int:
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
    return int(pages) * resource.getpagesize()


def _set(limit: int, value: int, spare: int = 0) -> None:
    """Lower a limit; one that is lower already stays."""
    highest = resource.getrlimit(limit)[1]
    if highest == resource.RLIM_INFINITY:
        highest = value + spare
    resource.setrlimit(limit, (min(value, highest), min(value + spare, highest)))
