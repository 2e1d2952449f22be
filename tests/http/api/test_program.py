"""The API within the real program, with real networks, and the examples of its page in the docs."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from PIL import Image

from server.areas import area_of
from tests.http.conftest import MAX_BYTES
from tests.http.visitor import refusal
from tests.running import ROOT, environment, run_app

pytestmark = pytest.mark.weights

PAGES = {
    name: (ROOT / "docs" / name).read_text(encoding="utf-8").partition("\n## Webhooks\n")[0]
    for name in ("api.md", "jobs.md")
}
"""Without the receiver of webhooks, which :mod:`tests.unit.test_webhooks` runs."""

EXAMPLES = [
    (page, language, text)
    for page, whole in PAGES.items()
    for language, text in re.findall(r"```(bash|python|js)\n(.*?)```", whole, re.DOTALL)
]
EXPECTED = [
    *({"cutout.png"}, {"product.jpg"}, {"at-the-beach.png", "facts.json"}),
    *({"white.jpg", "listing.jpg"}, {"paper.png"}),
    {"photo.webp"},
    *({"shoes.zip", "shoes.csv"}, {"job.json"}, {"accepted.zip"}),
]
"""Files that each example leaves."""

ACCEPTED = ["print/photo.png", "print/shoes/beach.png", "shop/photo.jpg", "shop/shoes/beach.jpg"]
TOLD: dict[str, Callable[[bytes], bool]] = {
    "facts.json": lambda data: json.loads(data)["check"]["preset"] == "amazon-main",
    "job.json": lambda data: (json.loads(data)["state"], json.loads(data)["total"]) == ("open", 2),
    "shoes.csv": lambda data: data.decode("utf-8-sig").count("done") == 2,
    "shoes.zip": lambda data: names_in(data) == ["beach.jpg", "photo.jpg"],
    "accepted.zip": lambda data: names_in(data) == ACCEPTED,
}
"""Whether what is no picture is what was asked for."""

RECIPE = {
    "model": "fast",
    "background": {"kind": "image", "source": "beach.jpg"},
    "framing": {"crop": "subject", "margin": "6%"},
    "shadows": [{"kind": "drop"}],
    "edges": {"feather": 1},
}


def names_in(data: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return sorted(archive.namelist())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    from pipelines.samples import sample_path

    (tmp_path / "shoot" / "shoes").mkdir(parents=True)
    for sample, name in (("coffee", "photo.jpg"), ("rocket", "beach.jpg")):
        shutil.copy(sample_path(sample), tmp_path / name)
        small = tmp_path / "shoot" / ("shoes" if name == "beach.jpg" else ".") / name
        with Image.open(tmp_path / name) as picture:
            picture.resize((240, 160)).save(small)
    shutil.make_archive(str(tmp_path / "shoot"), "zip", tmp_path / "shoot")
    return tmp_path


def test_the_same_as_the_command_line(client: httpx.Client, folder: Path) -> None:
    recipe = json.dumps(RECIPE)
    files = {name: (folder / f"{name}.jpg").read_bytes() for name in ("photo", "beach")}
    parts: dict[str, Any] = {
        "photo": ("photo.jpg", files["photo"]),
        "beach.jpg": files["beach"],
        "recipe": (None, recipe),
    }
    answer = client.post("/api/v1/cutouts", files=parts)
    assert answer.status_code == 200, answer.text

    (folder / "recipe.json").write_text(recipe.replace("beach.jpg", str(folder / "beach.jpg")))
    made = run_app("cut", str(folder / "photo.jpg"), "--recipe", str(folder / "recipe.json"), "-o", "-")
    assert made.returncode == 0, made.stderr
    ours, theirs = (np.asarray(Image.open(io.BytesIO(data))) for data in (answer.content, made.stdout))
    assert ours.shape == theirs.shape
    assert (ours == theirs).all()
    assert answer.headers["x-model"].startswith('u2netp;sha256="309c8469')
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("number", range(len(EXPECTED)))
def test_examples_of_the_docs(address: str, folder: Path, number: int) -> None:
    _, language, text = EXAMPLES[number]
    if language == "js" and shutil.which("node") is None:
        pytest.skip("node is missing, which `make test` installs: the JavaScript example was not tried")
    text = text.replace("http://127.0.0.1:7860", address)
    (folder / "example.mjs").write_text(text)
    command = {
        "bash": ["bash", "-e", "-c", text],
        "python": [sys.executable, "-c", text],
        "js": ["node", "example.mjs"],
    }[language]
    environ = {name: value for name, value in environment().items() if not name.lower().endswith("_proxy")}
    environ["PYTHONPATH"] = str(ROOT / "clients" / "python")
    done = subprocess.run(
        command, cwd=folder, env=environ, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr + done.stdout
    made = {path.name for path in folder.iterdir()}
    assert EXPECTED[number] <= made
    for name in EXPECTED[number]:
        if name in TOLD:
            assert TOLD[name]((folder / name).read_bytes()), name
        else:
            with Image.open(folder / name) as picture:
                picture.load()
                assert picture.size >= (100, 100)


def test_every_example_is_run() -> None:
    assert len(EXAMPLES) == len(EXPECTED)
    assert sum(page.count("```") for page in PAGES.values()) == 2 * len(EXAMPLES)


def test_limits_hold(client: httpx.Client) -> None:
    limits = client.get("/api/v1/limits").json()
    assert limits["photo_bytes"] == MAX_BYTES
    answer = client.post("/api/v1/cutouts", files={"photo": b"x" * (MAX_BYTES + 1)})
    assert refusal(answer) == (413, "image_too_large")
    answer = client.post("/api/v1/cutouts", content=b"x" * (limits["body_bytes"] + 1))
    assert refusal(answer) == (413, "body_too_large")
    assert refusal(client.post("/api/v1/models", content=b"x" * 1_000_001)) == (413, "body_too_large")


def test_another_sites_page(client: httpx.Client) -> None:
    answer = client.post("/api/v1/cutouts", headers={"Origin": "http://evil.example"})
    assert refusal(answer) == (403, "foreign_origin")


def test_a_visitors_files_are_not_the_apis_to_list(client: httpx.Client) -> None:
    for path in ("/api/v1/files", "/api/v1/files/", "/api/v1/cutouts/", "/api/", "/api"):
        assert refusal(client.get(path))[0] in (404, 405)


def test_the_framework_tells_errors_in_our_way(client: httpx.Client) -> None:
    assert refusal(client.get("/api/v1/cutouts")) == (405, "method_not_allowed")
    assert refusal(client.get("/api/v1/nowhere")) == (404, "not_found")


@pytest.mark.parametrize(
    ("path", "area"),
    [
        ("/api/v1/cutouts", "api"),
        ("/api/v1/files/x", "api"),
        ("/api/v1/limits", "api"),
        ("/api/v1/docs", "public"),
        ("/api/v1/openapi.json", "public"),
        ("/api/v1/docs/x", "api"),
        ("/mcp", "api"),
    ],
)
def test_what_needs_a_key(path: str, area: str) -> None:
    assert area_of({"path": path}) == area


@pytest.mark.parametrize("language", ["", "/de", "/es", "/fr"])
def test_gradio_offers_no_endpoints(client: httpx.Client, language: str) -> None:
    told = client.get(f"{language}/gradio_api/info", follow_redirects=True).json()
    assert told == {"named_endpoints": {}, "unnamed_endpoints": {}}
    config = client.get(f"{language}/config", follow_redirects=True).json()
    assert {event["api_visibility"] for event in config["dependencies"]} == {"private"}
