"""How good the mattes are: our pipeline against true mattes.

    python -m benchmarks.quality SET_DIR... [--models auto fast u2netp] [--rembg] [--save DIR]

A SET_DIR holds ``im/`` (photos) and ``gt/`` (8-bit grey mattes of the same stems and
sizes). In a truth that has three levels only, 128 means "not judged". Smaller is better
but for IoU and bIoU; "sure" is our mean confidence (``benchmarks.confidence`` tells how
well it finds failures); the last column compares MAE with the best single network's, as
rembg runs it where ``--rembg`` is given, else as our own pipeline does. "rembg NAME" is that
network with rembg's own steps before and after it.
"""

from __future__ import annotations

import argparse
import math
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from io import BytesIO
from pathlib import Path
from typing import Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.worker import rembg_task
from pipelines.models.known import STANDARD
from pipelines.photo import Matte8
from pipelines.recipe import Recipe
from pipelines.service import CutoutService, MatteCache, build_service
from pipelines.settings import load_settings

Plane = NDArray[np.float32]
Mask = NDArray[np.bool_]

_SIGMA: Final = 1.4
"""Of the Gaussian whose derivatives are compared, in pixels (Rhemann et al., CVPR 2009)."""

_BAND: Final = 0.015
"""Half the width of the band round the true contour, as a share of the picture's diagonal."""

_NOT_JUDGED: Final = 128

_THEIRS: Final = "rembg "
"""Before the names of networks that rembg runs."""


@dataclass(frozen=True)
class Scores:
    """What one matte, or the mean of many, is worth.

    Attributes:
        mae: mean absolute error, x1000.
        mse: mean squared error, x1000.
        grad: mean absolute difference of the gradients' lengths, x1000.
        edge: mean absolute error in the band round the true contour, x1000.
        iou: intersection over union of what is above one half.
        biou: the same in the band.
    """

    mae: float
    mse: float
    grad: float
    edge: float
    iou: float
    biou: float


def score(matte: Matte8, truth: Matte8) -> Scores:
    """Compare a matte with the true one.

    Args:
        matte: HxW uint8.
        truth: HxW uint8; where its only levels are 0, 128 and 255, 128 is not judged.
    """
    judged = (
        truth != _NOT_JUDGED if set(np.unique(truth)) <= {0, _NOT_JUDGED, 255} else np.ones_like(truth, bool)
    )
    found, true = _unit(matte), _unit(truth)
    error = np.abs(found - true)
    band = _round_contour(true > 0.5) & judged
    steepness = np.abs(_gradient(found) - _gradient(true))
    return Scores(
        mae=_mean(error, judged) * 1000,
        mse=_mean(error**2, judged) * 1000,
        grad=_mean(steepness, judged) * 1000,
        edge=_mean(error, band) * 1000,
        iou=_overlap(found > 0.5, true > 0.5, judged),
        biou=_overlap(found > 0.5, true > 0.5, band),
    )


def _unit(levels: Matte8) -> Plane:
    return np.asarray(levels, np.float32) / np.float32(255)


def _mean(values: Plane, where: Mask) -> float:
    return float(values[where].mean(dtype=np.float64)) if where.any() else 0.0


def _overlap(found: Mask, true: Mask, where: Mask) -> float:
    union = np.count_nonzero((found | true) & where)
    return np.count_nonzero(found & true & where) / union if union else 1.0


def _round_contour(true: Mask) -> Mask:
    """The pixels near the border between subject and background."""
    if true.all() or not true.any():
        return np.zeros_like(true)
    reach = max(1.0, _BAND * float(np.hypot(*true.shape)))
    sides = (np.ascontiguousarray(side, np.uint8) for side in (true, ~true))
    inner, outer = (cv2.distanceTransform(side, cv2.DIST_L2, cv2.DIST_MASK_PRECISE) for side in sides)
    return np.asarray((inner <= reach) & (outer <= reach))


def _gradient(values: Plane) -> Plane:
    """The length of the gradient of the picture smoothed by a Gaussian: HxW float32."""
    reach = int(4 * _SIGMA + 0.5)
    place = np.arange(-reach, reach + 1)
    smooth = np.exp(-(place**2) / (2 * _SIGMA**2))
    smooth /= smooth.sum()
    slope = -place / _SIGMA**2 * smooth
    across = cv2.sepFilter2D(values, cv2.CV_32F, slope, smooth, borderType=cv2.BORDER_REFLECT)
    down = cv2.sepFilter2D(values, cv2.CV_32F, smooth, slope, borderType=cv2.BORDER_REFLECT)
    return np.asarray(np.hypot(across, down), np.float32)


