"""Reading what a decoder has made straight out of its memory: one copy, and nothing is shared afterwards."""

from __future__ import annotations

import ctypes
import os
import socket

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox import wire


class _Piece(ctypes.Structure):
    """``struct iovec``."""

    _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))


def fetch(pid: int, connection: socket.socket, places: list[tuple[int, int]]) -> list[NDArray[np.uint8]]:
    """Get parts of a decoder's memory.

    They are read where they lie (``process_vm_readv``); where the system does not allow that, the
    decoder is asked to send them.

    Args:
        pid: the decoder, which waits meanwhile.
        connection: to it.
        places: address and number of bytes of each part.
    Returns:
        One array of bytes for each.
    Raises:
        OSError, EOFError: the decoder is not there any more, or has no such memory.
    """
    arrays = [np.empty(length, np.uint8) for _, length in places]
    try:
        for array, (address, _) in zip(arrays, places, strict=True):
            _read(pid, array, address)
    except PermissionError:
        connection.sendall(wire.SEND)
        for array in arrays:
            wire.receive_into(connection, array.data)
    return arrays


def _read(pid: int, array: NDArray[np.uint8], address: int) -> None:
    kernel = ctypes.CDLL(None, use_errno=True)
    read = kernel.process_vm_readv
    read.restype = ctypes.c_ssize_t
    one = ctypes.c_ulong(1)
    done = 0
    while done < array.nbytes:
        here = _Piece(array.ctypes.data + done, array.nbytes - done)
        there = _Piece(address + done, array.nbytes - done)
        count = int(read(pid, ctypes.byref(here), one, ctypes.byref(there), one, ctypes.c_ulong(0)))
        if count <= 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
        done += count
