"""Weights that are on this machine already: in our own folder, or where rembg keeps its."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from pipelines.models.catalogue import Model, WeightsFile
from pipelines.models.digests import fits, note_digest
from pipelines.models.sources import Taking

_PART: Final = ".part"
DAMAGED: Final = ".damaged"
"""Ending of a file that was set aside."""


@dataclass(frozen=True)
class Check:
    """What a look at one model's weights gave.

    Attributes:
        model: its name.
        filename: the file; the likeliest one for a model that is missing.
        state: ``whole``, ``damaged`` or ``missing``.
    """

    model: str
    filename: str
    state: Literal["whole", "damaged", "missing"]


def rembg_folders(environ: Mapping[str, str], home: Path) -> tuple[Path, ...]:
    """Where rembg may have kept weights, in its old layout and its new.

    Args:
        environ: the process's environment.
        home: the user's home folder.
    """
    data = environ.get("XDG_DATA_HOME")
    shared = [f"{data}/rembg", f"{data}/.u2net"] if data else []
    named = [environ.get("U2NET_HOME"), environ.get("REMBG_HOME"), *shared, "~/.rembg", "~/.u2net"]
    paths = [Path(folder) for folder in named if folder]
    settled = [home.joinpath(*path.parts[1:]) if path.parts[0] == "~" else path for path in paths]
    return tuple(dict.fromkeys(path.absolute() for path in settled))


@dataclass(frozen=True)
class LocalWeights:
    """The files on this machine.

    Attributes:
        root: our own folder, with a folder for each model.
        folders: folders of other programs, used in place and never written to.
    """

    root: Path
    folders: tuple[Path, ...] = ()

    def find(self, model: Model) -> Path | None:
        """The model's file when it is here and whole; its best one where there are several."""
        return next((path for file, path in self._candidates(model) if fits(path, file.digest)), None)

    def present(self, model: Model) -> bool:
        """Whether a file for this model is here, whole or not."""
        if model.files:
            return any(path.is_file() for _, path in self._candidates(model))
        gathered = (root / "models" / model.name for root in self.folders)
        return any(any(folder.glob("*.onnx")) for folder in gathered)

    def checks(self, model: Model) -> list[Check]:
        """Read and check what is here of a model; changes nothing."""
        checks = [Check(model.name, file.filename, "damaged") for file in self._damaged(model)]
        found = self.find(model)
        if found:
            checks.append(Check(model.name, found.name, "whole"))
        return checks or [Check(model.name, file.filename, "missing") for file in model.files[:1]]

    def set_aside(self, model: Model) -> list[str]:
        """Rename damaged files of our own, so that nothing loads them and a person can look.

        Returns:
            The names they had.
        """
        damaged = self._damaged(model)
        for file in damaged:
            path = self._own(model, file)
            with contextlib.suppress(OSError):  # another process was quicker, or all is read-only
                path.replace(path.with_name(path.name + DAMAGED))
        return [file.filename for file in damaged]

    def taking(self, model: Model, file: WeightsFile) -> Taking:
        """A file of this model as something to fetch."""
        path = self._own(model, file)
        return Taking(file, path.with_name(path.name + _PART))

    def _own(self, model: Model, file: WeightsFile) -> Path:
        return self.root / model.name / file.filename

    def _candidates(self, model: Model) -> Iterator[tuple[WeightsFile, Path]]:
        for file in distinct(model):
            yield file, self._own(model, file)
            for folder in self.folders:
                yield file, folder / "models" / model.name / file.filename
                yield file, folder / file.filename

    def _damaged(self, model: Model) -> list[WeightsFile]:
        own = [(file, self._own(model, file)) for file in distinct(model)]
        return [file for file, path in own if path.is_file() and not fits(path, file.digest)]


def distinct(model: Model) -> list[WeightsFile]:
    """The model's files, each once, however many places have it."""
    seen: dict[tuple[str, str], WeightsFile] = {}
    for file in model.files:
        seen.setdefault((file.filename, file.digest), file)
    return list(seen.values())


def settle(taking: Taking) -> Path | None:
    """Give a fetched part its final name, when it is whole; remove it otherwise.

    Returns:
        The file; None when the part is not what the catalogue pins.
    """
    part, path = taking.part, taking.part.with_name(taking.part.name.removesuffix(_PART))
    if not fits(part, taking.file.digest):
        part.unlink(missing_ok=True)
        return None
    _sync(part)
    part.replace(path)
    _sync(path.parent)
    note_digest(path, taking.file.digest)
    return path


def _sync(path: Path) -> None:
    """Have the disk hold what was written, so that a power cut leaves no half file."""
    with contextlib.suppress(OSError):  # folders cannot be opened on every system
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
