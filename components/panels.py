"""All of the page's panels together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

from components.backdrop_panel import BackdropPanel
from components.download_panel import DownloadPanel
from components.edges_panel import EdgesPanel
from components.model_panel import ModelPanel
from components.stage_panel import StagePanel


@dataclass(frozen=True)
class Panels:
    """The panels, and the banner for what is missing."""

    stage: StagePanel
    model: ModelPanel
    backdrop: BackdropPanel
    edges: EdgesPanel
    download: DownloadPanel
    banner: gr.HTML
    again: gr.Button

    def controls(self) -> list[Any]:
        """The inputs that :func:`components.wiring.read_controls` reads, in its order."""
        model = self.model
        return [
            self.stage.photo,
            model.choice,
            model.other,
            model.consent,
            self.backdrop.backdrop,
            self.download.format,
            *self.edges.values(),
            self.edges.marks,
        ]
