"""What is asked of packages agrees with what a Hugging Face Space installs beside it."""

from __future__ import annotations

from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).resolve().parents[2]


def asked() -> dict[str, Requirement]:
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    wanted = [Requirement(line.partition("#")[0]) for line in lines if not line.startswith("#")]
    return {one.name: one for one in wanted}


def of_a_space() -> list[Requirement]:
    """A Space installs ``gradio[oauth,mcp]`` in the same call as requirements.txt."""
    named = [Requirement(text) for text in requires("gradio") or ()]
    extras = [{"extra": name} for name in ("oauth", "mcp", "")]
    return [one for one in named if one.marker is None or any(map(one.marker.evaluate, extras))]


def meet(one: SpecifierSet, other: SpecifierSet) -> bool:
    """Whether a version that either names fits both."""
    both = one & other
    return not both or any(part.version in both for part in both)


@pytest.mark.parametrize("beside", of_a_space(), ids=str)
def test_a_space_finds_versions_that_fit(beside: Requirement) -> None:
    ours = asked().get(beside.name)
    assert ours is None or meet(ours.specifier, beside.specifier)


def test_what_does_not_meet_is_noticed() -> None:
    assert not meet(SpecifierSet(">=2.3,<3"), SpecifierSet(">=1.21,<2"))
