"""Rules about the one face of an ID photo: how large the head is, and where."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from pipelines.errors import ModelError
from pipelines.faces.face import Face, Finder, people
from pipelines.faces.head import Head, head_of
from pipelines.presets import Rules, Span
from pipelines.rules.evidence import Evidence
from pipelines.rules.findings import Finding, percent

_SLACK: Final = 0.005
"""A head is measured no more exactly than this share of the picture's height."""
_LEAN: Final = 8.0
"""A head that leans by more degrees is said to."""
_WIDE: Final = 0.3
"""Shoulders cover so much of the picture's lower edge."""


def head_findings(seen: Evidence, rules: Rules, finder: Finder | None) -> Iterator[Finding]:
    """What is found about the head.

    Args:
        seen: the decoded file.
        rules: without a rule about the head nothing is looked for.
        finder: finds faces; None where none can be had.
    """
    if rules.head is None:
        return
    try:
        faces = people(finder(seen.photo)) if finder else None
    except ModelError:
        faces = None
    if faces is None:
        yield Finding("face", "warn", "face_unavailable")
    elif len(faces) != 1:
        yield Finding("face", "fail", "face_many" if faces else "face_none", {"count": str(len(faces))})
    else:
        yield from _of_face(seen, rules, faces[0])


def _of_face(seen: Evidence, rules: Rules, face: Face) -> Iterator[Finding]:
    width, height = seen.photo.size
    turn = np.array([[1.0, 0, 0], [0, 1, 0]])
    head = head_of(face, seen.matte, (width, height), turn)
    if head.cut:
        yield Finding("head", "fail", "head_cut")
    else:
        yield from _within("head", head.height / height, rules.head)
    yield from _within("eyes", 1 - head.eyes / height, rules.eyes)
    yield from _within("top", head.crown / height, rules.top)
    if abs(face.lean) > _LEAN:
        yield Finding("level", "warn", "level_warn", {"degrees": f"{abs(face.lean):.0f}"})
    yield from _shoulders(seen, head)


def _within(rule: str, share: float, span: Span | None) -> Iterator[Finding]:
    if span is None:
        return
    least, most = span.least or 0.0, 1.0 if span.most is None else span.most
    facts = {
        "share": percent(round(share, 2)),
        "least": percent(round(least, 2)),
        "most": percent(round(most, 2)),
    }
    if share < least - _SLACK:
        yield Finding(rule, "fail", f"{rule}_small", facts)
    elif share > most + _SLACK:
        yield Finding(rule, "fail", f"{rule}_large", facts)
    else:
        yield Finding(rule, "pass", f"{rule}_pass", facts)


def _shoulders(seen: Evidence, head: Head) -> Iterator[Finding]:
    """The photo must reach down to the picture's lower edge: a bust that floats is none."""
    if seen.matte is None or head.chin >= seen.matte.shape[0]:
        return
    covered = float((seen.matte[-1] >= 128).mean())
    if covered < _WIDE:
        yield Finding("shoulders", "fail", "shoulders_fail")
    else:
        yield Finding("shoulders", "pass", "shoulders_pass")
