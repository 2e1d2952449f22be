"""The bare network, so many pictures in a run: what a GPU gains by it, and what a processor does."""

from __future__ import annotations

import statistics
import time
from typing import Any, Final

import numpy as np

from pipelines.models.known import model_named
from pipelines.models.sessions import ModelChoice, SessionLoader
from pipelines.models.weights import open_store
from pipelines.settings import Settings, load_settings

TOGETHER: Final = (1, 2, 4, 8)
MODELS: Final = ("u2netp", "modnet", "isnet-general-use")

_SIDES: Final = {"u2netp": 320, "modnet": 512, "isnet-general-use": 512}


def device() -> str:
    """Where networks can run here: ``cuda``, else ``cpu``."""
    import onnxruntime

    return "cuda" if "CUDAExecutionProvider" in onnxruntime.get_available_providers() else "cpu"


def measured(model: str, where: str, runs: int) -> dict[int, float]:
    """Milliseconds a picture, by pictures in a run; medians, the runs taking turns."""
    settings = Settings.model_validate({**load_settings().model_dump(), "device": where, "network_batch": 1})
    network: Any = SessionLoader(settings, open_store(settings))(ModelChoice(model))
    session, side = network.runner, _SIDES[model]
    entry, output = session.get_inputs()[0].name, session.get_outputs()[0].name
    pictures = np.random.default_rng(0).random((max(TOGETHER), 3, side, side), np.float32)
    took: dict[int, list[float]] = {together: [] for together in TOGETHER}
    for _ in range(runs + 1):  # the first one of each is not counted
        for together in TOGETHER:
            start = time.perf_counter()
            session.run([output], {entry: pictures[:together]})
            took[together].append((time.perf_counter() - start) * 1000 / together)
    return {together: statistics.median(times[1:]) for together, times in took.items()}


def table(runs: int) -> str:
    """All networks, as lines of text."""
    where = device()
    said = "" if where == "cuda" else " (no CUDA here)"
    lines = [f"\nmilliseconds a picture on {where}{said}, so many in a run"]
    lines.append(f"  {'':22}" + "".join(f"{together:>9}" for together in TOGETHER) + f"{'8 against 1':>14}")
    for model in MODELS:
        found = measured(model, where, runs)
        name = f"{model_named(model).title}, {_SIDES[model]}"
        numbers = "".join(f"{ms:9.1f}" for ms in found.values())
        lines.append(f"  {name:22}{numbers}{found[1] / found[8]:>9.2f} times")
    return "\n".join(lines)
