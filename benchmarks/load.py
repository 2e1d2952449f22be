"""Our server against ``rembg s`` under load: ``python -m benchmarks.load`` or ``make load``.

Clients on the same machine ask again and again for some seconds, with the same network (u2netp) on
both sides, one side at a time, and never the same photo twice. "s" are seconds of the answers that were
pictures; a client that is refused waits as long as it is told and asks again. "MB" is the most memory
that the server and its children held; a server that takes more than half of the machine's is ended and
said to be "over". At last more clients than may wait come at once: what they are told, and how fast.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from benchmarks.pictures import LARGE, large_photo
from benchmarks.proc import Watch
from benchmarks.rembg_server import rembg
from benchmarks.served import Served, cutaway
from benchmarks.spread import percentile
from benchmarks.wire import REFUSED, REMBG, REMOVEBG, Door, ask, crowd

PHOTOS: Final = {"1 MP": (1224, 816), "12 MP": LARGE}
CLIENTS: Final = (1, 8, 64)
SHARES: Final = (0.5, 0.95, 0.99)
QUEUE: Final = 32
"""As many as may wait at our server by default."""

_PATIENCE_SECONDS: Final = 60
"""After the time is over, for what is under way."""
_HALF: Final = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2e6


@dataclass(frozen=True)
class Side:
    """A server to measure: how it is run, and where it takes photos."""

    run: Callable[[Path], AbstractContextManager[Served]]
    door: Door


SIDES: Final[Mapping[str, Side]] = {"rembg s": Side(rembg, REMBG), "cutaway": Side(cutaway, REMOVEBG)}


@dataclass
class Load:
    """What some clients met.

    Attributes:
        took: seconds of each picture that was answered.
        refused: how often clients were told to come again.
        failed: how often anything else was answered, or nothing.
        seconds: from the first request to the last answer.
        peak: MB.
        over: whether the server was ended for its memory.
    """

    took: list[float] = field(default_factory=list)
    refused: int = 0
    failed: int = 0
    seconds: float = 0.0
    peak: float = 0.0
    over: bool = False

    @property
    def pace(self) -> float:
        """Pictures a second."""
        return len(self.took) / self.seconds if self.seconds else 0.0

    def line(self, name: str) -> str:
        """One side as a line of text."""
        spread = "".join(f"{percentile(self.took, share):9.2f}" for share in SHARES)
        memory = "over" if self.over else f"{self.peak:.0f}"
        return (
            f"  {name:12}{self.pace:9.2f}{spread}{len(self.took):9}{self.refused:9}{self.failed:9}{memory:>9}"
        )


def heads() -> str:
    """What stands over the lines."""
    names = ("pictures/s", "p50 s", "p95 s", "p99 s", "done", "refused", "failed", "MB")
    return " " * 12 + "".join(f"{name:>{11 if index == 0 else 9}}" for index, name in enumerate(names))


def ratios(theirs: Load, ours: Load) -> str:
    """How we compare, as a line of text."""
    if not theirs.took or not ours.took:
        return "  one side gave no picture"
    pace, memory = ours.pace / theirs.pace, ours.peak / theirs.peak
    wait = percentile(theirs.took, 0.5) / percentile(ours.took, 0.5)
    return f"  {pace:.1f} times the pictures, median {wait:.1f} times as soon, {memory:.2f} of the memory"


async def loaded(port: int, made: Callable[[], bytes], clients: int, seconds: float) -> Load:
    """Have clients ask again and again.

    Args:
        port: the server's.
        made: makes the request of one more photo.
        clients: how many at the same time.
        seconds: after which nobody asks once more.
    """
    found, start = Load(), time.perf_counter()

    async def client() -> None:
        while time.perf_counter() - start < seconds:
            left = seconds + _PATIENCE_SECONDS - (time.perf_counter() - start)
            reply = await ask(port, made(), timeout=left)
            if reply.status == 200:
                found.took.append(reply.seconds)
                found.seconds = time.perf_counter() - start
            elif reply.status in REFUSED:
                found.refused += 1
                await asyncio.sleep(min(float(reply.headers.get("retry-after", 1)), seconds))
            else:
                found.failed += 1
                await asyncio.sleep(1)

    await asyncio.gather(*(client() for _ in range(clients)))
    return found


def measure(side: Side, photo: bytes, clients: int, seconds: float, folder: Path) -> Load:
    """Start a server, let it load its network, and load it."""
    with side.run(folder) as server:
        first = asyncio.run(ask(server.port, side.door.fresh(photo)))
        if first.status != 200:
            raise RuntimeError(f"the first photo was answered {first.status}: {first.body[:200]!r}")
        with Watch(server.pid, _HALF) as watch:
            found = asyncio.run(loaded(server.port, lambda: side.door.fresh(photo), clients, seconds))
    found.peak, found.over = watch.peak, watch.over
    return found


def full(photo: bytes, folder: Path) -> str:
    """What our server answers twice as many clients at once as it lets wait, as lines of text."""
    with cutaway(folder, CUTAWAY_QUEUE=str(QUEUE)) as server:
        asyncio.run(ask(server.port, REMOVEBG.fresh(photo)))
        replies = asyncio.run(crowd(server.port, [REMOVEBG.fresh(photo) for _ in range(2 * QUEUE)]))
    lines = []
    for status, count in sorted(Counter(reply.status for reply in replies).items()):
        same = [reply for reply in replies if reply.status == status]
        after = sorted({reply.headers.get("retry-after", "none") for reply in same})
        waits = " ".join(f"{percentile([r.seconds for r in same], share) * 1000:.0f}" for share in SHARES)
        lines.append(f"  {count:4} x {status}, Retry-After {', '.join(after)}; p50 p95 p99 {waits} ms")
    return "\n".join(lines)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.add_argument("--seconds", type=float, default=30, help="of each load")
    parser.add_argument("--photos", nargs="+", choices=PHOTOS, default=list(PHOTOS))
    parser.add_argument("--clients", nargs="+", type=int, default=list(CLIENTS))
    parser.add_argument(
        "--quick", action="store_true", help="a few seconds of each load, and no large photos at 64"
    )
    wanted = parser.parse_args()
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}", flush=True)
    seconds = min(wanted.seconds, 6) if wanted.quick else wanted.seconds
    with tempfile.TemporaryDirectory() as scratch:
        for name in wanted.photos:
            photo = large_photo(PHOTOS[name])
            for clients in wanted.clients:
                if wanted.quick and clients > 8 and name != "1 MP":
                    continue
                print(f"\n{name}, clients: {clients}, {seconds:g} s\n{heads()}", flush=True)
                found = {}
                for side, how in SIDES.items():
                    folder = Path(scratch) / f"{side} {name} {clients}"
                    found[side] = measure(how, photo, clients, seconds, folder)
                    print(found[side].line(side), flush=True)
                print(ratios(*found.values()), flush=True)
        print(f"\n{2 * QUEUE} clients at once, 1 MP, {QUEUE} may wait", flush=True)
        print(full(large_photo(PHOTOS["1 MP"]), Path(scratch) / "full"), flush=True)


if __name__ == "__main__":
    main()
