"""What a person changed of one photo's Recipe, as changes that a batch keeps for that photo alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pipelines.batch.order import Order
from pipelines.recipe import ImageBackdrop, Recipe
from pipelines.recipe.parts import is_plain

OF_ALL: Final = ("output", "sheet", "preset", "also_presets")
"""Fields that are the whole batch's: a shop that gets JPEG gets no single PNG among them."""


@dataclass(frozen=True)
class OwnChanges:
    """A photo's changes.

    Attributes:
        fields: as :attr:`pipelines.batch.items.Item.changes` has them.
        left_out: names of the fields that were changed, and can't be one photo's own: those of
            :data:`OF_ALL`, those in which the results of the batch differ, and a picture as the background,
            which a batch has no place for.
    """

    fields: Mapping[str, Any]
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sitting:
    """A photo's Recipe before and after a person worked on it. All three as the same page shows them.

    Attributes:
        began: with the changes that the photo had.
        now: what the person made of it.
        usual: the batch's own, without any changes.
    """

    began: Recipe
    now: Recipe
    usual: Recipe


def own_changes(order: Order, before: Mapping[str, Any], sitting: Sitting) -> OwnChanges:
    """The changes of a photo after a person worked on it.

    What the person did not touch stays as it was, though the page may show less than there is. What
    is as in the batch again is no change any more.

    Args:
        order: the batch's.
        before: the photo's changes so far.
        sitting: the Recipe, before and after.
    Raises:
        RecipeError: the results can't be made with these changes.
    """
    fields: dict[str, Any] = dict(before)
    left_out = []
    for place in _touched(sitting):
        if _may_differ(order, place, sitting.now):
            _note(fields, place, sitting)
        else:
            left_out.append(place[0])
    order.changed(fields)
    return OwnChanges(fields, tuple(dict.fromkeys(left_out)))


Place = tuple[str, ...]
"""A field of the Recipe, or the field of one of its parts."""


def _touched(sitting: Sitting) -> Iterator[Place]:
    """What was changed, as closely as it can be told."""
    for name in Recipe.model_fields:
        began, now = getattr(sitting.began, name), getattr(sitting.now, name)
        if began == now:
            continue
        if is_plain(began) and is_plain(now):
            yield from (
                (name, field)
                for field in type(now).model_fields
                if getattr(began, field) != getattr(now, field)
            )
        else:
            yield (name,)


def _may_differ(order: Order, place: Place, now: Recipe) -> bool:
    """Whether one photo may have it otherwise than the others: only what all results have in common."""
    if place[0] in OF_ALL or isinstance(_at(now, place), ImageBackdrop):
        return False
    first, *others = (_at(variant.recipe, place) for variant in order.variants)
    return all(other == first for other in others)


def _at(recipe: Recipe, place: Place) -> Any:
    value: Any = recipe
    for name in place:
        value = getattr(value, name, None)
    return value


def _note(fields: dict[str, Any], place: Place, sitting: Sitting) -> None:
    """Note what a place holds now, or that it is as in the batch again."""
    name, *field = place
    usual = _at(sitting.now, place) == _at(sitting.usual, place)
    if not field and usual:
        fields.pop(name, None)
    elif not field:
        fields[name] = _json(sitting.now)[name]
    else:
        held = fields.get(name, {})
        part = dict(held if isinstance(held, Mapping) else _json(sitting.began)[name])
        part[field[0]] = _json(sitting.now)[name][field[0]]
        if usual:
            del part[field[0]]
        fields[name] = part
        if not part:
            del fields[name]


def _json(recipe: Recipe) -> dict[str, Any]:
    return recipe.model_dump(mode="json")
