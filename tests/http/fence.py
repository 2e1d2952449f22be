"""Keeps a Python program from reaching beyond this machine, and writes down what it tries.

Copied to a folder as ``sitecustomize.py``, which Python imports before anything else. Python code
gets an exception; native code, which Python can't watch, is ended at its first ``connect`` by a
filter in the kernel, where the system lets us set one.
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct
import sys
from typing import Any

HERE = ("localhost", "", None, "0.0.0.0", "::1", "::")
OUT = ("socket.connect", "socket.sendto", "socket.sendmsg")
NAMES = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr")
PROGRAMS = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn")

# The machine's number in the kernel's audit interface, and of its call "connect".
CALLS = {"x86_64": (0xC000003E, 42), "aarch64": (0xC00000B7, 203)}


def note(line: str) -> None:
    """Write a line to the log, whole, whoever else writes."""
    handle = os.open(os.environ["FENCE_LOG"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(handle, (line + "\n").encode())
    os.close(handle)


def guard(event: str, args: tuple[Any, ...]) -> None:
    """Called by Python before each such event."""
    if event in PROGRAMS:
        note(f"{event} {args[0]!r}")
    if event not in OUT + NAMES:
        return
    target = args[1] if event in OUT else args[:1]
    host = target[0] if isinstance(target, tuple) else None  # anything else is a socket of this machine
    host = host.decode() if isinstance(host, bytes) else host
    if host not in HERE and not str(host).startswith("127."):
        note(f"{event} {target!r}")
        raise PermissionError(f"blocked: {event} {target!r}")


def guard_native() -> bool:
    """Have the kernel end this process at its first ``connect``; returns whether it will."""
    if sys.platform != "linux" or platform.machine() not in CALLS:
        return False
    machine, call = CALLS[platform.machine()]
    load, equal, give = 0x20, 0x15, 0x06
    allow, kill = 0x7FFF0000, 0x80000000
    steps = [(load, 0, 0, 4), (equal, 1, 0, machine), (give, 0, 0, allow)]
    steps += [(load, 0, 0, 0), (equal, 0, 1, call), (give, 0, 0, kill), (give, 0, 0, allow)]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    program = ctypes.create_string_buffer(struct.pack("HxxxxxxQ", len(steps), ctypes.addressof(code)))
    kernel = ctypes.CDLL(None, use_errno=True)
    no_new_privileges, set_filter, by_program = 38, 22, 2
    kernel.prctl(no_new_privileges, 1, 0, 0, 0)
    return int(kernel.prctl(set_filter, by_program, program, 0, 0)) == 0


if "FENCE_LOG" in os.environ:
    note("fenced in" if guard_native() else "half fenced in")
    sys.addaudithook(guard)
