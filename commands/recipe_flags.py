"""Every flag that says something in a Recipe, for the commands that make one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import typer

from commands.backdrop_flags import BackdropFlags
from commands.edge_flags import EdgeFlags
from commands.framing_flags import FramingFlags
from commands.light_flags import LightFlags
from commands.output_flags import OutputFlags
from commands.stroke_flags import Strokes, strokes_of

Model = Annotated[str | None, typer.Option(help="auto, u2netp, modnet, ..., or your own .onnx file.")]
InputSize = Annotated[int | None, typer.Option(help="Input side of your own .onnx file.")]
Consent = Annotated[
    bool, typer.Option("--accept-noncommercial", help="Use a model that may not be used commercially.")
]


@dataclass(frozen=True, kw_only=True)
class RecipeFlags:
    """The flags; those not given are None, or False."""

    model: Model = None
    input_size: InputSize = None
    backdrop: BackdropFlags
    edges: EdgeFlags
    strokes: Strokes = None
    framing: FramingFlags
    light: LightFlags
    output: OutputFlags
    accept_noncommercial: Consent = False

    def wishes(self, target: str | None) -> dict[str, Any]:
        """Fields of a Recipe by name; None for those that no flag asks for.

        Args:
            target: the file that is written; its ending says a format where no flag does. None for several.
        Raises:
            RecipeError: a flag can't be read.
        """
        return {
            "model": self.model,
            "input_size": self.input_size,
            "noncommercial": self.accept_noncommercial or None,
            "background": self.backdrop.wish(),
            "strokes": strokes_of(self.strokes),
            "framing": self.framing.wishes(),
            "output": self.output.wishes(target),
            **self.edges.wishes(),
            **self.light.wishes(),
        }
