"""The look: our own theme, light and dark, one accent colour, no outside fonts."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import gradio as gr

from components.text import ASSETS

CSS_FILES: Final[list[str | Path]] = sorted((ASSETS / "studio").glob("*.css"))

_FONT: Final = ["ui-sans-serif", "system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif"]
_MONO: Final = ["ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace"]

ACCENT: Final = gr.themes.Color(
    name="cutaway",
    c50="#ecfbf6",
    c100="#d0f5e8",
    c200="#a3ead3",
    c300="#6cd8b8",
    c400="#37c09b",
    c500="#149c7a",
    c600="#0b7a5f",
    c700="#0a624e",
    c800="#0b4e40",
    c900="#0a4036",
    c950="#04251f",
)


def build_theme() -> gr.themes.Base:
    """Gradio's plainest theme in our colours and spacing."""
    theme = gr.themes.Base(
        primary_hue=ACCENT,
        secondary_hue=ACCENT,
        neutral_hue=gr.themes.colors.stone,
        font=_FONT,
        font_mono=_MONO,
        radius_size=gr.themes.sizes.radius_lg,
        spacing_size=gr.themes.sizes.spacing_lg,
    )
    return theme.set(
        body_background_fill="*neutral_50",
        body_background_fill_dark="*neutral_950",
        body_text_color_subdued="*neutral_600",
        body_text_color_subdued_dark="*neutral_400",
        button_primary_background_fill="*primary_600",
        button_primary_background_fill_hover="*primary_700",
        button_primary_background_fill_dark="*primary_400",
        button_primary_background_fill_hover_dark="*primary_300",
        button_primary_text_color="white",
        button_primary_text_color_dark="*neutral_950",
        block_border_width="0px",
        block_background_fill="transparent",
        block_background_fill_dark="transparent",
        block_shadow="none",
        block_padding="0px",
        panel_background_fill="transparent",
    )
