"""A loaded network: one interface over our own feeding and over rembg's sessions."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

import numpy as np

from pipelines.errors import ModelFailed
from pipelines.models.catalogue import Model
from pipelines.models.predict import network_input, read_output, resize, shrink
from pipelines.photo import Matte, Photo

_REMBG_SIDE: Final = 1024
"""Longest side given to a rembg session: no model there sees more."""


@dataclass(frozen=True)
class NetworkFacts:
    """What is known of a loaded network.

    Attributes:
        name: the model's name.
        digest: SHA-256 of the weights in use, hex.
        device: where it really runs, e.g. ``cpu`` or ``cuda``.
        threads: CPU threads it may use.
        warning: a sentence when an accelerator was asked for and is not used.
    """

    name: str
    digest: str
    device: str
    threads: int
    warning: str | None = None


class Network(Protocol):
    """A loaded model that any number of threads may share."""

    @property
    def facts(self) -> NetworkFacts:
        """What is known of it."""
        ...

    def matte(self, photo: Photo, side: int | None = None) -> Matte:
        """The coarse matte at the network's own size: HxW float32 in [0, 1].

        Args:
            photo: any size.
            side: of the square that a flexible network is shown, in pixels (a multiple of
                :data:`~pipelines.models.catalogue.SIDE_STEP`); None, and every other
                network, takes the size it was trained at.
        Raises:
            ModelFailed: the network could not process this picture.
        """
        ...


@dataclass(frozen=True)
class DescribedNetwork:
    """A network whose preprocessing we describe, fed by our own steps.

    Attributes:
        model: its facts.
        runner: onnxruntime's session, or :class:`~pipelines.models.gathering.Gathering` over it.
        facts: what is known of it here.
    """

    model: Model
    runner: Any
    facts: NetworkFacts

    def matte(self, photo: Photo, side: int | None = None) -> Matte:
        """See :meth:`Network.matte`."""
        preprocess = self.model.preprocess
        assert preprocess is not None  # noqa: S101  (the loader picks this class only then)
        if side is not None and self.model.flexible:
            preprocess = replace(preprocess, size=(side, side))
        with getattr(self.runner, "coming", nullcontext)():
            tensor = network_input(shrink(photo, preprocess.size), preprocess)
        entry, first = self.runner.get_inputs()[0].name, self.runner.get_outputs()[0].name
        try:
            raw = self.runner.run([first], {entry: tensor})[0]
        except Exception as error:  # onnxruntime raises bare exceptions of many kinds
            raise _failed(self.model.name, error) from error
        return read_output(raw, preprocess.decode)


@dataclass(frozen=True)
class RembgNetwork:
    """A network that only rembg's own session knows how to feed."""

    model: Model
    session: Any
    facts: NetworkFacts

    def matte(self, photo: Photo, side: int | None = None) -> Matte:  # noqa: ARG002
        """See :meth:`Network.matte`. Several masks (clothes) are joined to one."""
        from PIL import Image

        width, height = photo.size
        scale = min(1.0, _REMBG_SIDE / max(width, height))
        small = shrink(photo, (max(1, round(height * scale)), max(1, round(width * scale))))
        try:
            masks = self.session.predict(Image.fromarray(small))
        except Exception as error:  # rembg and onnxruntime raise bare exceptions of many kinds
            raise _failed(self.model.name, error) from error
        planes = [resize(np.asarray(mask.convert("L")), small.shape[:2]) for mask in masks]
        if not planes:
            return np.zeros(small.shape[:2], np.float32)
        return np.asarray(np.maximum.reduce(planes) / 255, np.float32)


def _failed(name: str, error: Exception) -> ModelFailed:
    kind = type(error).__name__
    return ModelFailed(f"The model {name} failed on this picture ({kind}). Try another model.")