def pairs(folder: Path) -> list[tuple[Path, Path]]:
    """The photos of a set with their truths, by stem."""
    photos = {path.stem: path for path in (folder / "im").iterdir()}
    return [(photos[path.stem], path) for path in sorted((folder / "gt").iterdir()) if path.stem in photos]


@dataclass(frozen=True)
class Row:
    """A model on a set: mean scores, mean confidence (NaN without one), median seconds of its networks."""

    scores: Scores
    confidence: float
    seconds: float


class Cut(NamedTuple):
    """What a photo gave: the matte, how sure (0..1, NaN where nothing is said), the networks' seconds."""

    matte: Matte8
    confidence: float
    seconds: float


Cutter = Callable[[Path], Cut]
"""Cuts the photo at a path."""


def ours(service: CutoutService, model: str) -> Cutter:
    """Our pipeline.

    Args:
        service: forgets mattes at once, so that the time is the model's own.
        model: a name that a Recipe takes.
    """

    def cut(photo: Path) -> Cut:
        cutout = service.cut(photo, Recipe(model=model, decontaminate=0))
        return Cut(cutout.matte, cutout.confidence.score, cutout.timings["predict"] / 1000)

    return cut


def theirs(model: str) -> Cutter:
    """A network with rembg's own steps before and after it."""
    task, network = rembg_task(model, only_mask=True)

    def cut(photo: Path) -> Cut:
        network.ms = 0
        matte = np.asarray(Image.open(BytesIO(task(photo.read_bytes()))).convert("L"))
        return Cut(matte, float("nan"), network.ms / 1000)

    return cut


def measure(cut: Cutter, folder: Path, keep: Path | None) -> Row:
    """Cut every photo of a set in one way.

    Args:
        cut: the way.
        folder: the set.
        keep: where the mattes go as PNG, None for nowhere.
    """
    found, seconds, told = [], [], []
    for photo, truth in pairs(folder):
        done = cut(photo)
        seconds.append(done.seconds)
        told.append(done.confidence)
        found.append(score(done.matte, np.asarray(Image.open(truth).convert("L"))))
        if keep:
            keep.mkdir(parents=True, exist_ok=True)
            Image.fromarray(done.matte).save(keep / f"{photo.stem}.png")
    columns = zip(*map(astuple, found), strict=True)
    scores = Scores(*(statistics.fmean(column) for column in columns))
    return Row(scores, statistics.fmean(told), statistics.median(seconds))


def table(rows: Mapping[str, Row]) -> str:
    """The rows of one set as text.

    Args:
        rows: by model, in the order they are shown.
    """
    single = [rows[name].scores.mae for name in rows if name.startswith(_THEIRS)]
    single = single or [rows[name].scores.mae for name in rows if name in STANDARD]
    heads = "".join(f"{field.name:>8}" for field in fields(Scores))
    lines = [f"{'':24}{heads}{'sure':>8}{'seconds':>9}{'against best single':>21}"]
    for name, row in rows.items():
        numbers = "".join(
            f"{value:8.3f}" if field.name.endswith("iou") else f"{value:8.1f}"
            for field, value in zip(fields(Scores), astuple(row.scores), strict=True)
        )
        gain = f"{(row.scores.mae / min(single) - 1) * 100:+20.0f}%" if single and min(single) > 0 else ""
        sure = f"{'' if math.isnan(row.confidence) else format(row.confidence, '.2f'):>8}"
        lines.append(f"{name:24}{numbers}{sure}{row.seconds:9.2f}{gain}")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quality", description=__doc__)
    parser.add_argument("sets", nargs="+", type=Path, metavar="SET_DIR")
    parser.add_argument("--models", nargs="+", default=[*STANDARD, "fast", "auto", "best"])
    parser.add_argument("--rembg", action="store_true", help="the single networks with rembg's steps, too")
    parser.add_argument("--save", type=Path, help="folder for the mattes: MODEL/SET/STEM.png")
    wanted = parser.parse_args(arguments)
    service = build_service(load_settings(), MatteCache(0))
    cutters = {f"{_THEIRS}{name}": theirs(name) for name in STANDARD if wanted.rembg}
    cutters |= {model: ours(service, model) for model in wanted.models}
    for folder in wanted.sets:
        start, rows = time.perf_counter(), {}
        for name, cut in cutters.items():
            rows[name] = measure(cut, folder, wanted.save and wanted.save / name / folder.name)
        print(f"{folder.name}: {len(pairs(folder))} photos, {time.perf_counter() - start:.0f} s in all")
        print(table(rows), end="\n\n", flush=True)
    service.close()


if __name__ == "__main__":
    main()
