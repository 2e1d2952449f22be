"""The heap of the C library."""

from __future__ import annotations

import subprocess
import sys

import pytest

_HELD = """
import ctypes
from pipelines.heap import share_heap, trim_heap

def held():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4 // 1024

libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
libc.free.argtypes = [ctypes.c_void_p]
share_heap()
pieces = [libc.malloc(100_000) for _ in range(2000)]
for piece in pieces:
    ctypes.memset(piece, 1, 100_000)
for piece in pieces[:-1]:  # the last one lies above all others
    libc.free(piece)
before = held()
trim_heap()
print(before - held())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the heap is GNU's on Linux alone")
def test_what_is_free_below_something_that_lives_on_is_given_back() -> None:
    done = subprocess.run([sys.executable, "-c", _HELD], capture_output=True, text=True, check=True)
    assert int(done.stdout) > 150, "megabytes"
