"""What a batch makes of each photo: one result or several, all from one matte."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from pathlib import PurePath, PurePosixPath
from typing import Any, Self

from pydantic import TypeAdapter

from pipelines import naming
from pipelines.batch.taken import Taken
from pipelines.errors import RecipeError
from pipelines.export.bundle import product_facts
from pipelines.product_table import ProductTable, Row
from pipelines.products import Shown, shown_by
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
        products: says which product each photo shows, where its name does not.
    """

    variants: tuple[Variant, ...]
    products: ProductTable = field(default_factory=ProductTable)

    @classmethod
    def of(cls, variants: Sequence[Variant], products: ProductTable | None = None) -> Self:
        """An order, if it can be carried out.

        Args:
            variants: what is made.
            products: see :attr:`products`.
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
            if not naming.asks_for(pattern, "stem", "n", "sku"):
                raise RecipeError(
                    f"The name {pattern} would be every photo's. Put {{stem}}, {{sku}} or {{n}} into it."
                )
        return cls(tuple(variants), products or ProductTable())

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
        changed = [Variant(each.name, _changed(each.recipe, fields)) for each in self.variants]
        return type(self).of(changed, self.products)

    def shown_by(self, path: PurePosixPath) -> Shown:
        """Which product a photo shows: as the table says, else as its name does.

        Args:
            path: below the folder of the photos.
        """
        return self.products.shown_by(path) or shown_by(path.stem)

    @property
    def asks_for_products(self) -> bool:
        """Whether a result's name says which product it shows."""
        return any(naming.asks_for(each.recipe.output.name, *naming.PRODUCT) for each in self.variants)

    def folder(self, variant: Variant) -> str:
        """The folder of a variant within that of the results; empty where it is the only one."""
        return variant.name if len(self.variants) > 1 else ""

    def to_json(self) -> str:
        """As text; :meth:`read` gives the same order back."""
        made = [(each.name, each.recipe.to_json()) for each in self.variants]
        if not self.products.rows:
            return _PLAIN.dump_json(made).decode()
        return _WITH_PRODUCTS.dump_json((made, list(self.products.rows))).decode()

    @classmethod
    def read(cls, text: str) -> Self:
        """An order from its text."""
        found = _FORM.validate_json(text)
        made, rows = found if isinstance(found, tuple) else (found, [])
        return cls.of([Variant(name, Recipe.read(recipe)) for name, recipe in made], ProductTable.of(rows))


def _changed(recipe: Recipe, fields: Mapping[str, Any]) -> Recipe:
    whole = {}
    for name, value in fields.items():
        part = getattr(recipe, name, None)
        whole[name] = (
            {**part.model_dump(), **value} if is_plain(part) and isinstance(value, Mapping) else value
        )
    return recipe.changed(**whole)


_Made = list[tuple[str, str]]
_PLAIN: TypeAdapter[_Made] = TypeAdapter(_Made)
_WITH_PRODUCTS: TypeAdapter[tuple[_Made, list[Row]]] = TypeAdapter(tuple[_Made, list[Row]])
_FORM: TypeAdapter[_Made | tuple[_Made, list[Row]]] = TypeAdapter(_Made | tuple[_Made, list[Row]])


class Names:
    """Gives each photo the places of its results, no two the same, whatever a file system holds for equal.

    Args:
        order: what is made.
        given: photos that have their places: the path, and the places by variant.
        today: for ``{date}``; None is today.
    """

    def __init__(
        self,
        order: Order,
        given: Iterable[tuple[PurePosixPath, Mapping[str, str]]] = (),
        today: date | None = None,
    ) -> None:
        self._order = order
        self._today = (today or date.today()).isoformat()
        self._taken = Taken()
        self._shots: Counter[str] = Counter()
        self._next: defaultdict[str, int] = defaultdict(lambda: 1)
        outputs = {variant.name: variant.recipe.output for variant in order.variants}
        for path, places in given:
            self._shots[order.shown_by(path).sku] += 1
            for name in places.keys() & outputs.keys():
                self._taken.take(places[name], outputs[name])

    def give(self, path: PurePosixPath, number: int) -> dict[str, str]:
        """Places for a photo's results, by variant: below the folder of the results, without endings.

        What is known only when a picture is made stays in braces.

        Args:
            path: the photo's, below the folder of the sources.
            number: which of the photos it is, from 1.
        """
        shown = self._order.shown_by(path)
        self._shots[shown.sku] += 1
        facts = {
            **product_facts(shown, self._shots[shown.sku]),
            "stem": path.stem,
            "n": number,
            "date": self._today,
        }
        return {variant.name: self._give(variant, path.parent, facts) for variant in self._order.variants}

    def _give(self, variant: Variant, inside: PurePosixPath, facts: Mapping[str, object]) -> str:
        recipe = variant.recipe
        early = {**facts, "preset": recipe.preset, "model": PurePath(recipe.model).stem}
        # What is put in later is shorter than what stands for it, so the name stays safe.
        name = naming.safe(naming.filled(recipe.output.name, early))
        folder = PurePosixPath(self._order.folder(variant)) / inside
        late = naming.asks_for(name, *naming.LATE)
        plain = (folder / name).as_posix()
        for number in count(self._next[plain]):
            tail = "" if number == 1 else f"-{_letters(number) if late else number}"
            if self._taken.take(plain + tail, recipe.output):
                self._next[plain] = number + 1
                return plain + tail
        raise AssertionError  # numbers do not end


def _letters(number: int) -> str:
    """A number as letters: b, c ... z, aa. Digits might be the width of another photo."""
    text = ""
    while number:
        number, place = divmod(number - 1, 26)
        text = chr(ord("a") + place) + text
    return text
