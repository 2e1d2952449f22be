"""How far a cutout can be trusted, in the visitor's words."""

from __future__ import annotations

from collections.abc import Sequence

from components.handlers.messages import Message
from components.text import REASONS, SIDES, VERDICTS
from pipelines.matting.reasons import Reason
from pipelines.workbench import Preview


def trust(preview: Preview) -> Message:
    """How far a cutout can be trusted, in words, and the picture of where it can't."""
    confidence = preview.cutout.confidence
    percent = round(confidence.score * 100)
    level = "none" if preview.cutout.box is None else "sure" if confidence.trusted else "look"
    return {
        "level": level,
        "percent": percent,
        "verdict": VERDICTS[level].format(percent=percent),
        "why": "; ".join(why(reason) for reason in confidence.reasons),
        "doubt": preview.doubt,
    }


def why(reason: Reason) -> str:
    """A reason to look at a cutout, in the language that is spoken."""
    key = f"{reason.code}_at" if reason.sides else reason.code
    counted = f"{key}_{reason.count}"
    return REASONS[counted if counted in REASONS else key].format(sides=_listed(reason.sides))


def _listed(sides: Sequence[str]) -> str:
    *words, last = [SIDES[side] for side in sides] or [""]
    return f"{', '.join(words)} {SIDES['and']} {last}" if words else last
