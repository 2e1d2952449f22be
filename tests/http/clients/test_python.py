"""Python clients from PyPI, unchanged."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.http.clients.conftest import Way, proxy, ran
from tests.http.clients.pictures import is_cutout, look, parts
from tests.running import run_app, serving
from tests.websites import Website

pytestmark = pytest.mark.weights

Run = Callable[[str], Any]

REMOVEBG = """
import base64, requests
from removebg import RemoveBg
client = RemoveBg("INSERT_YOUR_API_KEY_HERE", "error.log")
"""


def test_removebg(python: Run, desk: Path, site: Website) -> None:
    python(f"""{REMOVEBG}
client.remove_background_from_img_file("astronaut.png")
client.remove_background_from_img_file("large.jpg", size="hd")
client.remove_background_from_img_url("http://127.0.0.1:{site.port}/chelsea.png", new_file_name="url.png")
text = base64.b64encode(open("coffee.png", "rb").read()).decode()
client.remove_background_from_base64_img(text, new_file_name="b64.png", size="4k", bg_color="white")
print("null")
""")
    assert look(desk / "astronaut.png_no_bg.png") == ("PNG", "RGBA", (500, 500))
    assert look(desk / "large.jpg_no_bg.png")[2] == pytest.approx((2449, 1633), abs=1)
    assert is_cutout(desk / "url.png")
    assert look(desk / "b64.png") == ("JPEG", "RGB", (600, 400))  # nothing of it can be seen through


def test_removebg_is_told_what_is_wrong(python: Run, site: Website) -> None:
    told = python(f"""{REMOVEBG}
def failed(call, *args, **named):
    try:
        call(*args, **named)
    except requests.HTTPError as error:
        return error.response.status_code, error.response.json()["errors"][0]["code"]
print(json.dumps([
    failed(client.remove_background_from_img_file, "text.png"),
    failed(client.remove_background_from_img_file, "coffee.png", size="huge"),
    failed(client.remove_background_from_img_file, "coffee.png", bg_color="nocolour"),
    failed(client.remove_background_from_base64_img, ""),
    failed(client.remove_background_from_img_url, "http://127.0.0.1:{site.port}/missing.png"),
    failed(client.remove_background_from_img_url, "http://169.254.169.254/latest/meta-data"),
    failed(client.remove_background_from_img_url, "not an address"),
]))
""")
    codes = [
        "invalid_file_type",
        "invalid_size",
        "invalid_bg_color",
        "missing_source",
        "failed_image_download",
    ]
    assert told[:5] == [[400, code] for code in codes]
    assert told[5] in ([400, "failed_image_download"], [400, "invalid_image_url"])
    assert told[6] == [400, "invalid_image_url"]


REMOVE_BG_API = """
import base64
from remove_bg_api import RemoveBg
from remove_bg_api import Errors
client = RemoveBg("INSERT_YOUR_API_KEY_HERE")
"""


def test_remove_bg_api(python: Run, desk: Path, site: Website) -> None:
    told = python(f"""{REMOVE_BG_API}
before = client.account.balance()
open("bytes.png", "wb").write(client.remove_bg_bytes(open("astronaut.png", "rb").read()))
client.remove_bg_file("large.jpg", out_path="file.png", raw=False, size="full")
client.remove_bg_file("coffee.png", out_path="own.webp", raw=False, data={{"format": "webp", "size": "auto"}})
client.remove_bg_url("http://127.0.0.1:{site.port}/chelsea.png", out_path="url.png", raw=False)
text = base64.b64encode(open("coffee.png", "rb").read()).decode()
client.remove_bg_base64(text, out_path="b64.png", raw=False)
try:
    client.remove_bg_bytes(b"no picture")
except Errors.ApiErrorCode400 as error:
    failure = str(error)
print(json.dumps([before, client.account.balance(), client.account.free_api_calls(), failure]))
""")
    assert told[0] == told[1] > 0  # nothing is charged
    assert told[2] > 0
    assert told[3].startswith("API Error")
    assert look(desk / "bytes.png") == ("PNG", "RGBA", (500, 500))
    assert look(desk / "file.png") == ("PNG", "RGBA", (3000, 2000))
    assert look(desk / "own.webp") == ("WEBP", "RGBA", (600, 400))
    assert all(is_cutout(desk / name) for name in ("bytes.png", "url.png"))
    assert look(desk / "b64.png")[2] == (600, 400)


def test_a_key_is_demanded(python_folder: Path, tmp_path: Path) -> None:
    """As the docs have it: a name that is allowed, and a key in place of remove.bg's."""
    settings = {"CUTAWAY_CONFIG": str(tmp_path / "config"), "CUTAWAY_ALLOWED_HOSTS": "api.remove.bg"}
    made = json.loads(run_app("keys", "add", "shop", "--json", data=b"", **settings).stdout)
    code = """
import sys
from remove_bg_api import Errors, RemoveBg
assert RemoveBg(sys.argv[1]).account.balance() > 0
for wrong in ("wrong", "", sys.argv[1][:-1]):
    try:
        RemoveBg(wrong)
    except Errors.ApiErrorCode403:
        continue
    sys.exit(1)
"""
    with serving(TMPDIR=str(tmp_path), **settings) as address, proxy(address, tmp_path / "proxy") as way:
        ran(
            [sys.executable, "-c", code, made["key"]],
            tmp_path,
            way.environment(PYTHONPATH=str(python_folder)),
        )


