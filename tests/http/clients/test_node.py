"""Node.js clients from npm, unchanged, and the fetch that is built in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.http.clients.conftest import Way, ran
from tests.http.clients.pictures import is_cutout, look
from tests.websites import Website

pytestmark = pytest.mark.weights

Run = Callable[[str], Any]

REMOVE_BG = """
const fs = require("node:fs");
const client = require("remove.bg");
const apiKey = "INSERT_YOUR_API_KEY_HERE";
const base64 = name => fs.readFileSync(name).toString("base64");
const show = found => console.log(JSON.stringify(found));
"""


def test_remove_bg(node: Run, desk: Path, site: Website) -> None:
    told = node(f"""{REMOVE_BG}
const url = "http://127.0.0.1:{site.port}/chelsea.png";
(async () => show([
    await client.removeBackgroundFromImageFile(
        {{path: "large.jpg", apiKey, size: "full", outputFile: "file.png"}}),
    await client.removeBackgroundFromImageUrl(
        {{url, apiKey, size: "regular", type: "animal", crop: true, crop_margin: "5%",
          outputFile: "url.png"}}),
    await client.removeBackgroundFromImageBase64(
        {{base64img: base64("coffee.png"), apiKey, type: "product", bg_color: "81d4fa", add_shadow: true,
          scale: "80%", position: "center", roi: "0% 0% 100% 100%", outputFile: "b64.jpg"}}),
    await client.removeBackgroundFromImageBase64(
        {{base64img: base64("coffee.png"), apiKey, channels: "alpha"}}),
].map(found => ({{...found, base64img: found.base64img.length}}))))();
""")
    assert look(desk / "file.png") == ("PNG", "RGBA", (3000, 2000))
    assert is_cutout(desk / "url.png")
    assert look(desk / "b64.jpg") == ("JPEG", "RGB", (600, 400))
    sizes = [(int(found["resultWidth"]), int(found["resultHeight"])) for found in told]
    assert sizes == [(3000, 2000), look(desk / "url.png")[2], (600, 400), (600, 400)]
    assert [found["creditsCharged"] for found in told] == ["0"] * 4
    assert [found["detectedType"] for found in told[1:3]] == ["animal", "product"]
    assert all(found["base64img"] > 1000 for found in told)


def test_remove_bg_rejects_with_what_is_wrong(node: Run, site: Website) -> None:
    told = node(f"""{REMOVE_BG}
const failed = promise => promise.then(() => null, errors => errors[0].code);
const missing = "http://127.0.0.1:{site.port}/missing.png";
const base64img = base64("coffee.png");
Promise.all([
    failed(client.removeBackgroundFromImageFile({{path: "text.png", apiKey}})),
    failed(client.removeBackgroundFromImageUrl({{url: missing, apiKey}})),
    failed(client.removeBackgroundFromImageUrl({{url: "http://10.0.0.1/a.png", apiKey}})),
    failed(client.removeBackgroundFromImageBase64({{base64img: "", apiKey}})),
    failed(client.removeBackgroundFromImageBase64({{base64img, apiKey, size: "huge"}})),
    failed(client.removeBackgroundFromImageBase64({{base64img, apiKey, roi: "9px 9px 9999px 99px"}})),
]).then(show);
""")
    wrong = [
        "invalid_file_type",
        "failed_image_download",
        "failed_image_download",
        "missing_source",
        "invalid_size",
    ]
    assert told == [*wrong, "roi_exceeds_bounds"]


def test_the_built_in_fetch(node: Run, desk: Path) -> None:
    """As remove.bg's own pages show it: a part called "blob", of no kind."""
    told = node("""
const fs = require("node:fs");
(async () => {
    const form = new FormData();
    form.append("size", "auto");
    form.append("image_file", new Blob([fs.readFileSync("astronaut.png")]));
    const headers = {"X-Api-Key": "INSERT_YOUR_API_KEY_HERE"};
    const url = "https://api.remove.bg/v1.0/removebg";
    const answer = await fetch(url, {method: "POST", headers, body: form});
    fs.writeFileSync("no-bg.png", Buffer.from(await answer.arrayBuffer()));
    console.log(JSON.stringify([answer.status, answer.headers.get("x-type")]));
})();
""")
    assert told == [200, "person"]
    assert is_cutout(desk / "no-bg.png")


def test_removebg_wrapper_through_the_proxy(way: Way, node_folder: Path, desk: Path, site: Website) -> None:
    code = f"""
const client = require("removebg-wrapper");
client.rbFromImageFile("astronaut.png", "key");
client.rbFromImageUrl("http://127.0.0.1:{site.port}/chelsea.png", "key");
"""
    ran(["node", "-e", code], desk, way.environment(NODE_PATH=str(node_folder)))
    assert look(desk / "output.png") == ("PNG", "RGBA", (512, 512))
    assert look(desk / "output-2.png") == ("PNG", "RGBA", (451, 300))
