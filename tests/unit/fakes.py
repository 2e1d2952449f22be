"""A service whose networks are made up, for tests that are about everything else."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from pipelines.errors import WeightsUnavailable
from pipelines.models.catalogue import Model
from pipelines.models.network import NetworkFacts
from pipelines.models.predict import shrink
from pipelines.models.sessions import ModelChoice, SessionPool
from pipelines.models.sources import Progress, silent
from pipelines.models.weights import WeightsStore
from pipelines.photo import Matte, Photo
from pipelines.service import CutoutService
from pipelines.settings import Settings


@dataclass
class BrightnessNetwork:
    """Takes whatever is bright for the subject; counts how often it is asked."""

    facts: NetworkFacts
    runs: list[str] = field(default_factory=list)

    def matte(self, photo: Photo, side: int | None = None) -> Matte:  # noqa: ARG002
        self.runs.append(photo.digest)
        return np.asarray(shrink(photo, (32, 32)).max(axis=2) / 255, np.float32)


class FakeStore(WeightsStore):
    """Holds the weights of the models it is told to."""

    def __init__(self, settings: Settings, here: set[str]) -> None:
        super().__init__(settings)
        self.here = here
        self.file = settings.home / "weights.onnx"
        self.file.write_bytes(b"made up")

    def find(self, model: Model) -> Path | None:
        return self.file if model.name in self.here else None

    def present(self, model: Model) -> bool:
        return model.name in self.here

    def ensure(self, model: Model, progress: Progress = silent) -> Path:
        if model.name not in self.here:
            raise WeightsUnavailable(f"No {model.name}.")
        progress(1, 1, model.name)
        return self.file


@dataclass
class FakeService:
    """A real service over made-up networks.

    Attributes:
        service: what doors use.
        networks: by model name, as they were loaded.
    """

    service: CutoutService
    networks: dict[str, BrightnessNetwork]


def fake_service(
    tmp_path: Path, here: tuple[str, ...] = ("u2netp", "modnet", "isnet-general-use")
) -> FakeService:
    """Build one whose store holds the named models."""
    settings = Settings(home=tmp_path)
    store = FakeStore(settings, set(here))
    networks: dict[str, BrightnessNetwork] = {}

    def load(choice: ModelChoice) -> BrightnessNetwork:
        if choice.name not in store.here:
            raise WeightsUnavailable(f"No {choice.name}.")
        facts = NetworkFacts(choice.name, f"digest of {choice.name}", "cpu", 1)
        return networks.setdefault(choice.name, BrightnessNetwork(facts))

    return FakeService(CutoutService(settings, store, SessionPool(load, 4)), networks)
