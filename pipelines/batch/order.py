"""What a batch makes of each photo: one result or several, all from one matte."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath
from typing import Any, Self

from pydantic import TypeAdapter

from pipelines import naming
from pipelines.errors import RecipeError
from pipelines.recipe import Recipe
from pipelines.recipe.parts import is_plain


@dataclass(frozen=True)
class Variant:
    """One result of each photo.

    Attributes:
        name: its own, and its folder's where there are several.
        recipe: how it is made.
    """

    name: str
    recipe: Recipe


@dataclass(frozen=True)
class Order:
    """All results of each photo.

    Attributes:
        variants: at least one; their Recipes cut alike, so that one matte serves all.
    """

    variants: tuple[Variant, ...]

    @classmethod
    def of(cls, variants: Sequence[Variant]) -> Self:
        """An order, if it can be carried out.

        Raises:
            RecipeError: the Recipes cut differently, two have one name, or a name would be every photo's.
        """
        if not variants:
            raise RecipeError("Say what is to be made of each photo.")
        names = [variant.name.casefold() for variant in variants]
        for name in names:
            if names.count(name) > 1:
                raise RecipeError(f"Two results are called {name}. Give each a name of its own, once.")
            if naming.safe(name) != name:
                raise RecipeError(f"A folder of results can't be called {name}. Use letters and digits.")
        first = variants[0].recipe.cut()
        for variant in variants:
            if variant.recipe.cut() != first:
                raise RecipeError(
                    f"{variants[0].name} and {variant.name} cut photos out differently (model, edges or "
                    "strokes). The results of a batch come from one matte: make these parts the same."
                )
            if variant.recipe.also_presets:
                raise RecipeError(
                    f"{variant.name} asks for further presets. In a batch each is a result of its own: "
                    "give --preset several times."
                )
            pattern = variant.recipe.output.name
            if "{stem}" not in pattern and "{n" not in pattern:
                raise RecipeError(
                    f"The name {pattern} would be every photo's. Put {{stem}} or {{n}} into it."
                )
        return cls(tuple(variants))

    @property
    def cut(self) -> Recipe:
        """What they have in common: how photos are cut out."""
        return self.variants[0].recipe.cut()

    def changed(self, fields: Mapping[str, Any]) -> Self:
        """The same with other values in all Recipes: of the model and the strokes of one photo, say.

        Args:
            fields: of a Recipe, by name. Of a part that is no choice of several kinds, such as ``edges`` or
                ``framing``, some fields are enough: the others stay as each Recipe has them.
        Raises:
            RecipeError: a value is not allowed.
        """
        if not fields:
            return self
        return type(self).of([Variant(each.name, _changed(each.recipe, fields)) for each in self.variants])

    def folder(self, variant: Variant) -> str:
        """The folder of a variant within that of the results; empty where it is the only one."""
        return variant.name if len(self.variants) > 1 else ""

    def to_json(self) -> str:
        """As text; :meth:`read` gives the same order back."""
        return _FORM.dump_json([(each.name, each.recipe.to_json()) for each in self.variants]).decode()

    @classmethod
    def read(cls, text: str) -> Self:
        """An order from its text."""
        return cls.of([Variant(name, Recipe.read(recipe)) for name, recipe in _FORM.validate_json(text)])


def _changed(recipe: Recipe, fields: Mapping[str, Any]) -> Recipe:
    whole = {}
    for name, value in fields.items():
        part = getattr(recipe, name, None)
        whole[name] = (
            {**part.model_dump(), **value} if is_plain(part) and isinstance(value, Mapping) else value
        )
    return recipe.changed(**whole)


_FORM: TypeAdapter[list[tuple[str, str]]] = TypeAdapter(list[tuple[str, str]])


class Names:
    """Gives each photo the places of its results, no two the same, whatever a file system holds for equal.

    Args:
        order: what is made.
        taken: places that were given before.
        today: for ``{date}``; None is today.
    """

    def __init__(self, order: Order, taken: Iterable[str] = (), today: date | None = None) -> None:
        self._order = order
        self._taken = {_folded(place) for place in taken}
        self._today = (today or date.today()).isoformat()

    def give(self, path: PurePosixPath, number: int) -> dict[str, str]:
        """Places for a photo's results, by variant: below the folder of the results, without endings.

        What is known only when a picture is made stays in braces.

        Args:
            path: the photo's, below the folder of the sources.
            number: which of the photos it is, from 1.
        """
        places = {}
        for variant in self._order.variants:
            facts = {
                "stem": path.stem,
                "preset": variant.recipe.preset,
                "n": number,
                "date": self._today,
            }
            name = naming.filled(variant.recipe.output.name, facts)
            late = any("{" + place + "}" in name for place in naming.LATE)
            folder = PurePosixPath(self._order.folder(variant)) / path.parent
            places[variant.name] = self._free(folder, name if late else naming.safe(name))
        return places

    def _free(self, folder: PurePosixPath, name: str) -> str:
        number = 1
        while True:
            place = (folder / (name if number == 1 else f"{name}-{number}")).as_posix()
            if _folded(place) not in self._taken:
                self._taken.add(_folded(place))
                return place
            number += 1


def _folded(place: str) -> str:
    return unicodedata.normalize("NFC", place).casefold()
