"""What an owner decides about a link for a client."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pipelines.errors import InputError

LIFETIMES: Final[dict[str, int]] = {"hour": 3600, "day": 86_400, "week": 7 * 86_400}
"""How long a link may lead somewhere, in seconds."""

LONGEST: Final = max(LIFETIMES.values())

_OWNER_LENGTHS: Final = range(22, 65)
"""Characters of an owner's key: at least 128 bits in base 64."""


@dataclass(frozen=True)
class Terms:
    """What an owner decides about a link.

    Attributes:
        owner: the owner's key.
        lifetime: a key of :data:`LIFETIMES`.
        watermark: one line to draw over the pictures; empty for none.
        download: whether the client may take the full-size file.
    """

    owner: str
    lifetime: str
    watermark: str = ""
    download: bool = False

    def check(self) -> None:
        """Refuse what no page of ours sends.

        Raises:
            InputError: not a key, or not one of the lifetimes.
        """
        if not is_key(self.owner):
            raise InputError("This browser keeps nothing, so the link would be lost. Allow it to store data.")
        if self.lifetime not in LIFETIMES:
            raise InputError(f"A link lasts for one of: {', '.join(LIFETIMES)}.")


def is_key(text: str) -> bool:
    """Whether this can be an owner's key: characters of base 64 for addresses, enough of them."""
    return (
        len(text) in _OWNER_LENGTHS and text.isascii() and text.replace("-", "a").replace("_", "a").isalnum()
    )
