"""One side of a comparison, in a process of its own, so that its peak memory is its own.

    python -m benchmarks.worker SIDE MODEL PICTURE

Loads the model, then answers each line on standard input by doing the picture once,
bytes to bytes, and printing milliseconds and peak memory in MB as JSON.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Task = Callable[[bytes], bytes]


def rembg_task(model: str, **options: Any) -> Task:
    """rembg's own ``remove`` with a loaded session."""
    import onnxruntime
    import rembg

    from pipelines.models.known import model_named
    from pipelines.models.rembg_bridge import open_session
    from pipelines.models.weights import open_store
    from pipelines.settings import load_settings

    path = open_store(load_settings()).ensure(model_named(model))
    session = open_session(model, path, onnxruntime.SessionOptions(), ["CPUExecutionProvider"])

    def run(data: bytes) -> bytes:
        done = rembg.remove(data, session=session, **options)
        assert isinstance(done, bytes)  # noqa: S101  (bytes in, bytes out)
        return done

    return run


def cutaway_task(model: str, **options: Any) -> Task:
    """Our pipeline with a loaded network. Each call is a new photo to it: nothing is reused."""
    from pipelines.models.sessions import ModelChoice
    from pipelines.recipe import Recipe
    from pipelines.service import MatteCache, build_service
    from pipelines.settings import load_settings

    service = build_service(load_settings(), mattes=MatteCache(capacity=0))
    service.pool.get(ModelChoice(model))
    recipe = Recipe(model=model, **options)
    return lambda data: service.cut(data, recipe).encode()


SIDES: dict[str, Callable[[str], Task]] = {
    "rembg": rembg_task,
    "rembg-decontaminate": lambda model: rembg_task(model, decontaminate=True),
    "cutaway": cutaway_task,
    "cutaway-plain": lambda model: cutaway_task(model, decontaminate=False),
}


def main() -> None:
    """Answer lines until standard input ends."""
    side, model, path = sys.argv[1:4]
    data = Path(path).read_bytes()
    task = SIDES[side](model)
    for _line in sys.stdin:
        start = time.perf_counter()
        size = len(task(data))
        took = (time.perf_counter() - start) * 1000
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"ms": took, "peak": peak, "bytes": size}), flush=True)


if __name__ == "__main__":
    main()
