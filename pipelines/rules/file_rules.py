"""Rules about the file itself: format, bytes, sides, colours. Each takes the evidence and the rules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pipelines import colour
from pipelines.presets import Rules, Span
from pipelines.rules.evidence import Evidence
from pipelines.rules.findings import Finding, Verdict, kilobytes

TITLES: Final = {
    "jpg": "JPEG", "png": "PNG", "gif": "GIF", "tiff": "TIFF", "bmp": "BMP", "webp": "WebP",
    "avif": "AVIF", "heic": "HEIC",
}  # fmt: skip

_RATIO: Final = 0.01
"""How far a ratio may be off: sides are whole pixels."""


def file_findings(seen: Evidence, rules: Rules) -> Iterator[Finding]:
    """What is found about the file."""
    yield _format(seen, rules)
    yield from _animation(seen)
    yield from _bytes(seen, rules)
    yield from _exact_size(seen, rules)
    width, height = seen.photo.size
    yield from _side("longer", max(width, height), rules.longer)
    yield from _side("shorter", min(width, height), rules.shorter)
    yield from _megapixels(width * height / 1e6, rules)
    yield from _ratio(width, height, rules)
    yield _colours(seen)
    yield from _opaque(seen, rules)


def _format(seen: Evidence, rules: Rules) -> Finding:
    facts = {"format": TITLES[seen.file.format], "allowed": ", ".join(TITLES[name] for name in rules.formats)}
    return _judged("format", seen.file.format in rules.formats, facts)


def _judged(rule: str, good: bool, facts: dict[str, str]) -> Finding:
    verdict: Verdict = "pass" if good else "fail"
    return Finding(rule, verdict, f"{rule}_{verdict}", facts)


def _animation(seen: Evidence) -> Iterator[Finding]:
    if seen.file.frames > 1:
        yield Finding("still", "fail", "still_fail", {"frames": str(seen.file.frames)})


def _bytes(seen: Evidence, rules: Rules) -> Iterator[Finding]:
    span, count = rules.bytes, seen.file.count
    if span is None:
        return
    facts = {"bytes": kilobytes(count), **_bounds(span, kilobytes)}
    if span.most is not None and count > span.most:
        yield Finding("bytes", "fail", "bytes_large", facts)
    elif span.least is not None and count < span.least:
        yield Finding("bytes", "fail", "bytes_small", facts)
    else:
        yield Finding("bytes", "pass", "bytes_pass", facts)


def _bounds(span: Span, words: object) -> dict[str, str]:
    assert callable(words)  # noqa: S101  (for the type checker)
    pairs = (("least", span.least), ("good", span.good), ("most", span.most))
    return {name: words(value) for name, value in pairs if value is not None}


def _exact_size(seen: Evidence, rules: Rules) -> Iterator[Finding]:
    if rules.size:
        width, height = seen.photo.size
        wanted = f"{rules.size[0]} x {rules.size[1]}"
        facts = {"size": f"{width} x {height}", "wanted": wanted}
        yield _judged("size", (width, height) == rules.size, facts)


def _side(rule: str, length: int, span: Span | None) -> Iterator[Finding]:
    if span is None:
        return
    facts = {"length": str(length), **_bounds(span, "{:.0f}".format)}
    if span.least is not None and length < span.least:
        yield Finding(rule, "fail", f"{rule}_short", facts)
    elif span.most is not None and length > span.most:
        yield Finding(rule, "fail", f"{rule}_long", facts)
    elif span.good is not None and length < span.good:
        yield Finding(rule, "warn", f"{rule}_good", facts)
    else:
        yield Finding(rule, "pass", f"{rule}_pass", facts)


def _megapixels(count: float, rules: Rules) -> Iterator[Finding]:
    if rules.megapixels is not None:
        facts = {"count": f"{count:.1f}", "most": f"{rules.megapixels:g}"}
        yield _judged("megapixels", count <= rules.megapixels, facts)


def _ratio(width: int, height: int, rules: Rules) -> Iterator[Finding]:
    if rules.ratios:
        fits = any(abs(width * down / (height * across) - 1) <= _RATIO for across, down in rules.ratios)
        allowed = ", ".join(f"{across}:{down}" for across, down in rules.ratios)
        yield _judged("ratios", fits, {"size": f"{width} x {height}", "allowed": allowed})


def _colours(seen: Evidence) -> Finding:
    """A file without a profile is taken for sRGB, as browsers and market places do."""
    file, icc = seen.file, seen.photo.icc
    if file.mode == "CMYK":
        return Finding("colours", "fail", "colours_cmyk")
    if icc is not None and not colour.is_srgb(icc):
        return Finding("colours", "fail", "colours_other", {"profile": file.profile or "?"})
    if file.mode in ("L", "LA", "1", "I;16"):
        return Finding("colours", "warn", "colours_grey")
    return Finding("colours", "pass", "colours_pass")


def _opaque(seen: Evidence, rules: Rules) -> Iterator[Finding]:
    if rules.opaque:
        yield _judged("opaque", not seen.transparent, {})
