"""What a decoder may ask of the kernel: memory, its one socket, threads, and to end. Nothing else.

A list of what is allowed, kept by the kernel itself (seccomp, Linux' Documentation/userspace-api/
seccomp_filter.rst): no file can be opened, no socket made, no program or process started, no other
process touched. What is not on the list fails with "not permitted", as if the user lacked the right.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct
from typing import Final

# The machine's number in the kernel's audit interface, and its numbers of the calls.
_X86_64: Final = (
    0xC000003E,
    {
        "read": 0,
        "write": 1,
        "close": 3,
        "fstat": 5,
        "poll": 7,
        "lseek": 8,
        "mmap": 9,
        "mprotect": 10,
        "munmap": 11,
        "brk": 12,
        "rt_sigaction": 13,
        "rt_sigprocmask": 14,
        "rt_sigreturn": 15,
        "sched_yield": 24,
        "mremap": 25,
        "madvise": 28,
        "nanosleep": 35,
        "getpid": 39,
        "sendto": 44,
        "recvfrom": 45,
        "exit": 60,
        "gettimeofday": 96,
        "getrusage": 98,
        "sysinfo": 99,
        "sigaltstack": 131,
        "gettid": 186,
        "time": 201,
        "futex": 202,
        "sched_getaffinity": 204,
        "restart_syscall": 219,
        "clock_gettime": 228,
        "clock_getres": 229,
        "clock_nanosleep": 230,
        "exit_group": 231,
        "ppoll": 271,
        "set_robust_list": 273,
        "getrandom": 318,
        "membarrier": 324,
        "rseq": 334,
    },
)
_AARCH64: Final = (
    0xC00000B7,
    {
        "close": 57,
        "lseek": 62,
        "read": 63,
        "write": 64,
        "ppoll": 73,
        "fstat": 80,
        "exit": 93,
        "exit_group": 94,
        "futex": 98,
        "set_robust_list": 99,
        "nanosleep": 101,
        "clock_gettime": 113,
        "clock_getres": 114,
        "clock_nanosleep": 115,
        "sched_getaffinity": 123,
        "sched_yield": 124,
        "restart_syscall": 128,
        "sigaltstack": 132,
        "rt_sigaction": 134,
        "rt_sigprocmask": 135,
        "rt_sigreturn": 139,
        "getrusage": 165,
        "gettimeofday": 169,
        "getpid": 172,
        "gettid": 178,
        "sysinfo": 179,
        "sendto": 206,
        "recvfrom": 207,
        "brk": 214,
        "munmap": 215,
        "mremap": 216,
        "mmap": 222,
        "mprotect": 226,
        "madvise": 233,
        "getrandom": 278,
        "membarrier": 283,
        "rseq": 293,
    },
)
_MACHINES: Final = {"x86_64": (*_X86_64, 56), "aarch64": (*_AARCH64, 220)}
"""By Python's name for them; the last number is ``clone``, of which only threads are allowed."""
_CLONE3: Final = 435
_CLONE_THREAD: Final = 0x10000

# Instructions of the kernel's packet filter (linux/bpf_common.h), and what a filter may answer.
_LOAD, _IF_EQUAL, _IF_ANY_BIT, _ANSWER = 0x20, 0x15, 0x45, 0x06
_ALLOW, _KILL, _ERROR = 0x7FFF0000, 0x80000000, 0x00050000
_NUMBER_AT, _MACHINE_AT, _FIRST_ARGUMENT_AT = 0, 4, 16

_NO_NEW_PRIVILEGES, _SET_FILTER, _BY_PROGRAM = 38, 22, 2


def known() -> bool:
    """Whether this machine's calls are known, so that they can be restricted."""
    return platform.machine() in _MACHINES


def restrict(kernel: ctypes.CDLL) -> None:
    """Restrict this process for good. Only where :func:`known`.

    Args:
        kernel: the C library, opened with ``use_errno``.
    Raises:
        OSError: the kernel refuses.
    """
    steps = _program(*_MACHINES[platform.machine()])
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    program = ctypes.create_string_buffer(struct.pack("HxxxxxxQ", len(steps), ctypes.addressof(code)))
    if kernel.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) or kernel.prctl(_SET_FILTER, _BY_PROGRAM, program, 0, 0):
        raise OSError(ctypes.get_errno(), "the kernel takes no filter")


def _program(machine: int, calls: dict[str, int], clone: int) -> list[tuple[int, int, int, int]]:
    """The filter: (instruction, steps to skip if so, if not, value)."""
    allowed = sorted(calls.values())
    head = [(_LOAD, 0, 0, _MACHINE_AT), (_IF_EQUAL, 1, 0, machine), (_ANSWER, 0, 0, _KILL)]
    tail = [
        # glibc then tries clone, whose flags can be looked at
        (_IF_EQUAL, 0, 1, _CLONE3),
        (_ANSWER, 0, 0, _ERROR | errno.ENOSYS),
        (_IF_EQUAL, 0, 2, clone),
        (_LOAD, 0, 0, _FIRST_ARGUMENT_AT),
        (_IF_ANY_BIT, 1, 0, _CLONE_THREAD),
        (_ANSWER, 0, 0, _ERROR | errno.EPERM),
        (_ANSWER, 0, 0, _ALLOW),
    ]
    to_allow = len(tail) - 1
    middle = [
        (_IF_EQUAL, len(allowed) - 1 - place + to_allow, 0, number) for place, number in enumerate(allowed)
    ]
    return [*head, (_LOAD, 0, 0, _NUMBER_AT), *middle, *tail]
