"""What is worth knowing of a file that was made, in words."""

from __future__ import annotations

from pipelines.export.results import Export


def remark(name: str, export: Export) -> str:
    """A line about a file that lost something on its way; empty for others.

    Args:
        name: of the file.
        export: the file.
    """
    facts = export.facts
    kb = f"{len(export.data) / 1000:.0f} kB"
    if facts.error is not None:
        return f"{name}: {kb}, {facts.colors} colours, mean error {facts.error:.1f} of 255"
    if facts.quality is not None:
        return f"{name}: {kb}, quality {facts.quality}"
    return ""
