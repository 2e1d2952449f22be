"""One cutout for several presets: a version for each, and all of them as one ZIP with a report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from pipelines.errors import CutawayError
from pipelines.export.bundle import Packed, packed, stem_of, written, zipped
from pipelines.export.kinds import KINDS
from pipelines.presets import preset_named, versions
from pipelines.rules.checking import check_cutout
from pipelines.rules.findings import Report
from pipelines.rules.words import sentence, sentences

if TYPE_CHECKING:
    from pipelines.cutout import Cutout
    from pipelines.export.results import Facts

REPORT: Final = "report.txt"
"""The name of what tells, within the ZIP, how each version keeps its preset's rules."""


@dataclass(frozen=True)
class Version:
    """What was made for one of several presets.

    Attributes:
        preset: its name; None for the picture as it stands, without a preset.
        files: names of the files that were made; none where it failed.
        size: bytes of the first of them.
        report: what the check of the first found; None without a preset, or where it failed.
        error: why there is no file; None where there is one.
    """

    preset: str | None
    files: tuple[str, ...] = ()
    size: int = 0
    report: Report | None = None
    error: CutawayError | None = None


def delivered(cutout: Cutout, language: str = "en") -> tuple[Packed, tuple[Version, ...]]:
    """The file of a cutout with its Recipe's own output; with further presets, a ZIP of a version for each.

    A version that can't be made does not keep the others back: the report says why it is missing.

    Args:
        cutout: with the Recipe for what is made of it.
        language: of the report within the ZIP.
    Returns:
        The file, and what was made for each preset; the latter is empty where one file was asked for.
    Raises:
        UnknownPreset: there is no preset of a name.
        CutawayError: no version can be made; it is the first's reason.
    """
    output = cutout.recipe.output
    if not cutout.recipe.also_presets:
        return packed(cutout, output), ()
    several = _Several([], [])
    data = zipped(several.files(cutout, language))
    if not several.facts:
        raise next(version.error for version in several.made if version.error)
    plain = cutout.made_of(cutout.recipe.changed(preset=None, portrait=None))
    name, kind = f"{stem_of(plain, output)}.zip", KINDS["zip"].media_type
    return Packed(name, kind, data, tuple(several.facts), several.first), tuple(several.made)


@dataclass(eq=False)
class _Several:
    """Collects what is to be told of the files while a ZIP takes them in, one after the other."""

    made: list[Version]
    facts: list[Facts]
    first: bytes = b""

    def files(self, cutout: Cutout, language: str) -> Iterator[tuple[str, bytes]]:
        """The files of every version, and the report."""
        for one in each(cutout):
            yield from self._of(one)
        yield REPORT, told(self.made, language).encode()

    def _of(self, one: Cutout) -> Iterator[tuple[str, bytes]]:
        version = Version(one.recipe.preset)
        try:
            for name, export in written(one, one.recipe.output):
                data = export.data
                if not version.files:
                    version = replace(version, size=len(data), report=check_cutout(one, data))
                version = replace(version, files=(*version.files, name))
                self.first = self.first or data
                self.facts.append(export.facts)
                yield name, data
        except CutawayError as error:
            version = replace(version, error=error)
        self.made.append(version)


def each(cutout: Cutout) -> Iterator[Cutout]:
    """The same cutout as each of its presets wants it, the Recipe's own first; no network runs.

    Raises:
        UnknownPreset: there is no preset of a name.
    """
    for recipe in versions(cutout.recipe):
        yield cutout.made_of(recipe)


def told(made: list[Version], language: str = "en") -> str:
    """What was made for each preset and how it keeps the rules, as text.

    Args:
        made: in their order.
        language: a code of ``assets/i18n``.
    """
    return "\n\n".join("\n".join(_lines(version, language)) for version in made) + "\n"


def _lines(version: Version, language: str) -> Iterator[str]:
    words, rules = sentences(language, "presets"), sentences(language)
    title = preset_named(version.preset).titled(language) if version.preset else words["as_it_stands"]
    if version.error is not None:
        yield f"{title}: {words['not_made']}"
        yield f"  {version.error.message}"
        return
    report = version.report
    verdict = words[f"verdict_{report.verdict}"].format(count=len(report.of("fail"))) if report else ""
    yield f"{title}: {verdict}" if verdict else title
    yield from (f"  {name}" for name in version.files)
    for kind in ("fail", "warn", "pass"):
        for finding in report.of(kind) if report else ():
            yield f"  {words[kind]}: {sentence(finding, rules)}"
