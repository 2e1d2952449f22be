"""How well the confidence finds failures: our pipeline against true mattes.

    python -m benchmarks.confidence SET_DIR... [--models auto best u2netp isnet-general-use]

A SET_DIR is as for ``benchmarks.quality``. For each model three lines: what the shipped
constants give; what constants fitted to all but one set give on that set (two numbers are
fitted, by logistic regression), which is what to expect on new photos; and the constants
fitted to all. Then, how often cutouts of a score were right. A cutout has failed when it
shares less than 80 % with the truth (intersection over union).
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.quality import pairs, score
from pipelines.matting.confidence import FLOOR
from pipelines.recipe import Recipe
from pipelines.service import CutoutService, build_service
from pipelines.settings import load_settings

Numbers = NDArray[np.float64]

_FAILED: Final = 0.8
"""Intersection over union below which a cutout has failed."""

_GRADES: Final = (0.6, 0.95)
"""For the fit a cutout is wrong below the first, right from the second, and in between in
part: failures are few, and this uses more of each photo than a yes or no."""

_BINS: Final = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 1.0)
_ROUNDS: Final = 50


@dataclass(frozen=True)
class Case:
    """One cutout: what the confidence said, and what was true.

    Attributes:
        group: the set's name.
        photo: the photo's stem.
        score: the confidence.
        dispute: what the confidence was made from.
        iou: intersection over union with the truth.
        mae: mean absolute error, x1000.
    """

    group: str
    photo: str
    score: float
    dispute: float
    iou: float
    mae: float


def measure(service: CutoutService, folder: Path, model: str) -> list[Case]:
    """Cut every photo of a set with one model."""
    cases = []
    for photo, truth in pairs(folder):
        cutout = service.cut(photo, Recipe(model=model, decontaminate=False))
        found = score(cutout.matte, np.asarray(Image.open(truth).convert("L")))
        told = cutout.confidence
        cases.append(Case(folder.name, photo.stem, told.score, told.dispute, found.iou, found.mae))
    return cases


def roc_area(scores: Numbers, failed: NDArray[np.bool_]) -> float:
    """Area under the ROC curve: how often a failure scores lower than what is right; NaN without either."""
    bad, good = scores[failed][:, None], scores[~failed][None]
    if not bad.size or not good.size:
        return float("nan")
    return float((bad < good).mean() + (bad == good).mean() / 2)


def rank_correlation(first: Numbers, second: Numbers) -> float:
    """Spearman's: Pearson's of the ranks, equal values sharing theirs."""
    if np.ptp(first) == 0 or np.ptp(second) == 0:
        return float("nan")
    return float(np.corrcoef(_ranks(first), _ranks(second))[0, 1])


def _ranks(values: Numbers) -> Numbers:
    _distinct, place, count = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(count) - (count - 1) / 2)[place], np.float64)


def fit(disputes: Numbers, ious: Numbers) -> tuple[float, float]:
    """Level and slope of the score, by Newton's method.

    Args:
        disputes: of the cutouts.
        ious: theirs.
    Returns:
        Level and slope as in :mod:`pipelines.matting.confidence`.
    """
    low, high = _GRADES
    right = np.clip((ious - low) / (high - low), 0, 1)
    calm = -np.log(disputes + FLOOR)
    centre = float(calm.mean())  # far from it, level and slope would hang together
    inputs = np.column_stack([np.ones(len(calm)), calm - centre])
    ridge = np.diag([0.1, 0.5])  # keeps both finite where no photo fails, or every one does
    weights = np.zeros(2)
    for _ in range(_ROUNDS):
        chance = 1 / (1 + np.exp(-np.clip(inputs @ weights, -30, 30)))
        slope = inputs.T @ (right - chance) - ridge @ weights
        curve = inputs.T @ (inputs * (chance * (1 - chance))[:, None]) + ridge
        weights += np.linalg.solve(curve, slope)
    return float(weights[0] - weights[1] * centre), float(weights[1])


def left_out(groups: Sequence[str], disputes: Numbers, ious: Numbers) -> Numbers:
    """Each cutout's score from constants that its set had no part in."""
    scores = np.empty(len(disputes))
    for group in set(groups):
        here = np.array([one == group for one in groups])
        level, slope = fit(disputes[~here], ious[~here])
        scores[here] = 1 / (1 + np.exp(slope * np.log(disputes[here] + FLOOR) - level))
    return scores


def summary(model: str, cases: Sequence[Case]) -> str:
    """Everything about one model, as text."""
    groups = [case.group for case in cases]
    told, disputes, ious, errors = (
        np.array([getattr(case, name) for case in cases]) for name in ("score", "dispute", "iou", "mae")
    )
    lines = [f"{model}: {len(cases)} photos, {int((ious < _FAILED).sum())} failed"]
    lines.append(_figures("as shipped", told, ious, errors))
    if len(set(groups)) > 1:
        lines.append(_figures("set left out", left_out(groups, disputes, ious), ious, errors))
    level, slope = fit(disputes, ious)
    lines.append(f"  {'fitted to all':24}level {level:.2f}, slope {slope:.2f}")
    for group in dict.fromkeys(groups):
        here = np.array([one == group for one in groups])
        lines.append(_figures(f"  {group}", told[here], ious[here], errors[here]))
    return "\n".join([*lines, reliability(told, ious)])


def _figures(name: str, scores: Numbers, ious: Numbers, errors: Numbers) -> str:
    area, rank = roc_area(scores, ious < _FAILED), rank_correlation(-scores, errors)
    return f"  {name:24}ROC area {area:.3f}, Spearman with MAE {rank:.3f}"


def reliability(scores: Numbers, ious: Numbers) -> str:
    """How often cutouts of a score were right, as text."""
    lines = [f"  {'score':24}{'photos':>7}{'mean':>7}{'right':>7}{'mean IoU':>10}"]
    for low, high in itertools.pairwise(_BINS):
        here = (scores >= low) & ((scores < high) | (high == 1))
        if here.any():
            right = float((ious[here] >= _FAILED).mean())
            means = f"{scores[here].mean():7.2f}{right:7.2f}{ious[here].mean():10.3f}"
            lines.append(f"  {f'{low:.2f} to {high:.2f}':24}{int(here.sum()):7}{means}")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.confidence", description=__doc__)
    parser.add_argument("sets", nargs="+", type=Path, metavar="SET_DIR")
    parser.add_argument("--models", nargs="+", default=["auto", "best", "u2netp", "isnet-general-use"])
    wanted = parser.parse_args(arguments)
    service = build_service(load_settings())
    for model in wanted.models:
        cases = [case for folder in wanted.sets for case in measure(service, folder, model)]
        print(summary(model, cases), end="\n\n", flush=True)
    service.close()


if __name__ == "__main__":
    main()
