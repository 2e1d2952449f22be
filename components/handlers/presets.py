"""Presets in words, and the check of the finished file."""

from __future__ import annotations

import html
import math
from collections.abc import Sequence
from typing import Any

from components import text
from components.controls import Fields
from components.handlers.cutting import need_weights, readable_size, recipe_of
from components.handlers.messages import Messages, error_message, status_message
from components.i18n import language
from pipelines.errors import CutawayError, RecipeError
from pipelines.export.versions import Version
from pipelines.presets import Preset, Source, apply, preset_named, released
from pipelines.recipe import Recipe
from pipelines.rules.checking import check_cutout
from pipelines.rules.findings import Report, Verdict
from pipelines.rules.words import sentence
from pipelines.workbench import Workbench


def chosen(name: str, fields: Fields) -> Recipe:
    """The Recipe after a preset was chosen, or let go.

    Raises:
        CutawayError: no such preset, or a control holds what it never should.
    """
    # A preset sets these anew or lets them go. They are kept on the server, so that of a choice which the
    # page tells twice, the second comes with the first's, and with the framing that was before.
    recipe = recipe_of({**fields, "preset": None, "portrait": None, "sheet": None})
    return apply(preset_named(name), recipe) if name else released(recipe)


def facts_of(name: str | None) -> str:
    """HTML about a preset: where it comes from, what to check before use, what is not checked."""
    if not name:
        return ""
    preset, words = preset_named(name), text.PRESETS
    parts = [_line("cw-note", _sourced(source)) for source in preset.sources]
    if preset.altered:
        parts.append(_line("cw-warning", words[f"altered_{preset.altered}"]))
    if not preset.confirmed:
        unsure = [words[f"unsure_{code}"] for code in preset.unsure] or [words["unsure_all"]]
        doubt = html.escape(", ".join(unsure))
        parts.append(f'<p class="cw-warning"><strong>{words["check_before"]}</strong> {doubt}.</p>')
    if preset.notes:
        parts.append(_line("cw-note", words["also"]) + _list(preset))
    return "".join(parts)


def is_portrait(name: str | None) -> bool:
    """Whether a preset frames by a face."""
    return bool(name) and preset_named(str(name)).kind == "id"


def nudged(across: float, down: float, by: Any) -> list[float]:
    """Where a head that was dragged on the picture goes, in per cent of the canvas.

    Args:
        across: how far to the right it is moved already, in per cent.
        down: how far down.
        by: what a browser sent: two shares of the canvas's sides; anything may be in it.
    """
    try:
        right, below = (float(value) * 100 for value in by)
    except (TypeError, ValueError):
        return [across, down]
    if not (math.isfinite(right) and math.isfinite(below)):
        return [across, down]
    return [round(min(50.0, max(-50.0, value)), 1) for value in (across + right, down + below)]


def _sourced(source: Source) -> str:
    words = text.PRESETS
    told = words["source"].format(name=source.name, date=source.read.isoformat())
    return f"{told[:-1]} ({words[source.kind]})."


def _line(kind: str, words: str) -> str:
    return f'<p class="{kind}">{html.escape(words)}</p>'


def _list(preset: Preset) -> str:
    items = "".join(f"<li>{html.escape(text.RULES['note_' + code])}</li>" for code in preset.notes)
    return f'<ul class="cw-notes">{items}</ul>'


def checked(bench: Workbench, photo: str, fields: Fields) -> tuple[str, Messages]:
    """Make the finished file and check it.

    Returns:
        The result as HTML, and its verdict (or what is wrong) for the stage.
    """
    words = text.PRESETS
    try:
        recipe = recipe_of(fields)
        if not photo:
            raise RecipeError(text.SAID["no_photo"])
        need_weights(bench, recipe.model)
        cutout, file, made = bench.finished(photo, recipe, language())
        if made:
            return checked_each(made)
        report = check_cutout(cutout, file.first)
    except CutawayError as error:
        return "", [error_message(error.message)]
    if report is None:
        return "", []
    verdict = words[f"verdict_{report.verdict}"].format(count=len(report.of("fail")))
    return _results(report, verdict, len(file.first)), [status_message(f"{verdict}.")]


def checked_each(made: Sequence[Version]) -> tuple[str, Messages]:
    """What the check of each of several presets found; returns what :func:`checked` does."""
    words = text.PRESETS
    parts, spoken = [], []
    for version in made:
        if version.preset is None and version.error is None:
            continue
        title = preset_named(version.preset).titled(language()) if version.preset else words["as_it_stands"]
        if version.error is not None:
            verdict = words["not_made"]
            problem = _line("cw-warning", version.error.message)
            parts.append(_section("fail", f"{title}: {verdict}", problem))
        elif version.report is not None:
            report = version.report
            verdict = words[f"verdict_{report.verdict}"].format(count=len(report.of("fail")))
            parts.append(_results(report, f"{title}: {verdict}", version.size))
        spoken.append(f"{title}: {verdict}.")
    return "".join(parts), [status_message(" ".join(spoken))]


def _results(report: Report, verdict: str, size: int) -> str:
    words = text.PRESETS
    items = "".join(
        f'<li data-verdict="{finding.verdict}"><strong>{words[finding.verdict]}:</strong> '
        f"{html.escape(sentence(finding, text.RULES))}</li>"
        for kind in ("fail", "warn", "pass")
        for finding in report.of(kind)
    )
    guess = _line("cw-note", words["estimated"]) if report.estimated else ""
    about = _line("cw-note", words["file"].format(size=readable_size(size)))
    return _section(report.verdict, verdict, f"<ul>{items}</ul>{guess}{about}")


def _section(kind: Verdict, verdict: str, inner: str) -> str:
    label = html.escape(f"{text.PRESETS['results']}: {verdict}")
    return (
        f'<section class="cw-check" data-verdict="{kind}" aria-label="{label}">'
        f"<p><strong>{html.escape(verdict)}</strong></p>{inner}</section>"
    )
