"""rembg against us, side by side in the same run: ``python -m benchmarks`` or ``make bench``.

The sides take turns, so that a machine that slows down slows both; each figure is a median.
large, small, huge: bytes to PNG bytes, model loaded, after one run that is not counted.
"network" is the bare network, "rest" everything else, "MB" the memory beyond the loaded
model. folder, batch, cold: real commands, process against process.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks import batch as bulk
from benchmarks import commands
from benchmarks.pictures import FOLDER, HUGE, large_photo, small_photo, write_folder
from benchmarks.turns import Figures, Spent, compare

PARTS: Final = ("large", "small", "huge", "folder", "batch", "cold")
SIDES: Final = ("rembg", "rembg-decontaminate", "cutaway-plain", "cutaway")
PAIRS: Final = {"plain edges": ("rembg", "cutaway-plain"), "clean edges": ("rembg-decontaminate", "cutaway")}
"""What is compared with what: as little as each does, and all that each does."""
TARGETS: Final = {
    ("u2netp", "plain edges"): 4.0,
    ("u2netp", "clean edges"): 8.0,
    ("isnet-general-use", "plain edges"): 1.5,
    ("isnet-general-use", "clean edges"): 3.0,
}
"""How many times as fast a 12-megapixel photo should be."""
FOLDER_TARGET: Final = 4.0
COLD_TARGET: Final = 1.0
MEMORY_TARGET: Final = 900
"""MB that fifty megapixels may take."""


@dataclass(frozen=True)
class Options:
    """What is asked for: the models, how often, how large a folder, and where files may go."""

    models: tuple[str, ...]
    runs: int
    photos: int
    scratch: Path


def verdict(found: float, target: float, *, unit: str = "times", most: bool = False) -> str:
    """A figure beside its target, in words.

    Args:
        found: the figure.
        target: what it should be.
        unit: of both.
        most: whether the target is the most it may be, and not the least.
    """
    met = found <= target if most else found >= target
    return f"{found:.{0 if most else 1}f} {unit}, target {target:g}: {'met' if met else 'MISSED'}"


def table(found: Mapping[str, Figures]) -> str:
    """The figures of one picture as lines of text."""
    heads = "".join(f"{head:>9}" for head in ("ms", "network", "rest", "MB", "PNG MB"))
    lines = [f"  {'':22}{heads}"]
    for side, figures in found.items():
        numbers = "".join(f"{n:9.0f}" for n in (figures.ms, figures.network, figures.rest, figures.peak))
        lines.append(f"  {side:22}{numbers}{figures.size / 1e6:9.2f}")
    return "\n".join(lines)


def ratios(found: Mapping[str, Figures], targets: Mapping[str, float]) -> str:
    """How many times as fast we are, in all and outside the network, as lines of text."""
    lines = []
    for edges, (theirs, ours) in PAIRS.items():
        if theirs in found and ours in found:
            ratio, rest = found[theirs].ms / found[ours].ms, found[theirs].rest / found[ours].rest
            said = verdict(ratio, targets[edges]) if edges in targets else f"{ratio:.1f} times"
            lines.append(f"  {edges}: {said}; outside the network {rest:.1f} times")
    return "\n".join(lines)


def processes(found: Mapping[str, Spent], target: float) -> str:
    """The seconds of two commands, theirs first, as lines of text."""
    lines = [f"  {'':22}{'seconds':>9}{'CPU':>9}"]
    lines += [f"  {side:22}{took.seconds:9.2f}{took.cpu:9.2f}" for side, took in found.items()]
    theirs, ours = found.values()
    said = verdict(theirs.seconds / ours.seconds, target)
    return "\n".join([*lines, f"  {said}; of the cores' time {theirs.cpu / ours.cpu:.1f} times"])


def large(options: Options) -> None:
    """Twelve megapixels."""
    picture = options.scratch / "large.jpg"
    picture.write_bytes(large_photo())
    for model in options.models:
        found = compare(model, picture, SIDES, options.runs)
        targets = {edges: target for (name, edges), target in TARGETS.items() if name == model}
        print(f"\n{model}, 12-megapixel JPEG\n{table(found)}\n{ratios(found, targets)}", flush=True)


def small(options: Options) -> None:
    """A sample as it comes."""
    picture = options.scratch / "small.png"
    picture.write_bytes(small_photo())
    for model in options.models:
        found = compare(model, picture, SIDES, options.runs)
        print(f"\n{model}, 600x400 PNG\n{table(found)}\n{ratios(found, {})}", flush=True)


def huge(options: Options) -> None:
    """Fifty megapixels: memory is what matters."""
    picture = options.scratch / "huge.jpg"
    picture.write_bytes(large_photo(HUGE))
    found = compare("u2netp", picture, ("rembg", "cutaway-plain", "cutaway"), min(options.runs, 3))
    print(f"\nu2netp, 50-megapixel JPEG\n{table(found)}\n{ratios(found, {})}")
    said = verdict(found["cutaway"].peak, MEMORY_TARGET, unit="MB", most=True)
    print(f"  memory above the loaded model: {said}; rembg {found['rembg'].peak:.0f} MB", flush=True)


def folder(options: Options) -> None:
    """Forty photos, a process for all of them."""
    photos = options.scratch / "photos"
    write_folder(photos, options.photos)
    found = commands.folder(photos, options.scratch, max(1, options.runs // 3))
    print(f"\nu2netp, a folder of {options.photos} JPEG photos of 6 to 24 megapixels, in a process")
    print(processes(found, FOLDER_TARGET), flush=True)


def batch(options: Options) -> None:
    """The same photos, so that they may be stopped at any time."""
    photos = options.scratch / "photos"
    if not photos.exists():
        write_folder(photos, options.photos)
    for model in options.models:
        bulk.compare(model, photos, options.scratch, max(1, options.runs // 3))


def cold(options: Options) -> None:
    """One small photo, a process each."""
    picture = options.scratch / "small.png"
    picture.write_bytes(small_photo())
    found = commands.cold(picture, options.scratch, options.runs)
    print("\nu2netp, 600x400 PNG, from a cold start")
    print(processes(found, COLD_TARGET), flush=True)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--runs", type=int, default=5, help="counted runs of each side (folder, batch: a third)"
    )
    parser.add_argument("--photos", type=int, default=FOLDER, help="in the folder")
    parser.add_argument("--models", nargs="+", default=["u2netp", "isnet-general-use"])
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="some of the parts")
    wanted = parser.parse_args()
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}", flush=True)
    parts = {"large": large, "small": small, "huge": huge, "folder": folder, "batch": batch, "cold": cold}
    with tempfile.TemporaryDirectory() as scratch:
        options = Options(tuple(wanted.models), wanted.runs, wanted.photos, Path(scratch))
        for part in PARTS:
            if part in wanted.only:
                parts[part](options)


if __name__ == "__main__":
    main()
