"""The fork server: a small process of one thread that has read the decoders in, and makes copies of itself.

A copy costs two milliseconds and next to no memory, so that every file gets one of its own. This process
itself sees no file: only the copies do, once they have given up all they do not need.
"""

from __future__ import annotations

import contextlib
import gc
import io
import os
import signal
import socket
import sys
from typing import Final

# what the decoders would otherwise read in only when they meet a file, and could not any more
import pillow_heif
import simplejpeg
from PIL import AvifImagePlugin, Image, ImageCms, ImageMath, ImagePalette, ImageSequence, IptcImagePlugin

from pipelines.decode import Decoder, decode
from pipelines.errors import InputError
from pipelines.limits import Limits
from pipelines.sandbox import wire
from pipelines.sandbox.confine import confine

__all__ = ["main"]

_READ_IN: Final = (
    pillow_heif,
    simplejpeg,
    AvifImagePlugin,
    ImageCms,
    ImageMath,
    ImagePalette,
    ImageSequence,
    IptcImagePlugin,
)


def main(decoder: Decoder = decode) -> None:
    """Serve until the other end of the connection is closed.

    The command line says: the connection's file descriptor, the seconds and the bytes of memory that
    each decoder may use.

    Args:
        decoder: what the copies do with a file.
    """
    connection, seconds, memory = (int(word) for word in sys.argv[1:4])
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _warm_up()
    serve(socket.socket(fileno=connection), seconds, memory, decoder)


def _warm_up() -> None:
    """Do once what is slow the first time, with pictures of our own."""
    for mode, name in (("RGB", "JPEG"), ("RGBA", "PNG"), ("L", "JPEG"), ("LA", "PNG"), ("CMYK", "TIFF")):
        stream = io.BytesIO()
        exif = Image.Exif()
        exif[315], exif[274] = "nobody", 6
        Image.new(mode, (16, 8)).save(stream, name, exif=exif, dpi=(72, 72))
        decode(stream.getvalue(), Limits())
    for encoding in ("ascii", "latin-1", "utf-8", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "idna"):
        "a".encode(encoding)
    gc.collect()
    gc.freeze()  # so that copies share what is here


def serve(control: socket.socket, seconds: int, memory: int, decoder: Decoder) -> None:
    """Answer ``fork`` (with a socket) by a decoder on it; end one on ``end PID``, or ``why PID``.

    The latter is answered by its exit code.
    """
    decoders: set[int] = set()
    while True:
        words, handles, _flags, _address = socket.recv_fds(control, 64, 1)
        if not words:
            break
        if words == b"fork":
            pid = _fork(control, handles[0], (seconds, memory), decoder)
            os.close(handles[0])  # where no copy was made, its user reads the end of the connection
            decoders |= {pid} - {0}
        else:
            pid = int(words.split()[1])
            status = _end(pid) if pid in decoders else 0
            decoders.discard(pid)
            if words.startswith(b"why"):
                control.send(str(status).encode())
    for pid in decoders:
        _end(pid)


def _fork(control: socket.socket, handle: int, allowance: tuple[int, int], decoder: Decoder) -> int:
    forker = os.getpid()
    try:
        pid = os.fork()
    except OSError:
        return 0
    if pid:
        return pid
    try:
        control.close()
        confine(handle, forker, *allowance)
        _work(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, 0, fileno=3), decoder)
    finally:
        os._exit(1)


def _end(pid: int) -> int:
    """End a copy; its number is its own until it was waited for, so that no other process is met.

    Returns:
        Python's exit code for it: the negative number of the signal that ended it.
    """
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _work(connection: socket.socket, decoder: Decoder) -> None:
    """What a copy lives for: one file."""
    wire.send(connection, {"pid": os.getpid()})
    asked = wire.receive(connection)
    data = wire.receive_bytes(connection, asked["bytes"])
    try:
        message, parts = wire.answer(decoder(data, Limits(*asked["limits"])))
    except InputError as error:
        wire.send(connection, wire.refusal(error))
        return
    wire.send(connection, message)
    if connection.recv(1) == wire.SEND:
        for part in parts:
            connection.sendall(part.data)
