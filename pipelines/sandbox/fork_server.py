"""The server's side of the fork server: starting it, asking it for decoders, ending them and it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import weakref
from pathlib import Path
from typing import Final

ENTRY: Final = "pipelines.sandbox.forker"
_CODE: Final = "import sys; sys.path[:] = sys.argv[4:]; from {entry} import main; main()"
_END_SECONDS: Final = 5

_KEPT: Final = ("LD_LIBRARY_PATH", "LANG", "LC_ALL", "TZ")
_SMALL: Final = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "2",
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
    "HOME": "/nonexistent",
}
"""One thread, so that copies can be made safely, and little address space. Large memory comes in large
pages: to a fresh process, page by page, it would cost a third of a PNG's decoding again. Without a home,
libraries would ask the system's services for one."""


class ForkServer:
    """A fork server, started at once; it is ready some tenths of a second later. Safe to share.

    Args:
        seconds: of the processor's time that each decoder may use.
        memory: bytes that each may take.
        entry: the module whose ``main`` it runs.
    """

    def __init__(self, seconds: int, memory: int, entry: str = ENTRY) -> None:
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control.settimeout(_END_SECONDS)
        self._asking = threading.Lock()
        with theirs:
            # the path is handed over, as nothing of the environment is
            path = [folder or str(Path.cwd()) for folder in sys.path]
            numbers = [str(number) for number in (theirs.fileno(), seconds, memory)]
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-c", _CODE.format(entry=entry), *numbers, *path],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env={**{name: os.environ[name] for name in _KEPT if name in os.environ}, **_SMALL},
                cwd=Path("/"),
                pass_fds=(theirs.fileno(),),
                start_new_session=True,  # Ctrl+C is for the server alone, which then ends this one
            )
        self.close = weakref.finalize(self, _close, self._control, self._process)

    @property
    def pid(self) -> int:
        """The process."""
        return self._process.pid

    def fork(self) -> socket.socket:
        """Ask for a decoder.

        Returns:
            The connection to it. Its first message tells its process; where none could be made,
            the connection ends.
        Raises:
            OSError: the fork server has ended.
        """
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            with theirs:
                socket.send_fds(self._control, [b"fork"], [theirs.fileno()])
        except OSError:
            ours.close()
            raise
        return ours

    def end(self, pid: int) -> None:
        """End a decoder, whether or not it has ended by itself.

        Raises:
            OSError: the fork server has ended, and its decoders with it.
        """
        self._control.send(f"end {pid}".encode())

    def why(self, pid: int) -> int:
        """End a decoder and tell its exit code: the negative number of the signal that ended it.

        Raises:
            OSError: as for :meth:`end`.
        """
        with self._asking:
            self._control.send(f"why {pid}".encode())
            return int(self._control.recv(16) or b"0")


def _close(control: socket.socket, process: subprocess.Popen[bytes]) -> None:
    """End a fork server, which ends its decoders."""
    control.close()
    try:
        process.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
