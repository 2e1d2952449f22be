"""From what an owner chose to a link for a client."""

from __future__ import annotations

from typing import Any

from components.controls import Fields
from components.handlers.cutting import need_weights, recipe_of
from components.handlers.messages import Message, message
from components.text import SAID
from pipelines.errors import CutawayError
from pipelines.share_terms import Terms
from pipelines.sharing import share
from pipelines.workbench import Workbench


def made(bench: Workbench, photo: str, fields: Fields, wanted: Any) -> Message:
    """Make a link, and tell the panel that it is there, or why not.

    Args:
        bench: the studio's state.
        photo: its id.
        fields: what the page's controls stand for.
        wanted: the terms, as a browser sent them; anything may be in them.
    """
    if not photo:
        return message("refused", error=SAID["no_photo"])
    try:
        recipe = recipe_of(fields)
        need_weights(bench, recipe.model)
        return message("shared", share=share(bench, photo, recipe, terms_of(wanted)).id)
    except CutawayError as error:
        return message("refused", error=error.message)


def terms_of(wanted: Any) -> Terms:
    """The terms that a browser sent; what is no text or no tick counts as none."""
    sent = wanted if isinstance(wanted, dict) else {}
    owner, lifetime, watermark = (str(sent.get(name) or "") for name in ("owner", "lifetime", "watermark"))
    return Terms(owner, lifetime, watermark, sent.get("download") is True)
