"""What refinement does to edges: coarse mattes only enlarged, beside the refined ones.

    python -m benchmarks.edges [SET_DIR...] [--model auto] [--lemur DIR]

The scenes made here have exactly known mattes; their coarse mattes are the true ones,
shrunk and blurred as a network's are, and "ms" and "MB" are the refinement's time and its
memory, the result included.
A SET_DIR is what benchmarks.quality takes; in sets with a ``trimap/`` the scores of the
unknown pixels alone follow. DIR holds a photo with a known subject colour (lemur.png,
lemur_alpha.png, lemur_foreground.png) and a backdrop (beach.png): there, composites are
compared with the true ones. All errors are x1000; smaller is better but for IoU and bIoU.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.foreground import peak_megabytes
from benchmarks.quality import Scores, pairs, score
from pipelines.compose.composite import composite
from pipelines.cutout import full_matte
from pipelines.matting.foreground import estimate_foreground
from pipelines.matting.refine import enlarged, refine_matte
from pipelines.photo import Matte, Matte8, Pixels
from pipelines.recipe import Recipe
from pipelines.service import CutoutService, MatteCache, build_service
from pipelines.settings import load_settings

_RUNS: Final = 3
_UNKNOWN: Final = 128
_NAMES: Final = ("mae", "mse", "grad", "edge", "iou", "biou")
_COLUMNS: Final = f"{'':36}" + "".join(f"{name:>8}" for name in _NAMES)


@dataclass(frozen=True, eq=False)
class Scene:
    """A photo (HxWx3 uint8) and its true matte (HxW uint8)."""

    name: str
    pixels: Pixels
    matte: Matte8


def made(name: str, size: tuple[int, int], fine: int = 4) -> Scene:
    """A scene drawn at ``fine`` times its size (height, width) and shrunk, over a grained backdrop.

    Args:
        name: ``product`` (straight edges), ``spokes`` or ``hair``.
        size: height and width in pixels.
        fine: how many times finer it is drawn.
    """
    random = np.random.default_rng(11)
    large = np.zeros((size[0] * fine, size[1] * fine), np.uint8)
    {"product": _product, "spokes": _spokes, "hair": _hair}[name](large, random)
    matte = np.asarray(cv2.resize(large, size[::-1], interpolation=cv2.INTER_AREA), np.uint8)
    share = (matte.astype(np.float32) / 255)[..., np.newaxis]
    slope = np.linspace(-30, 30, size[1], dtype=np.float32)[np.newaxis, :, np.newaxis]
    subject = np.array({"hair": (70, 45, 30)}.get(name, (45, 70, 120)), np.float32) + slope / 2
    behind = np.array((190, 185, 170), np.float32) + slope[:, ::-1]
    mixed = share * subject + (1 - share) * behind + random.normal(0, 3, (*size, 1)).astype(np.float32)
    return Scene(name, np.rint(mixed).clip(0, 255).astype(np.uint8), matte)


def _product(canvas: Matte8, random: np.random.Generator) -> None:
    height, width = canvas.shape
    box = cv2.boxPoints(((width / 2, height / 2), (width * 0.45, height * 0.5), float(random.uniform(5, 20))))
    cv2.fillConvexPoly(canvas, np.rint(box).astype(np.int32), (255,))


def _spokes(canvas: Matte8, random: np.random.Generator) -> None:
    height, width = canvas.shape
    centre, reach = np.array((width / 2, height / 2)), min(canvas.shape) * 0.42
    thick = max(1, min(canvas.shape) // 250)
    for angle in np.linspace(0, 2 * np.pi, 28, endpoint=False) + random.uniform(0, 0.1):
        ends = np.rint([centre, centre + reach * np.array((np.cos(angle), np.sin(angle)))]).astype(np.int32)
        cv2.polylines(canvas, [ends], False, (255,), thick)
    cv2.circle(canvas, (width // 2, height // 2), round(reach), (255,), thick * 6)


def _hair(canvas: Matte8, random: np.random.Generator) -> None:
    height, width = canvas.shape
    side, steps = min(height, width), np.linspace(0, 1, 16)
    cv2.circle(canvas, (width // 2, height // 2), round(side * 0.27), (255,), -1)
    for _ in range(900):
        angle = random.uniform(0, 2 * np.pi) + random.normal(0, 0.25) * steps
        radius = side * (0.25 + random.uniform(0.03, 0.16) * steps)
        points = np.stack([width / 2 + radius * np.cos(angle), height / 2 + radius * np.sin(angle)], axis=1)
        cv2.polylines(canvas, [np.rint(points).astype(np.int32)], False, (255,), max(1, side // 900))


def coarse_of(matte: Matte8, side: int, blur: float) -> Matte:
    """A matte as a network of this input side would give it, blurred by so many of its pixels."""
    small = cv2.resize(matte, (side, side), interpolation=cv2.INTER_AREA).astype(np.float32)
    return np.asarray(cv2.GaussianBlur(small, (0, 0), blur) / 255, np.float32)


def scenes() -> Iterator[str]:
    """The lines of the table of scenes."""
    sizes = {(768, 1024): ((320, 1.0), (768, 1.5)), (2828, 4240): ((320, 1.0), (768, 1.5))}
    for size, mattes in sizes.items():
        for name in ("product", "spokes", "hair"):
            scene = made(name, size, fine=4 if size[0] < 1000 else 2)
            for side, blur in mattes:
                yield from _beside(scene, coarse_of(scene.matte, side, blur), f"{name} {size[1]} from {side}")
    scene = made("hair", (6120, 8160), fine=1)
    yield from _beside(scene, coarse_of(scene.matte, 768, 1.5), "hair 8160 from 768")


def _beside(scene: Scene, coarse: Matte, title: str) -> Iterator[str]:
    yield _line(f"{title}, enlarged", score(enlarged(coarse, scene.matte.shape), scene.matte))
    times = []
    for _ in range(_RUNS):
        start = time.perf_counter()
        refined = refine_matte(scene.pixels, coarse)
        times.append(time.perf_counter() - start)
    facts = _line("  refined", score(refined, scene.matte))
    del refined
    memory = peak_megabytes(lambda: refine_matte(scene.pixels, coarse))
    yield f"{facts}{median(times) * 1e3:8.0f} ms {memory:>5} MB"


def _line(title: str, scores: Scores) -> str:
    values = [(name, float(getattr(scores, name))) for name in _NAMES]
    return f"{title:36}" + "".join(f"{v:8.3f}" if name.endswith("iou") else f"{v:8.2f}" for name, v in values)


def photos(service: CutoutService, folder: Path, model: str) -> Iterator[str]:
    """The lines of a set: mean scores, and how many photos got worse by more than 1 %."""
    before: list[Scores] = []
    after: list[Scores] = []
    unknown: list[tuple[float, float]] = []
    for path, true in pairs(folder):
        photo = service.load(path)
        truth = np.asarray(Image.open(true).convert("L"))
        coarse = service.coarse(photo, Recipe(model=model)).matte
        both = [full_matte(coarse, photo, refine=refine) for refine in (False, True)]
        before.append(score(both[0], truth))
        after.append(score(both[1], truth))
        trimap = folder / "trimap" / true.name
        if trimap.is_file():
            band = np.asarray(Image.open(trimap).convert("L")) == _UNKNOWN
            unknown.append((_error(both[0], truth, band), _error(both[1], truth, band)))
    worse = sum(new.mae > old.mae * 1.01 for old, new in zip(before, after, strict=True))
    yield _line(f"{folder.name}, {model}, enlarged", _mean(before))
    yield f"{_line('  refined', _mean(after))}   {worse} of {len(after)} worse"
    if unknown:
        plain, refined = (fmean(errors) for errors in zip(*unknown, strict=True))
        yield f"  mae of unknown pixels: {plain:.1f}, refined {refined:.1f}"


def _error(matte: Matte8, truth: Matte8, band: NDArray[np.bool_]) -> float:
    return float(np.abs(matte[band].astype(np.int16) - truth[band]).mean() / 255 * 1000)


def _mean(scores: Sequence[Scores]) -> Scores:
    return Scores(**{name: fmean(getattr(one, name) for one in scores) for name in _NAMES})


def colours(service: CutoutService, folder: Path, model: str) -> Iterator[str]:
    """The lines of the composites: mean absolute colour error where the true matte is soft, and in all."""
    photo = service.load(folder / "lemur.png")
    matte = np.asarray(Image.open(folder / "lemur_alpha.png").convert("L"))
    subject = np.asarray(Image.open(folder / "lemur_foreground.png").convert("RGB"))
    backdrops = dict(_backdrops(folder / "beach.png", matte.shape))
    yield f"{'composites: soft edge / whole':36}" + "".join(f"{name:>16}" for name in backdrops)
    coarse = service.coarse(photo, Recipe(model=model)).matte
    plain, refined = (full_matte(coarse, photo, refine=refine) for refine in (False, True))
    dark = np.rint(photo.pixels * (plain / np.float32(255))[..., np.newaxis]).astype(np.uint8)
    for title, own, colour in (
        ("multiplied by the matte (rembg)", plain, dark),
        ("enlarged, colours as they are", plain, photo.pixels),
        ("enlarged, colours freed", plain, estimate_foreground(photo.pixels, plain)),
        ("refined, colours as they are", refined, photo.pixels),
        ("refined, colours freed", refined, estimate_foreground(photo.pixels, refined)),
        ("true matte, colours freed", matte, estimate_foreground(photo.pixels, matte)),
    ):
        errors = [_difference(colour, own, subject, matte, layer) for layer in backdrops.values()]
        yield f"{title:36}" + "".join(f"{edge:8.1f} /{whole:6.1f}" for edge, whole in errors)


def _backdrops(beach: Path, size: tuple[int, ...]) -> Iterator[tuple[str, Pixels]]:
    for name, colour in (("black", (0, 0, 0)), ("white", (255, 255, 255)), ("green", (0, 200, 60))):
        yield name, np.full((*size, 3), colour, np.uint8)
    picture = Image.open(beach).convert("RGB").resize((size[1], size[0]), Image.Resampling.LANCZOS)
    yield "beach", np.asarray(picture)


def _difference(
    colour: Pixels, matte: Matte8, subject: Pixels, truth: Matte8, layer: Pixels
) -> tuple[float, float]:
    """Errors of a composite within 8 pixels of the truly soft edge, and everywhere, x1000."""
    error = np.abs(composite(colour, matte, layer).astype(np.int16) - composite(subject, truth, layer))
    soft = ((truth > 5) & (truth < 250)).view(np.uint8)
    near = cv2.dilate(soft, np.ones((17, 17), np.uint8)).view(np.bool_)
    return float(error[near].mean() / 0.255), float(error.mean() / 0.255)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.edges", description=__doc__)
    parser.add_argument("sets", nargs="*", type=Path, metavar="SET_DIR")
    parser.add_argument("--model", default="auto", help="a name that a Recipe takes")
    parser.add_argument("--lemur", type=Path, help="folder of the photo with a known subject colour")
    wanted = parser.parse_args(arguments)
    print(_COLUMNS)
    for line in scenes():
        print(line, flush=True)
    if not (wanted.sets or wanted.lemur):
        return
    service = build_service(load_settings(), MatteCache(0))
    for folder in wanted.sets:
        for line in photos(service, folder, wanted.model):
            print(line, flush=True)
    for line in colours(service, wanted.lemur, wanted.model) if wanted.lemur else ():
        print(line, flush=True)
    service.close()


if __name__ == "__main__":
    main()
