"""The door: ``python app.py`` opens the studio; other commands cut, list models, look after things."""

from __future__ import annotations

import os
from typing import Annotated

# Gradio and huggingface_hub read these when they are imported; nothing leaves the machine.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"

import typer

from commands import run
from commands.audit import audit
from commands.batch import batch
from commands.cut import cut
from commands.doctor import doctor
from commands.export import export
from commands.keys import keys_app
from commands.models import models_app
from commands.password import password
from commands.presets import check, presets
from commands.review import review

app = typer.Typer(
    name="cutaway",
    help="Takes backgrounds out of pictures, on your own machine.",
    no_args_is_help=False,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(cut)
app.command()(batch)
app.command()(audit)
app.command()(export)
app.command()(review)
app.command()(check)
app.command()(presets)
app.command()(doctor)
app.command()(password)
app.add_typer(models_app, name="models")
app.add_typer(keys_app, name="keys")


@app.callback(invoke_without_command=True)
def serve(
    context: typer.Context,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")
    ] = None,
    share: Annotated[
        bool, typer.Option("--share", help="Also open a public link through Gradio's tunnel.")
    ] = False,
    let_all_in: Annotated[
        bool, typer.Option("--open", help="Let everybody in who can reach it, without keys and login.")
    ] = False,
    mcp: Annotated[bool, typer.Option("--mcp", help="Also offer the cutout as a tool to AI agents.")] = False,
) -> None:
    """Open the studio (when no command is given)."""
    if context.invoked_subcommand is None:
        from commands.serve import serve as open_studio

        open_studio(host, port, share, let_all_in, mcp)


if __name__ == "__main__":
    run(app)
