"""The cutout as a tool, asked for by a real client of the protocol, over HTTP."""

from __future__ import annotations

import asyncio
import base64
import io
import json
from collections.abc import Iterator
from typing import Any

import httpx
import numpy as np
import pytest
from mcp import Client
from PIL import Image

from tests.http.knowing import box_of
from tests.running import in_a_loop, serving
from tests.scenes import Scene, overlap

pytestmark = pytest.mark.weights


@pytest.fixture(scope="module")
def agents_address() -> Iterator[str]:
    with serving("--mcp") as address:
        yield address


def call(address: str, tool: str = "remove_background", **arguments: Any) -> Any:
    async def ask() -> Any:
        async with Client(f"{address}/mcp") as client:
            return await client.call_tool(tool, arguments)

    return in_a_loop(ask())


def test_nobody_waits_for_what_never_comes(agents_address: str) -> None:
    answer = httpx.get(f"{agents_address}/mcp", headers={"Accept": "text/event-stream"})
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")


def test_the_tool_is_listed(agents_address: str) -> None:
    async def ask() -> Any:
        async with Client(f"{agents_address}/mcp") as client:
            return await client.list_tools()

    (tool,) = in_a_loop(ask()).tools
    assert tool.name == "remove_background"
    assert tool.input_schema["properties"].keys() == {
        *("photo_url", "photo_base64", "background", "preset", "recipe")
    }
    assert all(field["description"] for field in tool.input_schema["properties"].values())


def test_a_photo_is_cut_out(agents_address: str, png: bytes, scene: Scene) -> None:
    result = call(agents_address, photo_base64=base64.b64encode(png).decode(), recipe={"model": "fast"})
    assert not result.is_error
    text, picture, link = result.content
    facts = json.loads(text.text)
    assert facts["models"][0]["name"] == "u2netp"
    shown = Image.open(io.BytesIO(base64.b64decode(picture.data)))
    assert (shown.format, shown.mode) == ("PNG", "RGBA")
    assert box_of(np.asarray(shown)).longer > 200
    assert link.uri == facts["links"]["result"]
    assert link.uri.startswith(f"{agents_address}/api/v1/files/")
    whole = Image.open(io.BytesIO(httpx.get(link.uri, trust_env=False).content))
    assert whole.size == (640, 480)
    assert overlap(np.asarray(whole.getchannel("A")), scene.matte) > 0.95


def test_on_a_background(agents_address: str, png: bytes) -> None:
    photo = "data:image/png;base64," + base64.b64encode(png).decode()
    result = call(agents_address, photo_base64=photo, background="white", recipe={"model": "fast"})
    shown = Image.open(io.BytesIO(base64.b64decode(result.content[1].data)))
    assert (shown.mode, shown.getpixel((3, 3))) == ("RGB", (255, 255, 255))


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({}, "missing_photo"),
        ({"photo_base64": "!"}, "invalid_input"),
        ({"photo_base64": "QUJD"}, "unsupported_format"),
        ({"photo_base64": "QUJD", "preset": "nowhere"}, "unknown_preset"),
        ({"photo_base64": "QUJD", "background": "/etc/passwd.png"}, "asset_not_found"),
        ({"photo_base64": "QUJD", "recipe": {"model": "/etc/passwd.onnx"}}, "invalid_recipe"),
        ({"photo_url": "http://127.0.0.1/photo.png"}, "urls_off"),
        ({"photo_url": "file:///etc/passwd"}, "urls_off"),
        ({"path": "/etc/passwd"}, "invalid_input"),
    ],
)
def test_refusals_are_told_in_words(agents_address: str, arguments: dict[str, Any], code: str) -> None:
    result = call(agents_address, **arguments)
    assert result.is_error
    assert result.content[0].text.startswith(f"{code}: ")
    assert "/etc" not in result.content[0].text or "background" in arguments


def test_another_tool(agents_address: str) -> None:
    assert call(agents_address, "read_file", path="/etc/passwd").is_error


def test_without_the_flag_there_is_none(client: httpx.Client) -> None:
    assert client.post("/mcp", json={}).status_code in (404, 405)


def test_another_sites_page(agents_address: str) -> None:
    with httpx.Client(base_url=agents_address, trust_env=False) as client:
        for headers in ({"Origin": "http://evil.example"}, {"Host": "evil.example"}):
            answer = client.post("/mcp", json={}, headers=headers)
            assert answer.json()["code"] in ("foreign_origin", "wrong_host")


async def _together(address: str, photo: str) -> list[Any]:
    async with Client(f"{address}/mcp") as client:
        arguments = {"photo_base64": photo, "recipe": {"model": "fast"}}
        return await asyncio.gather(*(client.call_tool("remove_background", arguments) for _ in range(3)))


def test_several_at_once(agents_address: str, png: bytes) -> None:
    found = in_a_loop(_together(agents_address, base64.b64encode(png).decode()))
    assert [result.is_error for result in found] == [False] * 3
