"""Rules about what is in the picture: background, the subject's share, whether it is whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import cv2
import numpy as np

from pipelines.compose.focus import Side, focus_of
from pipelines.compose.subject import subject_box
from pipelines.presets import Rules
from pipelines.rules.evidence import Evidence, Mask
from pipelines.rules.findings import Finding, Verdict, percent

_SETTLED: Final = 0.005
"""Of a guessed background so much beside the subject is left out, as a share of the picture's longer
side: a soft edge belongs to both."""
_ENOUGH: Final = 0.999
"""Of a guessed background so much must be pure white; of a known one all of it must."""
_MAYBE: Final = 0.99
"""From here on what is missing of a guessed one may be the subject's soft edge."""
_NEARLY: Final = 0.98
"""Where white is only wanted, so much of it must be nearly white."""
_LIGHT: Final = 160
"""A light background is at least so light at its median."""
_EVEN: Final = 26
"""A plain background's darkest and lightest twentieth differ by no more."""


def picture_findings(seen: Evidence, rules: Rules) -> Iterator[Finding]:
    """What is found about the picture."""
    yield from _background(seen, rules)
    yield from _share(seen, rules)
    yield from _whole(seen, rules)


def _background(seen: Evidence, rules: Rules) -> Iterator[Finding]:
    wanted = rules.background
    if wanted is None:
        return
    behind = _certain(seen)
    if seen.transparent:
        verdict: Verdict = "pass" if not rules.opaque and wanted == "white" else "fail"
        yield Finding("background", verdict, f"background_transparent_{verdict}")
    elif behind is None or not behind.any():
        yield Finding("background", "warn" if wanted == "light" else "fail", "background_none")
    elif wanted == "light":
        yield _plain_and_light(seen, behind)
    else:
        yield _white(seen, behind, pure=wanted == "pure-white")


def _certain(seen: Evidence) -> Mask | None:
    """The background; of a guessed one without the pixels that it shares with the subject."""
    behind = seen.background
    if behind is None or not seen.estimated:
        return behind
    size = 2 * max(2, round(_SETTLED * max(behind.shape))) + 1
    inner = cv2.erode(behind.astype(np.uint8), np.ones((size, size), np.uint8), borderValue=1)
    return np.asarray(inner > 0)


def _white(seen: Evidence, behind: Mask, *, pure: bool) -> Finding:
    """The share of pure, or nearly pure, white in the background."""
    lowest = seen.photo.pixels.min(axis=2)[behind]
    share = float((lowest >= (255 if pure else 250)).mean())
    facts = {"share": percent(share), "darkest": str(int(lowest.min()))}
    enough = (_ENOUGH if seen.estimated else 1.0) if pure else _NEARLY
    kind = "background_pure" if pure else "background_white"
    verdict: Verdict = "pass" if share >= enough else "fail"
    if pure and verdict == "fail" and seen.estimated and share >= _MAYBE:
        verdict = "warn"
    return Finding("background", verdict, f"{kind}_{verdict}", facts)


def _plain_and_light(seen: Evidence, behind: Mask) -> Finding:
    colours = seen.photo.pixels[behind]
    low, middle, high = np.percentile(colours, (5, 50, 95), axis=0)
    spread = float((high - low).max())
    red, green, blue = (int(value) for value in middle)
    facts = {"colour": f"#{red:02x}{green:02x}{blue:02x}"}
    if middle.mean() < _LIGHT:
        return Finding("background", "fail", "background_dark", facts)
    if spread > _EVEN:
        return Finding("background", "fail", "background_uneven", facts)
    return Finding("background", "pass", "background_light_pass", facts)


def _share(seen: Evidence, rules: Rules) -> Iterator[Finding]:
    span = rules.share
    if span is None:
        return
    box = None if seen.matte is None else subject_box(seen.matte)
    if box is None:
        yield Finding("share", "warn", "share_unknown")
        return
    width, height = seen.photo.size
    share = max((box.right - box.left) / width, (box.bottom - box.top) / height)
    facts = {"share": percent(round(share, 2))}
    facts |= {name: percent(value) for name, value in (("least", span.least), ("most", span.most)) if value}
    slack = 0.5 / max(width, height)  # the subject's edge lies on whole pixels
    if span.least is not None and share < span.least - slack:
        yield Finding("share", "fail", "share_small", facts)
    elif span.most is not None and share > span.most + slack:
        yield Finding("share", "fail", "share_large", facts)
    else:
        yield Finding("share", "pass", "share_pass", facts)


def _whole(seen: Evidence, rules: Rules) -> Iterator[Finding]:
    if not rules.whole:
        return
    if seen.matte is None:
        yield Finding("whole", "warn", "whole_unknown")
        return
    focus = focus_of(seen.matte)
    if focus is None:
        yield Finding("whole", "warn", "whole_none")
        return
    sides: list[Side] = [side for side, _ in focus.cuts]
    if sides:
        yield Finding("whole", "fail", "whole_cut", {"sides": ", ".join(sides)})
    else:
        yield Finding("whole", "pass", "whole_pass")
