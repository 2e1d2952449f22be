"""What a server and a batch must bear, on real ones: ``python -m benchmarks.torture`` or ``make torture``.

Every property of a server that is shown to the world, and of a batch that may lose nothing, with its
targets, what was measured, and whether they are reached. Times depend on how busy the machine is, and are
marked "t".
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
import traceback
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

from benchmarks.torture.backpressure import crowded
from benchmarks.torture.bodies import too_large
from benchmarks.torture.harm import disk_full, poison, power_loss
from benchmarks.torture.isolation import isolation
from benchmarks.torture.killing import kills, torn
from benchmarks.torture.leaving import leaving
from benchmarks.torture.leftovers import leftovers
from benchmarks.torture.loop import event_loop
from benchmarks.torture.memory import at_once, one_request
from benchmarks.torture.odd import odd_pictures
from benchmarks.torture.parameters import any_parameters
from benchmarks.torture.residency import residency
from benchmarks.torture.rows import Finding, Plan, Row
from benchmarks.torture.sameness import sameness
from benchmarks.torture.slow import slow_clients
from benchmarks.torture.soak import soak
from benchmarks.torture.stopping import stopping

ROWS: Final = (
    Row("memory", "memory of one request", one_request),
    Row("at-once", "memory under load: 64 large photos in 4 GB", at_once),
    Row("bodies", "limits of request bodies", too_large),
    Row("backpressure", "backpressure: 200 clients", crowded),
    Row("slow", "slow clients", slow_clients),
    Row("leaving", "clients that leave", leaving),
    Row("loop", "event loop while 50 megapixels are cut", event_loop),
    Row("isolation", "isolation of visitors", isolation),
    Row("leftovers", "temporary files", leftovers),
    Row("sameness", "determinism", sameness),
    Row("soak", "soak", soak),
    Row("stopping", "graceful stop", stopping),
    Row("residency", "networks in memory", residency),
    Row("odd", "numeric safety", odd_pictures),
    Row("parameters", "any values in any fields", any_parameters),
    Row("kills", "a batch that is killed twenty times", kills),
    Row("torn", "a batch that is killed while it writes", torn),
    Row("poison", "a batch with photos that bring it down", poison),
    Row("disk-full", "a batch on a full disk", disk_full),
    Row("power-loss", "a batch whose machine loses its power", power_loss),
)


def table(row: Row, findings: Sequence[Finding]) -> str:
    """What was found of a property as lines of text."""
    lines = [f"\n{row.title} ({row.name})"]
    for one in findings:
        measured, target = f"{one.measured:.4g} {one.unit}", f"{one.target:g} {one.unit}"
        said = "reached" if one.reached else "MISSED"
        lines.append(f"  {one.what:64}{measured:>14}{target:>14}  {said}{' t' if one.timed else ''}")
    return "\n".join(lines)


def failed(row: Row) -> str:
    """That a property could not be measured, and why, as lines of text."""
    return f"\n{row.title} ({row.name})\n  NOT MEASURED\n{traceback.format_exc()}"


def main() -> int:
    """Print the table; 1 when something could not be measured or was missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.torture", description=__doc__)
    parser.add_argument(
        "--only", nargs="+", choices=[row.name for row in ROWS], help="some of the properties"
    )
    parser.add_argument("--minutes", type=float, default=3, help="of the soak")
    parser.add_argument("--quick", action="store_true", help="smaller photos, fewer clients, seconds each")
    wanted = parser.parse_args()
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}", flush=True)
    print(f"  {'':64}{'measured':>14}{'at most':>14}", flush=True)
    missed = 0
    with (
        tempfile.TemporaryDirectory() as scratch,
        closing(Plan(Path(scratch), wanted.minutes, wanted.quick)) as plan,
    ):
        for row in ROWS:
            if wanted.only and row.name not in wanted.only:
                continue
            try:
                findings = row.measure(plan)
                print(table(row, findings), flush=True)
                missed += sum(not one.reached for one in findings)
            except Exception:  # noqa: BLE001  (the other properties are still to be measured)
                print(failed(row), flush=True)
                missed += 1
    print(f"\n{missed} missed" if missed else "\nall reached")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
