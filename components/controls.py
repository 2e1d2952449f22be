"""What every panel that stands for a part of the Recipe can do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from pipelines.recipe import Recipe

Event = Callable[..., Any]
"""Something of a Gradio component that can be listened to, such as ``slider.release``."""

Fields = dict[str, Any]
"""Some of a Recipe's fields, as :meth:`Recipe.read` takes them."""


class Controls(Protocol):
    """A panel whose inputs stand for some of a Recipe's fields."""

    def inputs(self) -> list[Any]:
        """The components whose values it reads, in order."""
        ...

    def read(self, values: Sequence[Any]) -> Fields:
        """The fields that the inputs' values stand for. Values come from a browser: anything may be in them.

        Args:
            values: one for each input.
        """
        ...

    def show(self, recipe: Recipe) -> list[Any]:
        """A value for each input, so that they stand for this Recipe."""
        ...

    def changed(self) -> list[Event]:
        """What happens when a visitor changed something that the cutout does not depend on."""
        ...

    def recut(self) -> list[Event]:
        """What happens when a visitor changed something that the cutout itself depends on."""
        ...


def read_all(panels: Sequence[Controls], values: Sequence[Any]) -> Fields:
    """The fields that several panels stand for together.

    Args:
        panels: no two of them stand for the same field.
        values: of all their inputs, one panel after the other.
    """
    fields: Fields = {}
    start = 0
    for panel in panels:
        end = start + len(panel.inputs())
        fields |= panel.read(values[start:end])
        start = end
    return fields
