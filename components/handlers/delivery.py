"""Files for the visitor: the download, and what goes on the clipboard."""

from __future__ import annotations

from components.controls import Fields
from components.handlers.cutting import need_weights, noted, readable_size, recipe_of
from components.handlers.messages import (
    Messages,
    copy_message,
    download_message,
    spoken,
    status_message,
)
from components.i18n import language
from components.text import FILES, SAID, figure
from pipelines.export.results import Facts
from pipelines.recipe import Output
from pipelines.workbench import Workbench


@spoken
def deliver(bench: Workbench, photo: str, fields: Fields) -> Messages:
    """The result at full size, as a file."""
    if not photo:
        return [status_message(SAID["no_photo"])]
    recipe = recipe_of(fields)
    asked = bench.timelines.ask()
    need_weights(bench, recipe.model)
    delivered = bench.deliver(photo, recipe, language())
    kept = bench.shelf.get(delivered.file)
    ready = SAID["ready"].format(name=kept.filename, size=readable_size(kept.path.stat().st_size))
    losses = [loss(facts, recipe.output) for facts in delivered.facts]
    told = " ".join([ready, *filter(None, losses)])
    return [download_message(delivered.file, kept.filename, told), noted(bench, photo, recipe, asked)]


@spoken
def copy(bench: Workbench, photo: str, fields: Fields) -> Messages:
    """The result at full size for the clipboard: a PNG in sRGB, whatever format is chosen."""
    if not photo:
        return [status_message(SAID["no_photo"])]
    recipe = recipe_of(fields)
    need_weights(bench, recipe.model)
    plain = recipe.model_copy(update={"output": Output(profile="srgb"), "also_presets": ()})
    return [copy_message(bench.deliver(photo, plain).file)]


def loss(facts: Facts, wanted: Output) -> str:
    """What a file lost on its way, in a sentence; empty where that is no more than was asked for."""
    if facts.error is not None:
        return FILES["few_colors"].format(count=facts.colors, error=figure(facts.error, 1))
    if facts.quality is not None and facts.quality < wanted.quality:
        return FILES["lowered"].format(quality=facts.quality)
    return ""
