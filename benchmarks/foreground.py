"""How well and how fast the foreground is estimated, ours beside pymatting's.

Run as ``python -m benchmarks.foreground [FOLDER]``. The scenes are composites of
scikit-image's photos, so that the subject's own colour is known at every pixel. FOLDER
may hold a photo with a known foreground as ``lemur.png``, ``lemur_alpha.png`` and
``lemur_foreground.png``; it is measured at its own size and enlarged.

``error`` is the mean absolute colour error (1 is full scale) where the matte lies between
0.02 and 0.98, ``photo`` the same for the photo left alone. ``MB`` is the most memory held
beyond what was held before, the result included.
"""

from __future__ import annotations

import ctypes
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import cv2
import numpy as np
from numpy.typing import NDArray

from pipelines.matting.foreground import estimate_foreground
from pipelines.photo import Matte8, Pixels

_RUNS = 3
_STATM = Path("/proc/self/statm")
_COLUMNS = f"{'error':>6} {'ms':>6} {'MB':>5}"
_TITLES = f"{'':55} | {'ours':^19} | {'pymatting':^19}"
_HEADER = f"{'scene':28} {'size':>11} {'edge':>6} {'photo':>7} | {_COLUMNS} | {_COLUMNS}"

Estimator = Callable[[Pixels, Matte8], Pixels]


@dataclass(frozen=True, eq=False)
class Scene:
    """A photo, its matte (HxW uint8) and the subject's own colour (HxWx3 uint8)."""

    name: str
    pixels: Pixels
    matte: Matte8
    foreground: Pixels


def composed(name: str, size: tuple[int, int], softness: float, hairs: int = 0, grid: int = 0) -> Scene:
    """Lay one textured photo over another.

    Args:
        name: what to call the scene.
        size: height and width in pixels.
        softness: width of the soft edge in pixels.
        hairs: single hairs to add around the subject.
        grid: side of the square grid that the matte given to the estimator is known on,
            as a network's is; 0 gives the true matte.
    """
    random = np.random.default_rng(len(name) + hairs)
    subject, behind = (_texture(which, size, random) for which in ("astronaut", "coffee"))
    matte = np.maximum(_blob(size, softness), _hairs(size, hairs, random))
    pixels = _mixed(subject, behind, matte)
    if grid:
        known = cv2.resize(matte, (grid, grid), interpolation=cv2.INTER_AREA)
        matte = np.asarray(cv2.resize(known, size[::-1], interpolation=cv2.INTER_CUBIC), np.uint8)
    return Scene(name, pixels, matte, subject)


def _texture(name: str, size: tuple[int, int], random: np.random.Generator) -> Pixels:
    from skimage import data

    photo = cv2.resize(getattr(data, name)(), size[::-1], interpolation=cv2.INTER_CUBIC)
    grain = random.normal(0, 3, (*size, 1)).astype(np.float32)
    return np.asarray(np.clip(photo + grain, 0, 255), np.uint8)


def _blob(size: tuple[int, int], softness: float) -> Matte8:
    y, x = np.mgrid[0 : size[0], 0 : size[1]].astype(np.float32)
    y, x = y - size[0] / 2, x - size[1] / 2
    angle = np.arctan2(y, x)
    radius = min(size) * (0.3 + 0.04 * np.sin(3 * angle) + 0.02 * np.sin(8 * angle))
    inside = np.clip((radius - np.hypot(y, x)) / softness + 0.5, 0, 1)
    return np.asarray(np.rint(inside * inside * (3 - 2 * inside) * 255), np.uint8)


def _hairs(size: tuple[int, int], count: int, random: np.random.Generator) -> Matte8:
    matte, steps = np.zeros(size, np.uint8), np.linspace(0, 1, 24)
    for _ in range(count):
        angle = random.uniform(0, 2 * np.pi) + random.normal(0, 0.5) * steps
        radius = min(size) * (0.24 + random.uniform(0.1, 0.22) * steps)
        points = np.stack(
            [size[1] / 2 + radius * np.cos(angle), size[0] / 2 + radius * np.sin(angle)], axis=1
        )
        thick, dense = 1 + int(random.uniform(0, max(size) / 1000)), int(random.uniform(120, 255))
        cv2.polylines(matte, [np.rint(points * 16).astype(np.int32)], False, (dense,), thick, cv2.LINE_AA, 4)
    return matte


def _mixed(subject: Pixels, behind: Pixels, matte: Matte8) -> Pixels:
    share = (matte.astype(np.float32) / 255)[..., np.newaxis]
    return np.rint(subject * share + behind * (1 - share)).astype(np.uint8)


