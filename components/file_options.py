"""What else can be chosen of the files that come out, folded away under the format."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from components import text
from components.controls import Fields
from pipelines.recipe import Output


@dataclass(frozen=True)
class FileOptions:
    """The options.

    Attributes:
        also: further formats; the files come as a ZIP then.
        content: ``picture``, ``matte``, or ``luma`` for video editors.
        quality: for WebP, AVIF and JPEG.
        max_kb: thousand bytes that a file may have; None for any.
        dpi: the resolution; None keeps the photo's.
        name: the pattern of the files' names.
        metadata: what is kept of the photo's.
        srgb: whether colours are converted to sRGB.
        lossless: WebP without loss.
        colors: of an 8-bit PNG.
        path: whether the outline goes along as a clipping path.
        embed: whether an SVG holds the photo.
    """

    also: gr.Dropdown
    content: gr.Radio
    quality: gr.Slider
    max_kb: gr.Number
    dpi: gr.Number
    name: gr.Textbox
    metadata: gr.Dropdown
    srgb: gr.Checkbox
    lossless: gr.Checkbox
    colors: gr.Slider
    path: gr.Checkbox
    embed: gr.Checkbox

    def inputs(self) -> list[Any]:
        """The components whose values it reads, in order."""
        numbers = [self.quality, self.max_kb, self.dpi]
        switches = [self.srgb, self.lossless, self.colors, self.path, self.embed]
        return [self.also, self.content, *numbers, self.name, self.metadata, *switches]

    def read(self, values: Sequence[Any]) -> Fields:
        """The fields of ``output`` that the inputs' values stand for, but for the format."""
        also, content, quality, max_kb, dpi, name, metadata, srgb, lossless, colors, path, embed = values
        return {
            "also": also or (),
            "alpha_only": content == "matte",
            "luma": content == "luma",
            "quality": quality,
            "max_kb": max_kb,
            "dpi": dpi,
            "name": name or Output().name,
            "metadata": metadata,
            "profile": "srgb" if srgb else "keep",
            "lossless": bool(lossless),
            "colors": colors,
            "clipping_path": bool(path),
            "embed_photo": bool(embed),
        }

    def show(self, output: Output) -> list[Any]:
        """A value for each input."""
        content = "luma" if output.luma else "matte" if output.alpha_only else "picture"
        switches = [output.profile == "srgb", output.lossless, output.colors]
        return [
            *(list(output.also), content, output.quality, output.max_kb, output.dpi, output.name),
            *(output.metadata, *switches, output.clipping_path, output.embed_photo),
        ]


def build_file_options() -> FileOptions:
    """Build the options, folded away."""
    words, plain = text.FILES, Output()
    with gr.Accordion(words["title"], open=False, elem_id="file-options"):
        also = gr.Dropdown(text.format_choices(), value=[], multiselect=True, label=words["also"])
        content = gr.Radio(
            text.CONTENTS.choices(), value="picture", label=words["content"], elem_classes="cw-choices"
        )
        quality = gr.Slider(1, 100, plain.quality, step=1, label=words["quality"])
        with gr.Row(elem_classes="cw-buttons cw-pair"):
            max_kb, dpi = (
                gr.Number(None, label=words[name], minimum=1, maximum=most, precision=digits, min_width=110)
                for name, most, digits in (("max_kb", 1_000_000, 0), ("dpi", 10_000, None))
            )
        name = gr.Textbox(plain.name, label=words["name"], info=words["name_hint"], max_lines=1)
        metadata = gr.Dropdown(text.METADATA.choices(), value="none", label=words["metadata"])
        srgb, lossless, path, embed = (
            gr.Checkbox(False, label=words[key], container=False)
            for key in ("srgb", "lossless", "path", "embed")
        )
        colors = gr.Slider(2, 256, plain.colors, step=1, label=words["colors"])
    return FileOptions(
        *(also, content, quality, max_kb, dpi, name, metadata), srgb, lossless, colors, path, embed
    )
