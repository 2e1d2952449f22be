"""Gradio mounted in an application, asked for a host file without our middleware in between.

Run as a program by ``test_mount.py``, in a process of its own: Gradio leaves event loops open.
Prints one JSON object: for each way of mounting, the answers.

    python -m tests.http.mounted HOST_FILE TEMPORARY_FOLDER
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import gradio as gr
from fastapi import FastAPI
from starlette.routing import Mount
from starlette.testclient import TestClient

from commands.serve import build_app
from pipelines.settings import load_settings


def reference(path: Path) -> dict[str, Any]:
    """What Gradio takes for an uploaded file."""
    return {"path": str(path), "url": None, "orig_name": "x.png", "meta": {"_type": "gradio.FileData"}}


def reader(*, launched: bool) -> Any:
    """A mounted page that hands back the content of whatever file it is given."""
    with gr.Blocks(analytics_enabled=False) as page:
        given, shown = gr.File(), gr.Textbox()
        gr.Button().click(lambda path: Path(path).read_text(), given, shown, api_name="read", queue=False)
    if launched:
        page.has_launched = True
    return gr.mount_gradio_app(FastAPI(), page, path="/")


def mounted(app: Any) -> Any:
    """What an application has mounted."""
    return next(route.app for route in app.routes if isinstance(route, Mount))


def studio() -> Any:
    """The studio's page as mounted, without what stands in front of it."""
    pages = mounted(build_app(load_settings(), []))
    return mounted(pages.build("en"))


def ask(app: Any, host_file: Path, *names: str) -> list[str]:
    """The answers of events that are given a file of the machine in every place."""
    with TestClient(app, raise_server_exceptions=False) as client:
        body = {"data": [reference(host_file)], "fn_index": None}
        return [client.post(f"/gradio_api/run/{name}", json=body).text for name in names]


def door(route: Any) -> str:
    """Where a route answers; of many that were included as one, what they begin with."""
    return str(route.original_router.prefix if hasattr(route, "original_router") else route.path)


def main(host_file: Path, folder: Path) -> None:
    """Print the answers, and what was copied where they should have been refused."""
    page = studio()
    answers: dict[str, Any] = {
        "studio": ask(page, host_file, *(fn.api_name for fn in page.get_blocks().fns.values())),
        "studio launched": page.get_blocks().has_launched,
        "launched": ask(reader(launched=True), host_file, "read"),
        "copies": [str(path) for path in folder.rglob(host_file.name)],
        "doors": sorted({door(route) for route in page.routes}),
        "not launched": ask(reader(launched=False), host_file, "read"),
    }
    print(json.dumps(answers))  # noqa: T201  (this is how it tells the test)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:3]))