def generated() -> Iterator[Scene]:
    """Scenes from thumbnails to 50 megapixels."""
    yield composed("hard edge", (64, 64), 2)
    yield composed("soft edge", (256, 256), 6)
    yield composed("hair", (1000, 1000), 4, hairs=150)
    yield composed("out of focus", (1000, 1000), 80)
    yield composed("a network's coarse matte", (1000, 1000), 3, grid=320)
    yield composed("hair", (3000, 4000), 10, hairs=60)
    yield composed("much hair", (3000, 4000), 10, hairs=600)
    yield composed("out of focus", (3000, 4000), 80)
    yield composed("a network's coarse matte", (3000, 4000), 6, grid=320)
    yield composed("hair", (6124, 8165), 20, hairs=60)


def enlarged(folder: Path) -> Iterator[Scene]:
    """The photo of known foreground, at its own size and enlarged.

    Raises:
        SystemExit: one of its pictures is not there.
    """
    photo, matte, subject = (_read(folder / f"lemur{part}.png") for part in ("", "_alpha", "_foreground"))
    for factor in (1, 2, 4, 6):
        size = (matte.shape[1] * factor, matte.shape[0] * factor)
        grown = [cv2.resize(x, size, interpolation=cv2.INTER_CUBIC) for x in (photo, matte[..., 0], subject)]
        pixels, alpha, foreground = (np.asarray(x, np.uint8) for x in grown)
        yield Scene(f"lemur x{factor}", pixels, alpha, foreground)


def _read(path: Path) -> Pixels:
    picture = cv2.imread(str(path), cv2.IMREAD_COLOR) if path.is_file() else None
    if picture is None:
        raise SystemExit(f"{path} is not a picture that can be read.")
    return np.asarray(picture, np.uint8)


def edge_error(estimated: Pixels, scene: Scene) -> float:
    """Mean absolute colour error on the soft edge; 1 is full scale."""
    where = np.flatnonzero((scene.matte > 5) & (scene.matte < 250))
    found, true = (
        picture.reshape(-1, 3)[where].astype(np.int16) for picture in (estimated, scene.foreground)
    )
    return float(np.abs(found - true).mean() / 255)


def pymatting_estimator() -> Estimator:
    """The published implementation. Its first import on a machine compiles for most of a minute."""
    from pymatting.foreground.estimate_foreground_ml import estimate_foreground_ml

    def estimate(pixels: Pixels, matte: Matte8) -> Pixels:
        whole = np.float32(255)
        found = estimate_foreground_ml(pixels / whole, matte / whole)
        return np.asarray(np.rint(found * whole), np.uint8)

    return estimate


def measured(estimator: Estimator, scene: Scene) -> str:
    """Error, median milliseconds and megabytes as three columns."""
    times: list[float] = []
    for _ in range(_RUNS):
        start = time.perf_counter()
        result = estimator(scene.pixels, scene.matte)
        times.append(time.perf_counter() - start)
    error = edge_error(result, scene)
    del result
    memory = peak_megabytes(lambda: estimator(scene.pixels, scene.matte))
    return f"{error:6.4f} {median(times) * 1e3:6.0f} {memory:>5}"


def peak_megabytes(work: Callable[[], NDArray[np.uint8]]) -> str:
    """The most memory held while working, beyond what was held before; ``-`` where Linux does not tell."""
    if not _STATM.exists():
        return "-"
    _return_freed_memory()
    done = threading.Event()
    before, held = _resident(), [0]

    def watch() -> None:
        while not done.wait(0.002):
            held.append(_resident() - before)

    watcher = threading.Thread(target=watch)
    watcher.start()
    work()
    done.set()
    watcher.join()
    return f"{max(held) / 1e6:.0f}"


def _return_freed_memory() -> None:
    # What glibc keeps of earlier work would be used again without showing.
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim:
        trim(0)


def _resident() -> int:
    return int(_STATM.read_text(encoding="ascii").split()[1]) * 4096


def main(arguments: list[str]) -> None:
    """Print the table."""
    published = pymatting_estimator()
    print(_TITLES, _HEADER, sep="\n")
    sources = [enlarged(Path(folder)) for folder in arguments]
    for source in [*sources, generated()]:
        for scene in source:
            height, width = scene.matte.shape
            edge = float(((scene.matte > 0) & (scene.matte < 255)).mean())
            facts = (
                f"{scene.name:28} {width:>5}x{height:<5} {edge:6.1%} {edge_error(scene.pixels, scene):7.4f}"
            )
            print(
                f"{facts} | {measured(estimate_foreground, scene)} | {measured(published, scene)}", flush=True
            )


if __name__ == "__main__":
    main(sys.argv[1:])
