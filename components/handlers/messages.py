"""What the server tells the stage, as plain dictionaries.

The stage's value is a list of these. Each that is about a photo names it, so that
an answer that comes late, for a photo no longer on screen, changes nothing.
"""

from __future__ import annotations

import functools
import itertools
import time
from collections.abc import Callable, Sequence
from typing import Any, Final, ParamSpec

from pipelines.errors import CutawayError
from pipelines.workbench import SceneShown

Message = dict[str, Any]
Messages = list[Message]
Params = ParamSpec("Params")

_count: Final = itertools.count(time.time_ns() // 1_000_000)  # a page outlives a restart of the server


def message(action: str, **fields: object) -> Message:
    """What a part of the page is told; all of it is there as ``action`` and fields."""
    # The number makes two equal messages differ, so that the browser notices both.
    return {"action": action, "number": next(_count), **fields}


def cut_message(
    photo: str, image: str, text: str, *, final: bool, confidence: Message | None = None
) -> Message:
    """A cutout to show: the id of its picture, whether a better one is on its way, how sure it is."""
    return message("cut", photo=photo, image=image, text=text, final=final, confidence=confidence)


def backdrop_message(photo: str, layer: str | None) -> Message:
    """What to show behind: a colour (``#rrggbb``), the id of a picture, or nothing."""
    if layer is None:
        return message("backdrop", photo=photo, kind="none")
    if layer.startswith("#"):
        return message("backdrop", photo=photo, kind="color", color=layer)
    return message("backdrop", photo=photo, kind="image", image=layer)


def scene_message(photo: str, scene: SceneShown, heads: Sequence[Message] = ()) -> Message:
    """A finished picture, where the photo lies on it, and lines over it (:mod:`~components.handlers.heads`).

    The matrix holds the rows of an affine map from shares of the photo's sides to the picture's.
    """
    (width, height), (across, down) = scene.photo, scene.place.canvas
    (a, b, c), (d, e, f) = scene.place.matrix
    rows = [
        [a * width / across, b * height / across, c / across],
        [d * width / down, e * height / down, f / down],
    ]
    shown = {"width": across, "height": down, "matrix": rows, "heads": list(heads)}
    return message("scene", photo=photo, image=scene.image, **shown)


def download_message(file: str, name: str, text: str) -> Message:
    """A finished file for the browser to save."""
    return message("download", file=file, name=name, text=text)


def copy_message(file: str) -> Message:
    """A finished file for the browser to put on the clipboard."""
    return message("copy", file=file)


def steps_message(photo: str, *, back: bool, forth: bool, recipe: str) -> Message:
    """Whether there is a step to undo, and one to do again; the Recipe of all but the photo's own marks."""
    return message("steps", photo=photo, back=back, forth=forth, recipe=recipe)


def numbered(asked: int, messages: Messages) -> Messages:
    """Messages that change nothing on the stage once it shows what was asked for later.

    Args:
        asked: the number (:meth:`~pipelines.timeline.Timelines.ask`).
        messages: the answer.
    """
    return [{**each, "asked": asked} for each in messages]


def status_message(text: str, *, busy: bool = False) -> Message:
    """A sentence under the picture."""
    return message("status", text=text, busy=busy)


def marks_message(mode: str, region: object, picked: object) -> Message:
    """How the pointer marks the photo (compare, pick, region), and what is marked."""
    return message("marks", mode=mode, region=region, picked=picked)


def touched_message(photo: str, image: str, text: str) -> Message:
    """The cutout after a stroke: the id of its picture, shown where the cutout is."""
    return message("touched", photo=photo, image=image, text=text)


def error_message(text: str) -> Message:
    """A sentence that says what is wrong and what to do."""
    return message("error", text=text)


def spoken(handler: Callable[Params, Messages]) -> Callable[Params, Messages]:
    """Turn an error of ours into a sentence on the page; the only place that does so."""

    @functools.wraps(handler)
    def told(*args: Params.args, **kwargs: Params.kwargs) -> Messages:
        try:
            return handler(*args, **kwargs)
        except CutawayError as error:
            return [error_message(error.message)]

    return told
