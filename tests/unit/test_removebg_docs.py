"""The page about remove.bg's API tells all of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.settings import Settings
from server.removebg.kinds import KINDS
from server.removebg.problems import TITLES
from server.removebg.wish import SIZES

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "removebg-api.md").read_text(encoding="utf-8")
FIELDS = (
    *("image_file", "image_file_b64", "image_url", "size", "type", "type_level", "format", "roi", "crop"),
    *("crop_margin", "scale", "position", "channels", "add_shadow", "shadow_type", "shadow_opacity"),
    *("semitransparency", "bg_color", "bg_image_url", "bg_image_file", "shadow_method"),
)
SETTINGS = [f"CUTAWAY_{name.upper()}" for name in Settings.model_fields if name.startswith("removebg_")]


@pytest.mark.parametrize("name", [*FIELDS, *TITLES, *SETTINGS, *(size for size in SIZES if size != "50mp")])
def test_names(name: str) -> None:
    assert f"`{name}`" in PAGE


def test_kinds() -> None:
    assert len(KINDS) == 7
    assert "`50MP`" in PAGE
