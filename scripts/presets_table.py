"""Writes the tables of docs/presets.md from the presets' data: ``python -m scripts.presets_table``.

A test holds the page and the data together.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from pipelines.presets import Preset, Span, presets
from pipelines.rules.file_rules import TITLES
from pipelines.rules.findings import kilobytes, percent

PAGE: Final = Path(__file__).resolve().parent.parent / "docs" / "presets.md"
BEGIN: Final = "<!-- {kind}: written by scripts/presets_table.py -->"
END: Final = "<!-- end -->"

_HEADS: Final = {
    "product": ("preset", "canvas made", "sides asked for", "subject", "background", "file", "sources"),
    "id": (
        "preset",
        "on paper",
        "pixels made",
        "head",
        "eyes from below",
        "file",
        "altered photos",
        "sources",
    ),
}


def table(kind: str) -> str:
    """The presets of a kind as a Markdown table."""
    rows = [_HEADS[kind], ("---",) * len(_HEADS[kind])]
    rows += [_ROWS[kind](preset) for preset in presets().values() if preset.kind == kind]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _product(preset: Preset) -> tuple[str, ...]:
    rules = preset.rules
    sides = [
        f"{name} {_span(span, '{:.0f}'.format)}"
        for name, span in (("longer", rules.longer), ("shorter", rules.shorter))
        if span
    ]
    sides += [f"{across}:{down}" for across, down in rules.ratios]
    share = _advice(preset, "share", _span(rules.share, percent) if rules.share else "free")
    background = _advice(preset, "background", rules.background or "free")
    return (
        f"`{preset.name}`",
        _canvas(preset),
        ", ".join(sides),
        share,
        background,
        _file(preset),
        _from(preset),
    )


def _id(preset: Preset) -> tuple[str, ...]:
    rules, paper = preset.rules, preset.print_mm or (0, 0)
    return (
        f"`{preset.name}`",
        f"{paper[0]:g} x {paper[1]:g} mm",
        _canvas(preset),
        _span(rules.head, percent) if rules.head else "",
        _span(rules.eyes, percent) if rules.eyes else "free",
        _file(preset),
        str(preset.altered),
        _from(preset),
    )


_ROWS: Final = {"product": _product, "id": _id}


def _canvas(preset: Preset) -> str:
    return str(preset.recipe["framing"]["size"]).replace("x", " x ")


def _span(span: Span, words: object) -> str:
    assert callable(words)  # noqa: S101  (for the type checker)
    if span.least is not None and span.most is not None and span.good is None:
        return f"{words(round(span.least, 2))} to {words(round(span.most, 2))}"
    named = (("at least", span.least), ("better", span.good), ("at most", span.most))
    return ", ".join(f"{name} {words(value)}" for name, value in named if value is not None)


def _advice(preset: Preset, rule: str, text: str) -> str:
    return f"{text} (advice)" if rule in preset.advised else text


def _file(preset: Preset) -> str:
    names = ", ".join(TITLES[name] for name in preset.rules.formats)
    return f"{names}; {_span(preset.rules.bytes, kilobytes)}" if preset.rules.bytes else names


def _from(preset: Preset) -> str:
    told = "; ".join(f"{source.name} ({source.kind}, {source.read})" for source in preset.sources)
    return told + (f". **Check before use:** {', '.join(preset.unsure)}" if preset.unsure else "")


def filled(page: str) -> str:
    """A page with its tables written anew."""
    for kind in _HEADS:
        begin = BEGIN.format(kind=kind)
        before, _, rest = page.partition(begin)
        page = f"{before}{begin}\n\n{table(kind)}\n\n{END}{rest.partition(END)[2]}"
    return page


def main() -> None:
    """Write the page."""
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    print(PAGE)


if __name__ == "__main__":
    main()
