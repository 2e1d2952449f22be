"""What the sandbox costs: ``python -m benchmarks.decoding``.

Decoding here and in the sandbox take turns, so that a machine that slows down slows both; the figures are
medians of milliseconds.
"""

from __future__ import annotations

import io
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from benchmarks.pictures import HUGE, LARGE, large_photo
from benchmarks.proc import tree
from pipelines.decode import Decoder, decode
from pipelines.limits import Limits
from pipelines.sandbox.decoding import Sandbox

RUNS = 9
SIZES = {"1 MP": (1224, 816), "12 MP": LARGE, "50 MP": HUGE}
LIMITS = Limits(max_bytes=500_000_000)


def files() -> Iterator[tuple[str, bytes]]:
    """A photo of each size, as JPEG and as PNG."""
    for size, sides in SIZES.items():
        photo = large_photo(sides)
        yield f"{size} JPEG", photo
        with Image.open(io.BytesIO(photo)) as image:
            stream = io.BytesIO()
            image.save(stream, "PNG", compress_level=1)
        yield f"{size} PNG", stream.getvalue()


def milliseconds(decoder: Decoder, data: bytes) -> float:
    """How long a decoder takes for a file."""
    start = time.perf_counter()
    decoder(data, LIMITS)
    taken = 1000 * (time.perf_counter() - start)
    time.sleep(0.05)  # as between two visitors: the next decoder is made meanwhile
    return taken


def cold() -> float:
    """From nothing to the first decoded file of 1 MP."""
    data = large_photo(SIZES["1 MP"])
    start = time.perf_counter()
    sandbox = Sandbox(LIMITS)
    sandbox.decode(data, LIMITS)
    taken = 1000 * (time.perf_counter() - start)
    sandbox.close()
    return taken


def memory(sandbox: Sandbox) -> dict[str, tuple[int, int]]:
    """Resident and own memory of the fork server and of a decoder that waits, in MB."""
    *_, decoder = tree(sandbox.process)
    return {"fork server": _memory(sandbox.process), "waiting decoder": _memory(decoder)}


def _memory(pid: int) -> tuple[int, int]:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()[1:]
    found = {line.split(":")[0]: int(line.split()[1]) for line in lines}
    return found["Rss"] // 1024, (found["Private_Dirty"] + found["Private_Clean"]) // 1024


def main() -> None:
    """Print the tables."""
    print(f"start to first photo: {statistics.median(cold() for _ in range(5)):.0f} ms")
    sandbox = Sandbox(LIMITS)
    print(f"{'file':12}{'MB':>6}{'here':>8}{'sandbox':>9}{'cost':>7}")
    for name, data in files():
        milliseconds(decode, data), milliseconds(sandbox.decode, data)
        pairs = [(milliseconds(decode, data), milliseconds(sandbox.decode, data)) for _ in range(RUNS)]
        here, there = (statistics.median(column) for column in zip(*pairs, strict=True))
        print(f"{name:12}{len(data) / 1e6:6.1f}{here:8.1f}{there:9.1f}{there - here:7.1f}")
    for what, (resident, own) in memory(sandbox).items():
        print(f"{what}: {resident} MB resident, {own} MB its own")
    sandbox.close()


if __name__ == "__main__":
    main()
