"""From a photo of a batch, as it was left in the studio, back to the batch."""

from __future__ import annotations

from dataclasses import dataclass

from components.controls import Fields
from components.handlers.cutting import need_weights, recipe_of
from components.handlers.messages import Message, message
from components.text import PARTS, SAID
from pipelines.batch.touch_ups import Seen, TouchUps
from pipelines.errors import CutawayError
from pipelines.workbench import Workbench


@dataclass(frozen=True)
class Keeping:
    """What it takes to keep something for a batch.

    Attributes:
        bench: the studio's state.
        touch_ups: knows which photo of which batch it is.
        seen: how the page shows a Recipe.
    """

    bench: Workbench
    touch_ups: TouchUps
    seen: Seen


def kept(keeping: Keeping, photo: str, fields: Fields, *, partly: bool) -> Message:
    """Have the batch make the photo as it is here, and tell the banner what came of it.

    Args:
        keeping: see :class:`Keeping`.
        photo: its id in the studio.
        fields: what the page's controls stand for.
        partly: whether to keep what can be kept, where some can't.
    """
    try:
        recipe = recipe_of(fields)
        need_weights(keeping.bench, recipe.model)
        made = keeping.touch_ups.keep(photo, recipe, keeping.seen, partly=partly)
    except CutawayError as error:
        return message("refused", text=error.message)
    if made.kept:
        return message("kept", photo=photo, following=made.following)
    parts = ", ".join(PARTS[name] for name in made.left_out)
    return message("partly", text=SAID["not_of_one"].format(parts=parts))
