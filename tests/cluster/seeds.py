"""Many storms, and a table of them: ``python -m tests.cluster.seeds [--seeds N] [--first N]``."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from tests.cluster.alone import storms
from tests.cluster.judging import SEED_PHASES, wrong

HEAD: Final = (
    *("seed", "driver killed after", "complete then", "inferences after", "machine killed after"),
    *("inferences in all", "tries of the poison", "lost, doubled or wrong", "seconds"),
)


def main() -> None:
    """Run them; ends with 1 where something does not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=10, help="how many")
    parser.add_argument("--first", type=int, default=1, help="of them")
    asked = parser.parse_args()
    bad: list[str] = []
    _tell(HEAD)
    _tell(["---"] * len(HEAD))
    for seed in range(asked.first, asked.first + asked.seeds):
        with tempfile.TemporaryDirectory(prefix="cutaway-storms-") as folder:
            seen = storms(seed, Path(folder), *SEED_PHASES)
        found = [claim for phase in SEED_PHASES for claim in wrong(phase, seen[phase])]
        bad += found
        _tell(_cells(seen, len(found)))
    sys.stdout.writelines(f"{claim}\n" for claim in bad)
    sys.exit(1 if bad else 0)


def _tell(cells: Iterable[object]) -> None:
    sys.stdout.write(f"| {' | '.join(map(str, cells))} |\n")
    sys.stdout.flush()


def _cells(seen: dict[str, Any], found: int) -> Sequence[object]:
    driver, machine = seen["driver"], seen["machine"]
    return (
        *(seen["seed"], driver["killed_after"], driver["complete_when_killed"], driver["inferences_after"]),
        *(
            machine["killed_after"],
            machine["inferences"],
            seen["whole"]["poison_tries"],
            found,
            seen["seconds"],
        ),
    )


if __name__ == "__main__":
    main()
