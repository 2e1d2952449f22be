"""Networks in memory: each loaded once however many ask, and never more of them than are allowed.

    python -m benchmarks.torture.residency FOLDER

asks for five networks in a process of its own that may keep two, and prints what it found as JSON.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path
from typing import Any, Final

from benchmarks.proc import usage
from benchmarks.torture.rows import Finding, Plan
from pipelines.models.known import model_named
from pipelines.models.network import Network
from pipelines.models.sessions import ModelChoice, SessionLoader, SessionPool
from pipelines.models.weights import open_store
from pipelines.settings import load_settings

_CAP: Final = 2
_ASKING: Final = 8
_ROUNDS: Final = 6


def residency(plan: Plan) -> list[Finding]:
    """Ask for five networks in turn, round after round, each first from eight threads at once."""
    folder = plan.scratch / "networks"
    folder.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "benchmarks.torture.residency", str(folder)]
    found = json.loads(subprocess.run(command, check=True, capture_output=True, timeout=300).stdout)
    return [
        Finding(f"loads beyond one, {_ASKING} asking at once", found["doubled"], 0),
        Finding(f"networks in memory, {_CAP} allowed", found["most"], _CAP),
        Finding("networks dropped that were used later than one that stayed", found["wrong"], 0),
        Finding(f"peak of the last of {_ROUNDS} rounds above the third's", found["grown"], 15, "%"),
    ]


def _choices(folder: Path) -> list[ModelChoice]:
    """Those that every installation has, and two files of one's own."""
    store = open_store(load_settings())
    names = ("u2netp", "modnet", "isnet-general-use")
    own = [folder / f"own-{n}.onnx" for n in range(2)]
    for path in own:
        shutil.copyfile(store.ensure(model_named("u2netp")), path)
    return [ModelChoice(name) for name in (*names, *map(str, own))]


def _found(folder: Path) -> dict[str, Any]:
    settings = load_settings()
    loader, loads = SessionLoader(settings, open_store(settings)), Counter[ModelChoice]()

    def load(choice: ModelChoice) -> Network:
        loads[choice] += 1
        return loader(choice)

    pool, doubled, most, wrong = SessionPool(load, _CAP), 0, 0, 0
    held = []
    asked: list[ModelChoice] = []
    for _ in range(_ROUNDS):
        peak = 0.0
        for choice in _choices(folder):
            before = loads[choice]
            _from_many_threads(pool, choice)
            asked.append(choice)
            doubled += loads[choice] - before - 1
            most = max(most, len(pool.loaded()))
            wrong += set(pool.loaded()) != set(asked[-_CAP:])
            peak = max(peak, usage(os.getpid()).rss)
        held.append(peak)
    return {"doubled": doubled, "most": most, "wrong": wrong, "grown": 100 * held[-1] / held[2] - 100}


def _from_many_threads(pool: SessionPool, choice: ModelChoice) -> None:
    threads = [threading.Thread(target=pool.get, args=(choice,)) for _ in range(_ASKING)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    print(json.dumps(_found(Path(sys.argv[1]))))
