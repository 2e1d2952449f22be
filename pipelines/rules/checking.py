"""The check: a finished file, decoded again, against a preset's rules.

Everything is measured on the encoded file, because that is what a market place gets: JPEG moves
whites and edges, and a size limit changes the quality.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from pipelines.compose import scene
from pipelines.compose.framing import Placement
from pipelines.faces.face import Finder
from pipelines.limits import Limits
from pipelines.photo import Matte8
from pipelines.presets import Preset, preset_named
from pipelines.rules.evidence import gather
from pipelines.rules.file_rules import file_findings
from pipelines.rules.findings import Finding, Report
from pipelines.rules.head_rules import head_findings
from pipelines.rules.picture_rules import picture_findings
from pipelines.rules.words import sentence

if TYPE_CHECKING:
    from pipelines.cutout import Cutout

_SOFT: Final = 1.5
"""A photo enlarged by more than this looks soft."""


def check(
    data: bytes,
    preset: Preset,
    limits: Limits | None = None,
    matte: Matte8 | None = None,
    faces: Finder | None = None,
) -> Report:
    """Check a picture file.

    Args:
        data: the encoded file.
        preset: whose rules.
        limits: how large a file is read.
        matte: HxW uint8, of the picture's size: what in it is subject. Without one a transparent file
            tells by itself, and a flat one is guessed at.
        faces: finds faces, for presets of ID photos.
    Raises:
        InputError: not a picture that can be read.
    """
    seen = gather(data, limits or Limits(), matte)
    rules = preset.rules
    found = [*file_findings(seen, rules), *picture_findings(seen, rules), *head_findings(seen, rules, faces)]
    return Report(preset.name, _weighed(found, preset), estimated=seen.estimated)


def _weighed(found: list[Finding], preset: Preset) -> tuple[Finding, ...]:
    return tuple(_eased(finding) if finding.rule in preset.advised else finding for finding in found)


def _eased(finding: Finding) -> Finding:
    """Advice that is not followed is no failure."""
    return replace(finding, verdict="warn") if finding.verdict == "fail" else finding


def check_cutout(cutout: Cutout, data: bytes) -> Report | None:
    """Check what was made of a cutout against the preset of its Recipe; None where it names none.

    Args:
        cutout: knows its own matte.
        data: its encoded file; of a print sheet one copy is encoded and checked instead.
    Raises:
        UnknownPreset: there is none of that name.
    """
    name = cutout.recipe.preset
    if name is None:
        return None
    if cutout.recipe.sheet is not None:
        cutout = replace(cutout, recipe=cutout.recipe.model_copy(update={"sheet": None}))
        data = cutout.encode()
    place = cutout.placement()
    matte = scene.on_canvas(cutout.subject(), place).matte
    report = check(data, preset_named(name), cutout.limits, matte, cutout.faces)
    return replace(report, findings=(*report.findings, *_enlarged(place)))


def broken_rules(cutout: Cutout, data: bytes) -> tuple[str, ...]:
    """Rules of the Recipe's preset that a finished file breaks, as sentences; none without a preset."""
    report = check_cutout(cutout, data)
    return tuple(sentence(finding) for finding in report.of("fail")) if report else ()


def _enlarged(place: Placement) -> Iterator[Finding]:
    """Pixels that a photo does not have are told, though no rule forbids them."""
    (a, b, _), (c, d, _) = place.matrix
    times = math.sqrt(abs(a * d - b * c))
    if times > _SOFT:
        yield Finding("enlarged", "warn", "enlarged_warn", {"times": f"{times:.1f}"})