def test_rembgpy(python: Run, desk: Path, site: Website) -> None:
    python(f"""
import base64
from rembgpy import RemBg
client = RemBg("INSERT_YOUR_API_KEY_HERE", "error.log")
url = "http://127.0.0.1:{site.port}/astronaut.png"
client.remove_img(url, size="full", crop="10px", nfn="crop.png")
client.remove_img(url, bg_type="url", bg="http://127.0.0.1:{site.port}/coffee.png", nfn="coffee.jpg")
text = base64.b64encode(open("coffee.png", "rb").read()).decode()
client.remove_b64(text, format="zip", nfn="b64.zip", type="product", shadow=True)
client.remove_b64(text, channels="alpha", nfn="alpha.png", semitransparency=False)
client.remove_b64(text, scale="50%", position="25% 75%", nfn="placed.png", bg_type="color", bg="ff000080")
print("null")
""")
    kind, mode, (width, height) = look(desk / "crop.png")
    assert (kind, mode) == ("PNG", "RGBA")
    assert 400 < width < 540
    assert 400 < height < 540
    assert look(desk / "coffee.jpg") == ("JPEG", "RGB", (500, 500))
    assert parts(desk / "b64.zip").keys() == {"color.jpg", "alpha.png"}
    assert look(desk / "alpha.png") == ("PNG", "L", (600, 400))
    assert look(desk / "placed.png") == ("PNG", "RGBA", (600, 400))


@pytest.fixture
def cli(way: Way, python_folder: Path, desk: Path) -> Callable[..., str]:
    """``removebg``, the command line of ``removebg-cli``."""
    env = way.environment(
        PYTHONPATH=str(python_folder), REMOVE_BG_API_KEY="key", PYTHONUTF8="1", COLUMNS="200"
    )

    def run(*args: str, status: int = 0) -> str:
        return ran([sys.executable, "-m", "removebg_cli", *args], desk, env, status).stdout

    return run


def test_removebg_cli(cli: Callable[..., str], desk: Path, site: Website) -> None:
    assert "0 credits" in cli("astronaut.png", "-s", "full", "-o", "full.png")
    assert is_cutout(desk / "full.png")
    cli("astronaut.png", "-f", "zip", "-s", "50MP", "-o", "out/all.zip")
    assert parts(desk / "out" / "all.zip")["alpha.png"] == ("PNG", "L", (512, 512))
    cli("coffee.png", "-f", "webp", "-b", "white", "-c", "--shadow", "-o", "shop.webp")
    assert look(desk / "shop.webp")[0] == "WEBP"
    cli(f"http://127.0.0.1:{site.port}/chelsea.png", "-f", "jpg")
    assert look(desk / "chelsea-nobg.jpg") == ("JPEG", "RGB", (451, 300))


def test_removebg_cli_is_told_what_is_wrong(cli: Callable[..., str], site: Website) -> None:
    assert "[400]: Invalid file type" in cli("text.png", status=1)
    assert "[400]: Invalid bg_color" in cli("coffee.png", "-b", "nocolour", status=1)
    missing = cli(f"http://127.0.0.1:{site.port}/missing.png", status=1)
    assert "[400]: Failed to download image from given image_url" in missing


def test_removebg_cli_reads_the_account(cli: Callable[..., str]) -> None:
    assert "API Key" not in cli("--account")


CONSTANTS = {
    "removebg.removebg": "API_ENDPOINT = base + '/v1.0/removebg'",
    "remove_bg_api": "API_URL = base + '/v1.0'",
    "rembgpy.bg": "base_url = base + '/v1.0/removebg'",
    "removebg_cli": "API_URL = base + '/v1.0/removebg'",
}


def test_the_constants_that_the_docs_name(python: Run, desk: Path, studio: str) -> None:
    """One line in one's own program, and neither proxy nor certificate."""
    changed = "\n".join(f"import {module}; {module}.{line}" for module, line in CONSTANTS.items())
    python(f"""
import os, sys
for name in ("HTTPS_PROXY", "REQUESTS_CA_BUNDLE"):
    del os.environ[name]
base = {studio!r}
{changed}
removebg.RemoveBg("key", "error.log").remove_background_from_img_file("chelsea.png")
remove_bg_api.RemoveBg("key").remove_bg_file("chelsea.png", out_path="api.png", raw=False)
text = __import__("base64").b64encode(open("chelsea.png", "rb").read()).decode()
rembgpy.bg.RemBg("key", "error.log").remove_b64(text, nfn="py.png")
removebg_cli.console.file = sys.stderr
removebg_cli.remove_bg("key", "chelsea.png", "cli.png")
print("null")
""")
    assert all(is_cutout(desk / name) for name in ("chelsea.png_no_bg.png", "api.png", "py.png", "cli.png"))
