"""One side of a comparison, in a process of its own, so that its peak memory is its own.

    python -m benchmarks.worker SIDE MODEL PICTURE

Loads the model, then answers each line on standard input by doing the picture once,
bytes to bytes, and printing as JSON: milliseconds in all and in the bare network, the most
memory held since the model was loaded beyond what was held then (MB), and the result's bytes.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

Task = Callable[[bytes], bytes]

_STATUS: Final = Path("/proc/self/status")


class Timed:
    """An onnxruntime session that counts the milliseconds it runs."""

    def __init__(self, session: Any) -> None:
        self._session = session
        self.ms = 0.0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._session, name)

    def run(self, *args: Any) -> Any:
        """Run the network."""
        start = time.perf_counter()
        try:
            return self._session.run(*args)
        finally:
            self.ms += (time.perf_counter() - start) * 1000


def rembg_task(model: str, **options: Any) -> tuple[Task, Timed]:
    """rembg's own ``remove`` with a loaded session."""
    import onnxruntime
    import rembg

    from pipelines.models.known import model_named
    from pipelines.models.rembg_bridge import open_session
    from pipelines.models.weights import open_store
    from pipelines.settings import load_settings

    path = open_store(load_settings()).ensure(model_named(model))
    session = open_session(model, path, onnxruntime.SessionOptions(), ["CPUExecutionProvider"])
    session.inner_session = network = Timed(session.inner_session)

    def run(data: bytes) -> bytes:
        done = rembg.remove(data, session=session, **options)
        assert isinstance(done, bytes)  # noqa: S101  (bytes in, bytes out)
        return done

    return run, network


def cutaway_task(model: str, **options: Any) -> tuple[Task, Timed]:
    """Our pipeline with a loaded network. Each call is a new photo to it: nothing is reused."""
    from pipelines.models.network import DescribedNetwork
    from pipelines.models.sessions import ModelChoice, SessionLoader, SessionPool
    from pipelines.models.weights import open_store
    from pipelines.recipe import Recipe
    from pipelines.service import CutoutService, MatteCache
    from pipelines.settings import load_settings

    settings = load_settings()
    store = open_store(settings)
    loaded = SessionLoader(settings, store)(ModelChoice(model))
    assert isinstance(loaded, DescribedNetwork)  # noqa: S101  (the models compared are described)
    network = Timed(loaded.runner)
    pool = SessionPool(lambda _choice: replace(loaded, runner=network), 1)
    service = CutoutService(settings, store, pool, MatteCache(capacity=0))
    recipe = Recipe(model=model, **options)
    return lambda data: service.cut(data, recipe).encode(), network


SIDES: dict[str, Callable[[str], tuple[Task, Timed]]] = {
    "rembg": rembg_task,
    "rembg-decontaminate": lambda model: rembg_task(model, decontaminate=True),
    "cutaway": cutaway_task,
    "cutaway-plain": lambda model: cutaway_task(model, decontaminate=0),
}


def memory(kind: str) -> float:
    """This process's memory in MB: ``VmRSS`` is what it holds, ``VmHWM`` the most it held; 0 off Linux."""
    if not _STATUS.exists():
        return 0.0
    line = next(line for line in _STATUS.read_text().splitlines() if line.startswith(kind))
    return int(line.split()[1]) * 1024 / 1e6


def forget_peak() -> None:
    """Count the most memory held from now on (Linux only; see proc(5) on ``clear_refs``)."""
    if _STATUS.exists():
        Path("/proc/self/clear_refs").write_text("5")


def main() -> None:
    """Answer lines until standard input ends."""
    side, model, path = sys.argv[1:4]
    data = Path(path).read_bytes()
    task, network = SIDES[side](model)
    forget_peak()
    held = memory("VmRSS")
    for _line in sys.stdin:
        network.ms = 0
        start = time.perf_counter()
        size = len(task(data))
        took = (time.perf_counter() - start) * 1000
        peak = memory("VmHWM") - held
        print(json.dumps({"ms": took, "network": network.ms, "peak": peak, "bytes": size}), flush=True)


if __name__ == "__main__":
    main()
