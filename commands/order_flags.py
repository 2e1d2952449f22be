"""Flags of ``batch`` that say what is made of each photo."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands.even_flags import EvenFlags
from commands.recipe_flags import RecipeFlags
from commands.recipes import build_recipe
from commands.tables import Table, products_of

if TYPE_CHECKING:
    from pipelines.batch.order import Order


@dataclass(frozen=True, kw_only=True)
class OrderFlags:
    """The flags; those not given are None."""

    recipes: Annotated[
        list[Path] | None,
        typer.Option("--recipe", help="A Recipe as a JSON file. Several make several results of each photo."),
    ] = None
    presets: Annotated[
        list[str] | None,
        typer.Option("--preset", help="What a market place wants. Several, as with --recipe."),
    ] = None
    flags: RecipeFlags
    even: EvenFlags
    table: Table = None

    def order(self) -> Order:
        """What is made of each photo.

        Each Recipe makes a result that is called like its file, and each preset one, on top of the only
        Recipe, if one is given. What the other flags ask for holds for all of them.

        Raises:
            RecipeError: see :meth:`pipelines.batch.order.Order.of`.
            UnknownPreset: there is none of that name.
        """
        from pipelines.batch.order import Order, Variant
        from pipelines.presets import preset_named

        recipes, presets = self.recipes or [], self.presets or []
        wishes, picture = {**self.flags.wishes(None), **self.even.wishes()}, self.flags.backdrop.picture()
        base = recipes[0] if len(recipes) == 1 and presets else None
        made = [
            Variant(
                path.name.removesuffix(".json").removesuffix(".recipe"), build_recipe(path, wishes, picture)
            )
            for path in (recipes if base is None else ())
        ]
        names = [preset_named(name).name for name in presets]
        made += [Variant(name, build_recipe(base, wishes, picture, [name])) for name in names]
        products = products_of(self.table)
        return Order.of(made or [Variant("cutout", build_recipe(None, wishes, picture))], products)
