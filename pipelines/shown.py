"""What the studio's workbench answers with: ids of pictures on its shelf, and facts about them."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.compose.framing import Placement
from pipelines.compose.portrait import HeadShown
from pipelines.cutout import Cutout
from pipelines.export.results import Facts


@dataclass(frozen=True)
class Received:
    """A photo that a visitor gave.

    Attributes:
        id: what the page holds.
        name: the file's stem, for the download.
        width: in pixels, upright.
        height: in pixels, upright.
        preview: id of the screen-sized picture.
    """

    id: str
    name: str
    width: int
    height: int
    preview: str


@dataclass(frozen=True, eq=False)
class Preview:
    """A cutout at screen size.

    Attributes:
        cutout: at most :data:`pipelines.workbench.PREVIEW_SIDE` pixels long, in sRGB.
        image: id of the transparent picture on the shelf.
        doubt: id of the picture of where to look, of the same shape but smaller.
        scale: how long its sides are against the photo's.
        seconds: how long it took, with the time of networks that had seen the photo before.
    """

    cutout: Cutout
    image: str
    doubt: str
    scale: float
    seconds: float


@dataclass(frozen=True)
class SceneShown:
    """A finished picture at screen size.

    Attributes:
        image: its id on the shelf.
        place: its canvas, and where the photo lies on it.
        photo: (width, height) of the photo in the placement's coordinates.
        head: where it is on the canvas, of a portrait.
    """

    image: str
    place: Placement
    photo: tuple[int, int]
    head: HeadShown | None = None


@dataclass(frozen=True)
class Delivered:
    """A finished file.

    Attributes:
        file: its id on the shelf.
        facts: what was done to make it, or each of several in it.
    """

    file: str
    facts: tuple[Facts, ...]
