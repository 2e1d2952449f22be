"""curl, as remove.bg's own pages show it."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.http.clients.conftest import Way, proxy, ran
from tests.http.clients.pictures import is_cutout, look, parts
from tests.websites import Website

pytestmark = [
    pytest.mark.weights,
    pytest.mark.skipif(shutil.which("curl") is None, reason="curl is missing: it was not tried"),
]

CURL = ["curl", "--silent", "--show-error", "-H", "X-API-Key: INSERT_YOUR_API_KEY_HERE"]
URL = "https://api.remove.bg/v1.0/removebg"


def curl(way: Way, folder: Path, *args: str, status: int = 0) -> str:
    return ran([*CURL, *args], folder, way.environment(), status).stdout


def test_a_file(way: Way, desk: Path) -> None:
    curl(way, desk, "-F", "image_file=@astronaut.png", "-F", "size=auto", "-f", URL, "-o", "no-bg.png")
    assert look(desk / "no-bg.png") == ("PNG", "RGBA", (512, 512))
    assert is_cutout(desk / "no-bg.png")


def test_an_address(way: Way, desk: Path, site: Website) -> None:
    picture = f"http://127.0.0.1:{site.port}/chelsea.png"
    curl(way, desk, "-F", f"image_url={picture}", "-F", "size=auto", "-f", URL, "-o", "no-bg.png")
    assert look(desk / "no-bg.png") == ("PNG", "RGBA", (451, 300))


def test_base64(way: Way, desk: Path) -> None:
    (desk / "b64.txt").write_bytes(base64.b64encode((desk / "coffee.png").read_bytes()))
    curl(
        way,
        desk,
        "--data-urlencode",
        "image_file_b64@b64.txt",
        "-d",
        "bg_color=81d4fa",
        "-f",
        URL,
        "-o",
        "a.jpg",
    )
    assert look(desk / "a.jpg") == ("JPEG", "RGB", (600, 400))


def test_a_body_of_json_and_an_answer_in_json(way: Way, desk: Path, site: Website) -> None:
    body = {"image_url": f"http://127.0.0.1:{site.port}/chelsea.png", "crop": True, "type": "animal"}
    kinds = ["-H", "Content-Type: application/json", "-H", "Accept: application/json"]
    told = json.loads(curl(way, desk, *kinds, "-d", json.dumps(body), "-f", URL))["data"]
    assert told.keys() >= {
        "result_b64",
        "foreground_top",
        "foreground_left",
        "foreground_width",
        "foreground_height",
    }
    size = (told["foreground_width"], told["foreground_height"])
    assert look(base64.b64decode(told["result_b64"])) == ("PNG", "RGBA", size)


def test_a_zip(way: Way, desk: Path) -> None:
    form = ["-F", "image_file=@astronaut.png", "-F", "format=zip", "-F", "size=full"]
    curl(way, desk, *form, "-f", URL, "-o", "no-bg.zip")
    found = parts(desk / "no-bg.zip")
    assert found == {"color.jpg": ("JPEG", "RGB", (512, 512)), "alpha.png": ("PNG", "L", (512, 512))}


@pytest.mark.parametrize(
    ("size", "pixels"),
    [("preview", (612, 408)), ("medium", (1500, 1000)), ("hd", (2449, 1633)), ("full", (3000, 2000))],
)
def test_sizes_of_a_large_photo(way: Way, desk: Path, size: str, pixels: tuple[int, int]) -> None:
    """Beyond a megabyte curl asks first whether it may send (``Expect: 100-continue``)."""
    assert (desk / "large.jpg").stat().st_size > 1_100_000
    form = ["-F", "image_file=@large.jpg", "-F", f"size={size}"]
    head = curl(
        way, desk, *form, "-f", URL, "-o", "no-bg.png", "--dump-header", "-", "-H", "Expect: 100-continue"
    )
    assert look(desk / "no-bg.png")[2] == pytest.approx(pixels, abs=1)
    headers = dict(line.lower().split(": ", 1) for line in head.splitlines() if ": " in line)
    assert (headers["x-max-width"], headers["x-max-height"]) == ("3000", "2000")
    assert headers["x-credits-charged"] == "0"


def test_errors(way: Way, desk: Path) -> None:
    said = curl(way, desk, "-F", "image_file=@text.png", URL, "--write-out", "\n%{http_code} %{content_type}")
    body, _, facts = said.rpartition("\n")
    assert facts.startswith("400 application/json")
    assert json.loads(body)["errors"][0]["code"] == "invalid_file_type"
    assert "400" in ran([*CURL, "-f", "-d", "size=auto", URL], desk, way.environment(), 22).stderr


@pytest.mark.parametrize(
    "url",
    ["https://example.com/", "https://api.remove.bg:8443/", "http://api.remove.bg/", "https://127.0.0.1/"],
)
def test_nobody_else_is_led_anywhere(way: Way, desk: Path, url: str) -> None:
    command = [*CURL, "--proxy", way.exports["HTTPS_PROXY"], "-f", url]
    done = subprocess.run(
        command, cwd=desk, env=way.environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode in (22, 56)  # curls differ in what they call it
    assert "403" in done.stderr


def test_with_a_line_in_the_hosts_file(way: Way, desk: Path) -> None:
    """``--connect-to`` does for one call what the hosts file does for all."""
    env = way.environment(proxy=False)
    there = ["--connect-to", f"api.remove.bg:443:{way.at}"]
    ran([*CURL, *there, "-F", "image_file=@astronaut.png", "-f", URL, "-o", "no-bg.png"], desk, env)
    assert is_cutout(desk / "no-bg.png")
    account = ran([*CURL, *there, "-f", "https://api.remove.bg/v1.0/account"], desk, env).stdout
    assert json.loads(account)["data"]["attributes"]["credits"]["total"] > 0


def test_with_another_address(studio: str, way: Way, desk: Path) -> None:
    env = way.environment(proxy=False)
    form = ["-F", "image_file=@astronaut.png", "-f", f"{studio}/v1.0/removebg", "-o", "no-bg.png"]
    ran([*CURL, *form], desk, env)
    assert is_cutout(desk / "no-bg.png")


def test_five_at_a_time(way: Way, desk: Path) -> None:
    """As many as remove.bg's own command line sends."""

    def one(number: int) -> bool:
        curl(way, desk, "-F", "image_file=@chelsea.png", "-f", URL, "-o", f"{number}.png")
        return is_cutout(desk / f"{number}.png")

    with ThreadPoolExecutor(5) as pool:
        assert all(pool.map(one, range(10)))


def test_the_authority_stays_the_same(studio: str, way: Way, desk: Path) -> None:
    folder = Path(way.exports["SSL_CERT_FILE"]).parent
    assert (folder / "ca-key.pem").stat().st_mode & 0o077 == 0
    with proxy(studio, folder) as other:
        env = other.environment()
        assert ran([*CURL, "-f", "https://api.remove.bg/v1.0/account"], desk, env).stdout


def test_without_the_authority_nobody_is_trusted(way: Way, desk: Path) -> None:
    env = way.environment(CURL_CA_BUNDLE="", SSL_CERT_FILE="")
    done = subprocess.run([*CURL, URL], cwd=desk, env=env, capture_output=True, check=False)
    assert done.returncode == 60  # a certificate that can't be verified
