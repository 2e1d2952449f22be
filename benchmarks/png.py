"""PNG writers side by side on twelve megapixels: ``python -m benchmarks.png``.

The writers take turns, so that a machine that slows down slows all; each figure is the
best of several runs, and sizes are compared with Pillow's default level.
"""

from __future__ import annotations

import io
import os
import time
from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.pictures import large_photo
from pipelines import png, save

RUNS = 3
Picture = NDArray[np.uint8]


def _pillow(level: int) -> Callable[[Picture], int]:
    def write(pixels: Picture) -> int:
        stream = io.BytesIO()
        Image.fromarray(pixels).save(stream, "PNG", compress_level=level)
        return stream.tell()

    return write


def _opencv(pixels: Picture) -> int:
    order = {3: cv2.COLOR_RGB2BGR, 4: cv2.COLOR_RGBA2BGRA}
    ordered = pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, order[pixels.shape[2]])
    return len(cv2.imencode(".png", ordered, [cv2.IMWRITE_PNG_COMPRESSION, 1])[1])


WRITERS: dict[str, Callable[[Picture], int]] = {
    "Pillow, level 6": _pillow(6),
    "Pillow, level 1": _pillow(1),
    "OpenCV, level 1": _opencv,
    "ours, one thread": lambda pixels: len(png.encode(pixels, threads=1)),
    "ours": lambda pixels: len(png.encode(pixels)),
}


def pictures() -> dict[str, Picture]:
    """A photo, the cutout of its middle with a soft edge, and that cutout's matte."""
    with Image.open(io.BytesIO(large_photo())) as image:
        photo = np.asarray(image.convert("RGB"))
    matte = np.zeros(photo.shape[:2], np.uint8)
    cv2.ellipse(matte, (2120, 1414), (1300, 1200), 0, 0, 360, 255, -1)
    matte = np.asarray(cv2.GaussianBlur(matte, (0, 0), 6), np.uint8)
    cutout = save.hide_transparent(np.asarray(cv2.merge([photo, matte]), np.uint8))
    return {"photo, RGB": photo, "cutout, RGBA": cutout, "matte, grey": matte}


def main() -> None:
    """Print the table."""
    print(f"{os.cpu_count()} cores, best of {RUNS}")
    for title, pixels in pictures().items():
        times: dict[str, float] = dict.fromkeys(WRITERS, np.inf)
        sizes: dict[str, int] = {}
        for _ in range(RUNS):
            for name, write in WRITERS.items():
                start = time.perf_counter()
                sizes[name] = write(pixels)
                times[name] = min(times[name], time.perf_counter() - start)
        print(f"\n{title}, {pixels.shape[1]}x{pixels.shape[0]}")
        for name, seconds in times.items():
            share = sizes[name] / sizes["Pillow, level 6"]
            print(f"  {name:18}{seconds * 1000:8.0f} ms{sizes[name] / 1e6:8.2f} MB{share:7.2f}")


if __name__ == "__main__":
    main()
