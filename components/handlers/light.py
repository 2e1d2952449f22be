"""From the controls for shadows and light to a Recipe's parts and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from components.controls import Fields
from pipelines.recipe import (
    CarShadow,
    CastShadow,
    ContactShadow,
    DropShadow,
    OwnShadow,
    Recipe,
    Reflection,
    Shadow,
)

PRESETS: Final[Mapping[str, tuple[Shadow, ...]]] = {
    "none": (),
    "drop": (DropShadow(),),
    "ground": (ContactShadow(),),
    "cast": (CastShadow(), ContactShadow(opacity=0.5)),
    "car": (CarShadow(),),
    "reflection": (Reflection(), ContactShadow(opacity=0.45)),
    "own": (OwnShadow(),),
}
"""Shadows of a single click; the first of each is what the controls are for."""

SHADES: Final = ("strength", "softness", "right", "down", "direction", "length", "depth", "shade")
"""Controls of the shadow, in order: see :func:`shades_of`."""

_USUAL: Final = DropShadow()


def fields_of(values: Sequence[Any]) -> Fields:
    """The Recipe's fields that the controls stand for.

    Args:
        values: as :func:`controls_of` gives them. They come from a browser: anything may be in them.
    """
    preset, *shades = values[: 1 + len(SHADES)]
    harmonise, wrap, outline, outline_color, glow, glow_color, kept = values[1 + len(SHADES) :]
    return {
        "shadows": _shadows(preset, shades, kept["shadows"]),
        "light": kept["light"] | {"harmonise": _share(harmonise), "wrap": _share(wrap)},
        "outline": {"width": _share(outline), "color": outline_color},
        "glow": kept["glow"] | {"size": _share(glow), "color": glow_color},
    }


def controls_of(recipe: Recipe) -> list[Any]:
    """The controls' values, in order.

    Returns:
        The preset (None for shadows that none of them has), the shadow's controls (:data:`SHADES`), how
        much is harmonised and wrapped in per cent, width and colour of the outline, size and colour
        of the glow, and what of all that has no control.
    """
    shadows = recipe.shadows
    kinds = [shadow.kind for shadow in shadows]
    preset = next((name for name, parts in PRESETS.items() if [one.kind for one in parts] == kinds), None)
    return [
        preset,
        *shades_of(shadows[0] if shadows else _USUAL),
        _percent(recipe.light.harmonise),
        _percent(recipe.light.wrap),
        _percent(recipe.outline.width),
        recipe.outline.color,
        _percent(recipe.glow.size),
        recipe.glow.color,
        {
            "shadows": [shadow.model_dump() for shadow in shadows],
            "light": recipe.light.model_dump(),
            "glow": recipe.glow.model_dump(),
        },
    ]


def shades_of(shadow: Shadow) -> list[Any]:
    """The values of a shadow's controls: what a kind does not have is as usual, and hidden.

    Returns:
        Opacity, softness, and how far it is moved right and down, in per cent; the direction in degrees;
        the lengths of a cast shadow and of a reflection in per cent; the colour.
    """
    cast = shadow if isinstance(shadow, CastShadow) else CastShadow()
    mirror = shadow if isinstance(shadow, Reflection) else Reflection()
    drop = shadow if isinstance(shadow, DropShadow) else _USUAL
    return [
        _percent(shadow.opacity),
        _percent(getattr(shadow, "softness", _USUAL.softness)),
        _percent(drop.offset[0]),
        _percent(drop.offset[1]),
        cast.direction % 360,
        _percent(cast.length),
        _percent(mirror.length),
        getattr(shadow, "color", _USUAL.color),
    ]


def _shadows(preset: Any, shades: Sequence[Any], kept: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The shadows of a preset with the controls' values; those that were kept where there is no preset."""
    if preset not in PRESETS:
        return kept
    usual = [shadow.model_dump() for shadow in PRESETS[preset]]
    same = [one["kind"] for one in kept] == [one["kind"] for one in usual]
    first, *others = (kept if same else usual) or [{}]
    if not first:
        return []
    return [first | {name: value for name, value in _asked(shades, first).items() if name in first}, *others]


def _asked(shades: Sequence[Any], shadow: Mapping[str, Any]) -> dict[str, Any]:
    """A shadow's fields as the controls have them, whether it has such a field or not."""
    strength, softness, right, down, direction, length, depth, color = shades
    return {
        "opacity": _share(strength),
        "softness": _share(softness),
        "offset": (_share(right), _share(down)),
        "direction": direction or 0,
        "length": _share(depth if shadow["kind"] == "reflection" else length),
        "color": color,
    }


def _percent(share: float) -> float:
    return round(share * 100, 6)


def _share(percent: Any) -> float:
    return round(float(percent or 0) / 100, 8)
