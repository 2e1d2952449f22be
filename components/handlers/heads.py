"""Guides of an ID photo on the stage: where the head is, and where it may be."""

from __future__ import annotations

from typing import Any

from components.text import PRESETS
from pipelines.compose.portrait import HeadShown
from pipelines.presets import Rules, preset_named
from pipelines.recipe import Recipe

Guide = dict[str, Any]
"""``kind`` is ``band`` or ``line``; ``top`` and ``bottom`` are shares of the canvas's height; ``label``."""


def guides_of(recipe: Recipe, head: HeadShown | None) -> list[Guide]:
    """The head's lines, and the bands in which its preset wants crown and eyes.

    Args:
        recipe: may name a preset.
        head: where it is; None where no portrait is wanted.
    """
    if head is None:
        return []
    rules = preset_named(recipe.preset).rules if recipe.preset else None
    bands = [] if rules is None else _bands(rules, head)
    lines = (("crown", head.crown), ("eyes", head.eyes), ("chin", head.chin))
    return [*bands, *(_guide("line", name, at, at) for name, at in lines)]


def _bands(rules: Rules, head: HeadShown) -> list[Guide]:
    found = []
    if rules.head is not None and rules.head.least is not None and rules.head.most is not None:
        found.append(_guide("band", "crown", head.chin - rules.head.most, head.chin - rules.head.least))
    if rules.eyes is not None and rules.eyes.least is not None and rules.eyes.most is not None:
        found.append(_guide("band", "eyes", 1 - rules.eyes.most, 1 - rules.eyes.least))
    return found


def _guide(kind: str, name: str, top: float, bottom: float) -> Guide:
    top, bottom = (round(min(max(edge, 0.0), 1.0), 4) for edge in (top, bottom))
    return {"kind": kind, "name": name, "top": top, "bottom": bottom, "label": PRESETS[f"guide_{name}"]}
