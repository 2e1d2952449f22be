"""What was done to each photo of a visit, step by step, so that it can be undone."""

from __future__ import annotations

import itertools
import threading
import time
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
    """The timelines of the photos in work, by id. Safe to share between threads.

    Steps take a while to make, and several are made at once. So each takes a number when it is asked
    for (:meth:`ask`), and is noted under it: what was asked for later holds, an Undo as well.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[Timeline, int]] = OrderedDict()
        self._guard = threading.Lock()
        # A page outlives a restart of the server, so numbers go on from before.
        self._numbers = itertools.count(time.time_ns() // 1_000_000)

    def of(self, photo: str) -> Timeline | None:
        """A photo's timeline; None where nothing was done yet."""
        with self._guard:
            return self._find(photo)[0]

    def ask(self) -> int:
        """The number of something that is asked for now."""
        return next(self._numbers)

    def record(self, photo: str, recipe: Recipe, asked: int | None = None) -> Timeline:
        """Note a step, unless something that was asked for later is noted.

        Args:
            photo: the one in work.
            recipe: the step.
            asked: its number; None for something that is asked for just now.
        Returns:
            The timeline that holds now.
        """
        number = self.ask() if asked is None else asked
        with self._guard:
            known, last = self._find(photo)
            if known is None:
                return self._keep(photo, Timeline((recipe,)), number)
            return known if number < last else self._keep(photo, known.changed(recipe), number)

    def move(self, photo: str, steps: int) -> Timeline | None:
        """Undo (negative) or do again; None where nothing was done yet."""
        with self._guard:
            known, _ = self._find(photo)
            return None if known is None else self._keep(photo, known.moved(steps), self.ask())

    def drop(self, photo: str) -> None:
        """Forget a photo; an unknown one is no error."""
        with self._guard:
            self._kept.pop(photo, None)

    def clear(self) -> None:
        """Forget all."""
        with self._guard:
            self._kept.clear()

    def _find(self, photo: str) -> tuple[Timeline | None, int]:
        return self._kept.get(photo, (None, 0))

    def _keep(self, photo: str, timeline: Timeline, number: int) -> Timeline:
        self._kept[photo] = timeline, number
        self._kept.move_to_end(photo)
        while len(self._kept) > PHOTOS:
            self._kept.popitem(last=False)
        return timeline
