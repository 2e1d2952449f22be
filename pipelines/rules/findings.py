"""What a check found: one finding for each rule, as codes and figures; sentences are in ``words.py``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Verdict = Literal["pass", "warn", "fail"]


@dataclass(frozen=True)
class Finding:
    """What was found about a rule.

    Attributes:
        rule: the rule's code: ``format``, ``background`` ...
        verdict: ``pass``; ``fail``; ``warn`` where advice is not followed, or nothing could be measured.
        word: names the sentence, see :mod:`pipelines.rules.words`.
        facts: what the sentence tells.
    """

    rule: str
    verdict: Verdict
    word: str
    facts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Report:
    """All that a check found.

    Attributes:
        preset: whose rules they are.
        findings: in a fixed order.
        estimated: whether the background had to be guessed from the picture itself, because no
            matte and no transparency tells it.
    """

    preset: str
    findings: tuple[Finding, ...]
    estimated: bool

    @property
    def verdict(self) -> Verdict:
        """The worst of all."""
        verdicts = {finding.verdict for finding in self.findings}
        return "fail" if "fail" in verdicts else "warn" if "warn" in verdicts else "pass"

    def of(self, verdict: Verdict) -> tuple[Finding, ...]:
        """The findings of one kind."""
        return tuple(finding for finding in self.findings if finding.verdict == verdict)


def percent(share: float) -> str:
    """A share in words: ``87 %``, ``99.97 %``; only what is whole is called 100 %."""
    shown = 100 * share
    for digits in (0, 1, 2, 3):
        text = f"{shown:.{digits}f}"
        if share in (0, 1) or (digits > 0 and float(text) not in (0, 100)) or 1 <= shown <= 99:
            return f"{text} %"
    return "99.999 %" if share > 0.5 else "0.001 %"


def kilobytes(count: float) -> str:
    """A number of bytes in words."""
    return f"{count / 1_000_000:.1f} MB" if count >= 1_000_000 else f"{count / 1000:.0f} kB"
