"""What the server and a decoder say to each other: a line of JSON, then bytes. Never pickles.

Whatever a decoder says may have been said by the file that it was given, so that every part of an answer
is checked before it is used.
"""

from __future__ import annotations

import json
import math
import socket
from collections.abc import Callable
from typing import Any, Final, cast, get_args

import numpy as np
from numpy.typing import NDArray

from pipelines import errors
from pipelines.decode import Decoded, Dpi
from pipelines.errors import InputError
from pipelines.formats import Format
from pipelines.limits import Limits
from pipelines.modes import Raster

SEND: Final = b"S"
"""The server could not read a decoder's memory, and asks to be sent it."""

_HEAD: Final = 4
_LONGEST: Final = 100_000
"""Bytes of a message; the longest there are hold an error's sentence."""
_REFUSALS: Final = {
    kind.__name__: kind
    for kind in (
        errors.UnsupportedFormat,
        errors.ImageUnreadable,
        errors.ImageTruncated,
        errors.ImageTooLarge,
    )
}

Fetch = Callable[[list[tuple[int, int]]], list[NDArray[np.uint8]]]
"""Gets parts of a decoder's memory, by address and number of bytes."""


def send(connection: socket.socket, message: dict[str, Any]) -> None:
    """Send a message.

    Raises:
        OSError: nobody listens.
    """
    body = json.dumps(message).encode()
    connection.sendall(len(body).to_bytes(_HEAD, "big") + body)


def receive(connection: socket.socket) -> dict[str, Any]:
    """Wait for a message.

    Raises:
        EOFError: the other side has ended.
        OSError: it took longer than the socket waits, or the connection broke.
        ValueError: it makes no sense.
    """
    length = int.from_bytes(receive_bytes(connection, _HEAD), "big")
    if length > _LONGEST:
        raise ValueError("a message of that length makes no sense")
    message = json.loads(receive_bytes(connection, length))
    if not isinstance(message, dict):
        raise ValueError("a message is an object")  # noqa: TRY004  (it is what was sent that is wrong)
    return message


def receive_bytes(connection: socket.socket, count: int) -> bytes:
    """Wait for that many bytes.

    Raises:
        EOFError, OSError: see :func:`receive`.
    """
    parts = []
    while count:
        part = connection.recv(count, socket.MSG_WAITALL)
        if not part:
            raise EOFError
        parts.append(part)
        count -= len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def receive_into(connection: socket.socket, view: memoryview) -> None:
    """Fill a piece of memory with what comes.

    Raises:
        EOFError, OSError: see :func:`receive`.
    """
    while len(view):
        count = connection.recv_into(view)
        if not count:
            raise EOFError
        view = view[count:]


def refusal(error: InputError) -> dict[str, Any]:
    """The answer where a file is refused."""
    return {"refused": type(error).__name__, "message": error.message}


def answer(decoded: Decoded) -> tuple[dict[str, Any], list[NDArray[np.uint8]]]:
    """The answer for a decoded file.

    Returns:
        The message, and the parts of memory that it tells of, to be kept until they were fetched.
    """
    raster = decoded.raster
    parts = {"pixels": raster.pixels, "alpha": raster.alpha}
    parts |= {name: _as_array(data) for name, data in (("icc", raster.icc), ("exif", decoded.exif)) if data}
    there = {name: np.ascontiguousarray(part) for name, part in parts.items() if part is not None}
    places = {name: (int(part.ctypes.data), int(part.nbytes)) for name, part in there.items()}
    height, width = raster.pixels.shape[:2]
    message = {"format": decoded.format, "dpi": decoded.dpi, "size": (width, height), "parts": places}
    return message, list(there.values())


def _as_array(data: bytes) -> NDArray[np.uint8]:
    return np.frombuffer(data, np.uint8)


def decoded_of(message: dict[str, Any], limits: Limits, fetch: Fetch) -> Decoded:
    """What an answer says, checked.

    Args:
        message: the answer.
        limits: what the file was let in with.
        fetch: gets the parts that the answer tells of.
    Raises:
        InputError: the file was refused.
        ValueError, KeyError, TypeError: the answer is none that a decoder gives.
        OSError, EOFError: the decoder's memory can't be had.
    """
    if "refused" in message:
        raise _REFUSALS.get(message["refused"], errors.ImageUnreadable)(str(message["message"]))
    width, height = (int(side) for side in message["size"])
    limits.check_size(width, height)
    if min(width, height) < 1 or message["format"] not in get_args(Format):
        raise ValueError("no picture is like that")
    blocks = {name: (int(place[0]), int(place[1])) for name, place in message["parts"].items()}
    expected = {"pixels": width * height * 3, "alpha": width * height}
    for name, (_, length) in blocks.items():
        wanted = expected.get(name)
        if length != wanted if wanted else not (name in ("icc", "exif") and 0 < length <= limits.max_bytes):
            raise ValueError(f"{name} can't be of that length")
    found = dict(zip(blocks, fetch(list(blocks.values())), strict=True))
    pixels = found["pixels"].reshape(height, width, 3)
    alpha = found["alpha"].reshape(height, width) if "alpha" in found else None
    icc, exif = (found[name].tobytes() if name in found else None for name in ("icc", "exif"))
    raster = Raster(pixels, alpha, icc)
    return Decoded(raster, _dpi(message["dpi"]), cast(Format, message["format"]), exif)


def _dpi(told: Any) -> Dpi | None:
    if told is None:
        return None
    across, down = (float(value) for value in told)
    return (across, down) if math.isfinite(across) and math.isfinite(down) else None
