"""A service over a made-up network for actors: quick, counted, and killed by photos of a certain width."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pipelines.models.catalogue import Model
from pipelines.models.network import NetworkFacts
from pipelines.models.predict import shrink
from pipelines.models.sessions import ModelChoice, SessionPool
from pipelines.models.sources import Progress, silent
from pipelines.models.weights import WeightsStore
from pipelines.photo import Matte, Photo
from pipelines.service import CutoutService, MatteCache
from pipelines.settings import Settings

LOG = "CUTAWAY_TEST_INFERENCES"
"""Environment variable: the file that each inference is noted in, before it is made."""

SECONDS = 0.2
POISON_WIDTH = 333


@dataclass
class QuickNetwork:
    """Takes whatever is bright for the subject."""

    facts: NetworkFacts

    def matte(self, photo: Photo, side: int | None = None) -> Matte:  # noqa: ARG002
        with Path(os.environ[LOG]).open("a", encoding="ascii") as log:
            log.write(f"{os.getpid()} {photo.digest}\n")
        if photo.size[0] == POISON_WIDTH:
            os.kill(os.getpid(), signal.SIGSEGV)
        time.sleep(SECONDS)
        return np.asarray(shrink(photo, (32, 32)).max(axis=2) / 255, np.float32)


class OneFile(WeightsStore):
    """Has the same weights for every model."""

    def find(self, model: Model) -> Path | None:  # noqa: ARG002
        return self._settings.home / "weights.onnx"

    def ensure(self, model: Model, progress: Progress = silent) -> Path:  # noqa: ARG002
        return self._settings.home / "weights.onnx"


def quick_service(settings: Settings) -> CutoutService:
    """The service of an actor in these tests."""

    def load(choice: ModelChoice) -> QuickNetwork:
        return QuickNetwork(NetworkFacts(choice.name, f"digest of {choice.name}", "cpu", 1))

    return CutoutService(settings, OneFile(settings), SessionPool(load, 4), MatteCache(0))
