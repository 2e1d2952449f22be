"""All of the page's panels together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from components.backdrop_panel import BackdropPanel
from components.batch_photo_panel import BatchPhotoPanel
from components.compare_panel import ComparePanel
from components.controls import Controls, Fields, read_all
from components.download_panel import DownloadPanel
from components.edges_panel import EdgesPanel
from components.framing_panel import FramingPanel
from components.light_panel import LightPanel
from components.model_panel import ModelPanel
from components.presets_panel import PresetsPanel
from components.share_panel import SharePanel
from components.stage_panel import StagePanel
from components.touch_up_panel import TouchUpPanel
from components.visit_panel import VisitPanel
from pipelines.recipe import Recipe


@dataclass(frozen=True)
class Panels:
    """The panels, and the banner for what is missing."""

    stage: StagePanel
    visit: VisitPanel
    model: ModelPanel
    backdrop: BackdropPanel
    edges: EdgesPanel
    touch_up: TouchUpPanel
    framing: FramingPanel
    light: LightPanel
    presets: PresetsPanel
    download: DownloadPanel
    compare: ComparePanel
    share: SharePanel
    batch_photo: BatchPhotoPanel
    banner: gr.HTML
    again: gr.Button

    def controls(self) -> tuple[Controls, ...]:
        """The panels that stand for the Recipe."""
        made = (self.model, self.backdrop, self.edges, self.touch_up)
        return (*made, self.framing, self.light, self.presets, self.download)

    def inputs(self) -> list[Any]:
        """The photo in work, and every input that stands for a part of the Recipe."""
        return [self.stage.photo, *(one for panel in self.controls() for one in panel.inputs())]

    def show(self, recipe: Recipe) -> list[Any]:
        """A value for each input that stands for a part of the Recipe."""
        return [value for panel in self.controls() for value in panel.show(recipe)]

    def read(self, values: Sequence[Any]) -> tuple[str, Fields]:
        """The values of :meth:`inputs` as a photo's id and a Recipe's fields."""
        photo, *rest = values
        return str(photo or ""), read_all(self.controls(), rest)
