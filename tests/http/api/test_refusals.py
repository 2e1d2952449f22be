"""What the API refuses: in one shape, with a code, and never as a failure of its own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.api.codes import codes
from tests.http.api.api import CUTOUTS, Api, api
from tests.http.knowing import scene
from tests.http.visitor import refusal

BEACH = {"background": {"kind": "image", "source": "beach"}}


@pytest.mark.parametrize(
    ("recipe", "parts", "status", "code"),
    [
        ("{", {}, 422, "invalid_recipe"),
        ("[1]", {}, 422, "invalid_recipe"),
        ("[" * 100_000, {}, 422, "invalid_recipe"),
        ("\ud800".encode("utf-8", "surrogatepass").decode("latin-1"), {}, 422, "invalid_recipe"),
        ({"nothing": 1}, {}, 422, "invalid_recipe"),
        ({"decontaminate": 7}, {}, 422, "invalid_recipe"),
        ({"model": "no-such-model"}, {}, 404, "unknown_model"),
        ({"model": "/etc/model.onnx"}, {}, 422, "invalid_recipe"),
        ({"model": "isnet-general-use"}, {}, 503, "weights_unavailable"),
        ({"model": "bria-rmbg"}, {}, 403, "licence_not_accepted"),
        ({"framing": {"size": [20_000, 20_000]}}, {}, 422, "invalid_recipe"),
        ({"output": {"max_kb": 1, "format": "png"}}, {"photo": scene(1200, 900)}, 422, "limit_not_met"),
        ({"preset": "nowhere"}, {}, 404, "unknown_preset"),
        ({}, {"preset": "nowhere"}, 404, "unknown_preset"),
        ({}, {"presett": "amazon-main"}, 400, "unknown_field"),
        ({}, {"beach": b"x"}, 400, "unknown_field"),
        (BEACH, {}, 404, "asset_not_found"),
        (BEACH, {"beach": b"no picture"}, 415, "unsupported_format"),
        ({"background": "/etc/passwd.png"}, {}, 404, "asset_not_found"),
        ({"background": {"kind": "image", "source": "photo"}}, {}, 404, "asset_not_found"),
        ({"background": "https://shop.example/a.png"}, {}, 403, "urls_off"),
        ({}, {"photo": b"no picture"}, 415, "unsupported_format"),
        ({}, {"photo": scene()[:300]}, 422, "image_truncated"),
        ({}, {"photo": b""}, 400, "missing_photo"),
        ({}, {"photo": b"", "photo_url": "https://shop.example/a.png"}, 403, "urls_off"),
        ({}, {"photo_url": "https://shop.example/a.png"}, 400, "two_photos"),
    ],
)
def test_refusals(ours: Api, recipe: Any, parts: dict[str, Any], status: int, code: str) -> None:
    answer = ours.post(recipe, **parts)
    found = answer.json()
    assert (answer.status_code, found["code"]) == (status, code), found
    assert found.keys() == {"code", "message", "detail"}
    assert code in codes()


def test_what_is_refused_is_named(ours: Api) -> None:
    message = ours.post({"edges": {"shift": "wide"}}).json()["message"]
    assert "edges.shift" in message
    assert "'presett'" in ours.post(presett="x").json()["message"]


@pytest.mark.parametrize(
    ("kind", "body", "status", "code"),
    [
        ("application/json", b"{}", 415, "unsupported_media_type"),
        ("", b"", 415, "unsupported_media_type"),
        ("multipart/form-data", b"", 400, "invalid_body"),
        ("multipart/form-data; boundary=x", b"--x\r\n", 400, "invalid_body"),
        ("multipart/form-data; boundary=x", b"garbage", 400, "invalid_body"),
        ("multipart/form-data; boundary=x", b"--x--\r\n", 400, "missing_photo"),
    ],
)
def test_bodies(ours: Api, kind: str, body: bytes, status: int, code: str) -> None:
    answer = ours.client.post(CUTOUTS, content=body, headers={"Content-Type": kind})
    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize(
    ("method", "path", "status", "allowed"),
    [
        ("GET", CUTOUTS, 405, "POST"),
        ("POST", "/api/v1/models", 405, "GET"),
        ("POST", "/api/v1/files/x", 405, "DELETE, GET"),
        ("GET", "/api/v1/nowhere", 404, None),
        ("GET", "/api/v2/models", 404, None),
    ],
)
def test_addresses(ours: Api, method: str, path: str, status: int, allowed: str | None) -> None:
    answer = ours.client.request(method, path)
    assert refusal(answer)[0] == status
    assert answer.headers.get("allow") == allowed


def test_a_picture_that_is_too_large(tmp_path: Path) -> None:
    with api(tmp_path, max_pixels=10_000) as ours:
        assert ours.post().json()["code"] == "image_too_large"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
FIELDS = st.sampled_from(
    [
        "version",
        "model",
        "edges",
        "strokes",
        "framing",
        "portrait",
        "background",
        "shadows",
        "output",
        "sheet",
    ]
)


@settings(max_examples=60)
@given(recipe=st.dictionaries(FIELDS, JSON, max_size=3))
def test_any_recipe_is_answered_or_refused(ours: Api, recipe: dict[str, Any]) -> None:
    answer = ours.post(json.dumps(recipe))
    assert answer.status_code < 500, answer.text
    assert answer.status_code == 200 or answer.json()["code"] in codes()


@settings(max_examples=60)
@given(
    name=st.sampled_from(["photo", "recipe", "preset", "photo_url", "beach", ""]), data=st.binary(max_size=60)
)
def test_any_part_is_answered_or_refused(ours: Api, name: str, data: bytes) -> None:
    answer = ours.client.post(CUTOUTS, files={"photo": scene(40, 30), name: data})
    assert answer.status_code < 500, answer.text
    assert answer.status_code == 200 or answer.json()["code"] in codes()
