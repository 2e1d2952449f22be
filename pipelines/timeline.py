"""What was done to each photo of a visit, step by step, so that it can be undone."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from pipelines.recipe import Recipe

STEPS: Final = 200
"""Steps kept for a photo; older ones are forgotten."""

PHOTOS: Final = 500
"""Photos whose steps are kept; those not worked on for longest are forgotten."""


@dataclass(frozen=True)
class Timeline:
    """The Recipes of one photo.

    Attributes:
        recipes: each step, the oldest first; at least one.
        at: which of them holds now.
    """

    recipes: tuple[Recipe, ...]
    at: int = 0

    @property
    def recipe(self) -> Recipe:
        """The Recipe that holds now."""
        return self.recipes[self.at]

    @property
    def back(self) -> bool:
        """Whether there is a step to undo."""
        return self.at > 0

    @property
    def forth(self) -> bool:
        """Whether there is a step to do again."""
        return self.at + 1 < len(self.recipes)

    def changed(self, recipe: Recipe) -> Timeline:
        """With one more step, after which nothing can be done again; the same where nothing changed."""
        if recipe == self.recipe:
            return self
        recipes = (*self.recipes[: self.at + 1], recipe)[-STEPS:]
        return Timeline(recipes, len(recipes) - 1)

    def moved(self, steps: int) -> Timeline:
        """So many steps on (or back: negative), as far as there are any."""
        return Timeline(self.recipes, min(max(self.at + steps, 0), len(self.recipes) - 1))


class Timelines:
    """The timelines of the photos in work, by id. Safe to share between threads."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Timeline] = OrderedDict()
        self._guard = threading.Lock()

    def of(self, photo: str) -> Timeline | None:
        """A photo's timeline; None where nothing was done yet."""
        with self._guard:
            return self._kept.get(photo)

    def record(self, photo: str, recipe: Recipe) -> Timeline:
        """Note what holds for a photo now."""
        with self._guard:
            known = self._kept.pop(photo, None)
            timeline = known.changed(recipe) if known else Timeline((recipe,))
            self._kept[photo] = timeline
            while len(self._kept) > PHOTOS:
                self._kept.popitem(last=False)
            return timeline

    def move(self, photo: str, steps: int) -> Timeline | None:
        """Undo (negative) or do again; None where nothing was done yet."""
        with self._guard:
            known = self._kept.get(photo)
            if known is None:
                return None
            self._kept[photo] = known.moved(steps)
            return self._kept[photo]

    def drop(self, photo: str) -> None:
        """Forget a photo; an unknown one is no error."""
        with self._guard:
            self._kept.pop(photo, None)

    def clear(self) -> None:
        """Forget all."""
        with self._guard:
            self._kept.clear()
