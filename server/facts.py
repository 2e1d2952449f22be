"""What answers of both APIs tell of a cutout, in the same words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePath

from pipelines.compose.subject import Box
from pipelines.cutout import Cutout
from pipelines.models.network import NetworkFacts


def in_source(cutout: Cutout, box: Box) -> Box:
    """A box of the cutout in pixels of the picture that was sent."""
    (width, height), (across, down) = cutout.photo.size, cutout.photo.full or cutout.photo.size
    return Box(
        round(box.left * across / width),
        round(box.top * down / height),
        round(box.right * across / width),
        round(box.bottom * down / height),
    )


def named(networks: Sequence[NetworkFacts]) -> str:
    """Networks and their weights as a header's list (RFC 9651): ``u2netp;sha256="309c..."``."""
    return ", ".join(f'{_token(one.name)};sha256="{one.digest}"' for one in networks)


def _token(name: str) -> str:
    """A network's name; of a file of one's own its name alone."""
    return "m-" * (not name[:1].isalpha()) + re.sub(r"[^A-Za-z0-9_.-]", "_", PurePath(name).name)
