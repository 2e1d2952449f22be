"""Limits: how much of a picture is let in, judged before anything is decoded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from pipelines.errors import ImageTooLarge, RecipeError

if TYPE_CHECKING:
    from pipelines.settings import Settings


@dataclass(frozen=True)
class Limits:
    """The largest picture that is let in.

    Attributes:
        max_bytes: size of the file, in bytes.
        max_pixels: width times height.
        max_side: the longer of width and height, in pixels.
    """

    max_bytes: int = 100_000_000
    max_pixels: int = 50_000_000
    max_side: int = 16_384

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The limits that the person who runs Cutaway has set."""
        return cls(settings.max_bytes, settings.max_pixels, settings.max_side)

    def check_bytes(self, count: int) -> None:
        """Refuse a file of more than ``max_bytes`` bytes.

        Raises:
            ImageTooLarge: it is larger.
        """
        if count > self.max_bytes:
            raise ImageTooLarge(
                f"The file is larger than the {_amount(self.max_bytes, 'B')} allowed. "
                "Save the picture smaller or more compressed, and try again."
            )

    def check_size(self, width: int, height: int) -> None:
        """Refuse a picture of too many pixels, or with too long a side.

        Raises:
            ImageTooLarge: the message tells the picture's size and the limit.
        """
        if limit := self._exceeded(width, height):
            raise ImageTooLarge(
                f"The picture is {width} x {height} pixels; {limit}. Make it smaller, and try again."
            )

    def check_canvas(self, width: int, height: int) -> None:
        """Refuse to make a picture larger than one that would be let in.

        Raises:
            RecipeError: the message tells the canvas's size and the limit.
        """
        if limit := self._exceeded(width, height):
            raise RecipeError(
                f"The canvas would be {width} x {height} pixels; {limit}. "
                "Give it a smaller size in pixels, crop to the subject, or let that fill more of it."
            )

    def _exceeded(self, width: int, height: int) -> str:
        """The limit that a picture of this size breaks; empty when it breaks none."""
        if max(width, height) > self.max_side:
            return f"no side may be longer than {self.max_side} pixels"
        if width * height > self.max_pixels:
            return f"at most {_amount(self.max_pixels, 'P')} are allowed"
        return ""


def _amount(count: int, unit: str) -> str:
    for size, prefix in ((1_000_000, "M"), (1_000, "k")):
        if count >= size:
            return f"{count / size:.3g} {prefix}{unit}"
    return f"{count} {unit}"
