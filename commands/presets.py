"""``python app.py presets`` lists them, ``python app.py check`` holds picture files against one."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from commands import DONE, SOME_FAILED, say
from pipelines.errors import CutawayError
from pipelines.settings import load_settings

if TYPE_CHECKING:
    from pipelines.presets import Preset, Rules, Span
    from pipelines.rules.findings import Report

_MARKS: Final = {"pass": "ok  ", "warn": "note", "fail": "FAIL"}


def presets(
    name: Annotated[str | None, typer.Argument(help="Tell all about this one.")] = None,
) -> None:
    """List the presets for market places and ID photos, or tell about one."""
    from pipelines.presets import preset_named
    from pipelines.presets import presets as known

    if name is not None:
        print("\n".join(_told(preset_named(name))))
        return
    width = max(map(len, known()))
    for preset in known().values():
        mark = "" if preset.confirmed else "  (check before use)"
        print(f"{preset.name:{width}}  {preset.titled()}{mark}")


def _told(preset: Preset) -> list[str]:
    from pipelines.rules.words import note

    lines = [preset.titled(), ""]
    lines += [f"source: {source.name}, read {source.read} ({source.kind})" for source in preset.sources]
    if preset.unsure:
        lines.append(f"check before use: {', '.join(preset.unsure)}")
    lines += ["", "rules:", *(f"  {line}" for line in described(preset.rules, preset.advised))]
    if preset.notes:
        lines += ["", "not checked:", *(f"  {note(code)}" for code in preset.notes)]
    lines += ["", "recipe:", f"  {json.dumps(preset.recipe)}"]
    return lines


def described(rules: Rules, advised: tuple[str, ...] = ()) -> list[str]:
    """Rules in words, a line each."""
    from pipelines.presets import Span

    lines = []
    for name in type(rules).model_fields:
        value: Any = getattr(rules, name)
        if value in (None, (), False):
            continue
        if isinstance(value, Span):
            text = _span(value)
        elif name == "ratios":
            text = ", ".join(f"{across}:{down}" for across, down in value)
        elif name == "size":
            text = f"exactly {value[0]} x {value[1]}"
        else:
            text = ", ".join(value) if isinstance(value, tuple) else "yes" if value is True else str(value)
        lines.append(f"{name}: {text}" + (" (advice)" if name in advised else ""))
    return lines


def _span(span: Span) -> str:
    words = {"least": "at least", "good": "better", "most": "at most"}
    given = {name: getattr(span, name) for name in words}
    return ", ".join(f"{words[name]} {_number(value)}" for name, value in given.items() if value is not None)


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:g}"


def check(
    files: Annotated[list[Path], typer.Argument(help="Picture files, flat or transparent.")],
    preset: Annotated[str, typer.Option("--preset", help="A name from `python app.py presets`.")],
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for programs.")] = False,
) -> None:
    """Check picture files against a preset's rules. Exit status 1 where one breaks them."""
    from pipelines.presets import preset_named

    wanted = preset_named(preset)
    look = _looker(wanted)
    reports: dict[str, Report] = {}
    failed = 0
    for path in files:
        try:
            reports[str(path)] = look(path)
        except CutawayError as error:
            failed += 1
            say(f"{path}: {error.message}")
    if as_json:
        print(json.dumps({path: _record(report) for path, report in reports.items()}, indent=2))
    else:
        for label, report in reports.items():
            print("\n".join(lines_of(label, report)))
    failed += sum(report.verdict == "fail" for report in reports.values())
    raise typer.Exit(SOME_FAILED if failed else DONE)


def _looker(preset: Preset) -> Callable[[Path], Report]:
    """Checks a file; an ID photo's face is looked for."""
    from pipelines.faces.finder import FaceFinder
    from pipelines.limits import Limits
    from pipelines.load import read
    from pipelines.models.weights import open_store
    from pipelines.rules.checking import check as check_file

    settings = load_settings()
    limits = Limits.of(settings)
    faces = FaceFinder(open_store(settings)) if preset.kind == "id" else None
    return lambda path: check_file(read(path, limits), preset, limits, faces=faces)


def lines_of(label: str, report: Report) -> list[str]:
    """A report for people."""
    from pipelines.rules.words import sentence

    words = {
        "pass": "keeps all rules of",
        "warn": "keeps, with notes, the rules of",
        "fail": "breaks rules of",
    }
    lines = [f"{label}: {words[report.verdict]} {report.preset}"]
    lines += [f"  {_MARKS[finding.verdict]}  {sentence(finding)}" for finding in report.findings]
    if report.estimated:
        lines.append("  The background was guessed from the picture itself: what is plain and at its edge.")
    return lines


def _record(report: Report) -> dict[str, Any]:
    from pipelines.rules.words import sentence

    return {
        "preset": report.preset,
        "verdict": report.verdict,
        "estimated": report.estimated,
        "findings": [{**asdict(finding), "text": sentence(finding)} for finding in report.findings],
    }
