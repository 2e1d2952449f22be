"""What holds without our middleware: Gradio itself must refuse host files where the studio is mounted."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.http.test_host_files import SECRET
from tests.running import ROOT, environment


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What each way of mounting answers to who asks for a file of the machine."""
    folder = tmp_path_factory.mktemp("mounted")
    host_file = tmp_path_factory.mktemp("host") / "canary.txt"
    host_file.write_bytes(SECRET)
    ran = subprocess.run(
        [sys.executable, "-m", "tests.http.mounted", str(host_file), str(folder)],
        capture_output=True,
        check=True,
        cwd=ROOT,
        env=environment(TMPDIR=str(folder), GRADIO_TEMP_DIR=str(folder / "gradio")),
        timeout=120,
    )
    return dict(json.loads(ran.stdout.splitlines()[-1]))


def test_pages_that_believe_they_were_launched_read_no_host_file(answers: dict[str, Any]) -> None:
    assert len(answers["launched"]) == 1
    assert SECRET.decode() not in answers["launched"][0]


def test_others_do(answers: dict[str, Any]) -> None:
    """Why ``create_app`` has that line; should this fail, Gradio has closed the hole itself."""
    assert SECRET.decode() in answers["not launched"][0]


def test_no_event_of_the_studio_reads_one(answers: dict[str, Any]) -> None:
    assert answers["studio launched"] is True
    assert len(answers["studio"]) > 10
    assert [answer for answer in answers["studio"] if SECRET.decode() in answer] == []


def test_nothing_was_copied(answers: dict[str, Any]) -> None:
    assert answers["copies"] == []


DOORS = """
/ /assets/{path:path} /config /config/ /favicon.ico /gradio_api /gradio_api/deep_link /login /login/ /logout
/manifest.json /monitoring /monitoring/summary /monitoring/{key} /openapi.json /pwa_icon /pwa_icon/{size}
/robots.txt /static/{path:path} /svelte/{path:path} /theme.css
"""
"""Where Gradio answers. Behind /gradio_api only what we open is; a new one beside it must be looked at."""


def test_every_door_of_gradio_is_known(answers: dict[str, Any]) -> None:
    assert set(answers["doors"]) <= set(DOORS.split())
    assert "/gradio_api" in answers["doors"]
