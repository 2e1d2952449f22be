"""Bodies of requests, of all three kinds, also damaged ones."""

from __future__ import annotations

import asyncio
import json
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message

from pipelines.errors import ApiRefusal
from server.removebg.body import Fields, read_fields

MULTIPART = "multipart/form-data; boundary=xyz"
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


def read(body: bytes, kind: str | None, piece: int = 7) -> Fields:
    """What is read of a body that arrives in small pieces."""
    pieces = [body[at : at + piece] for at in range(0, len(body), piece)] or [b""]

    async def receive() -> Message:
        part = pieces.pop(0)
        return {"type": "http.request", "body": part, "more_body": bool(pieces)}

    headers = [] if kind is None else [(b"content-type", kind.encode())]
    scope = {"type": "http", "method": "POST", "path": "/", "headers": headers, "query_string": b""}
    # with a factory of its own it leaves alone the loop that Gradio keeps for this thread
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        return runner.run(read_fields(Request(scope, receive)))


def part(name: str, value: bytes, filename: str | None = None, extra: str = "") -> bytes:
    told = f'; filename="{filename}"' if filename is not None else ""
    head = f'--xyz\r\nContent-Disposition: form-data; name="{name}"{told}\r\n{extra}\r\n'
    return head.encode() + value + b"\r\n"


END = b"--xyz--\r\n"


def test_multipart() -> None:
    body = part("size", b"full") + part("image_file", b"\x89PNG\r\n\x1a\n--x", "a.png") + part("crop", b"")
    fields = read(body + END, MULTIPART)
    assert (fields.text("size"), fields.file("image_file")) == ("full", b"\x89PNG\r\n\x1a\n--x")
    assert (fields.text("crop"), fields.text("format"), fields.file("bg_image_file")) == ("", "", b"")


def test_the_kind_that_a_part_claims_is_not_looked_at() -> None:
    for extra in ("", "Content-Type: text/plain\r\n", "Content-Type: application/octet-stream\r\n"):
        body = part("image_file", b"picture", "blob", extra) + END
        assert read(body, MULTIPART).file("image_file") == b"picture"
    assert read(part("image_file", b"picture") + END, MULTIPART).file("image_file") == b"picture"


def test_forms() -> None:
    body = urlencode({"size": "full", "image_url": "http://a/?b=c&d", "shadow_type[car]": "drop", "roi": ""})
    fields = read(body.encode(), f"{FORM}; charset=utf-8")
    assert (fields.text("size"), fields.text("image_url")) == ("full", "http://a/?b=c&d")
    assert fields.within("shadow_type") == {"car": "drop"}
    assert fields.text("roi") == ""


def test_json() -> None:
    sent = {
        "crop": True,
        "semitransparency": False,
        "type_level": 2,
        "roi": None,
        "size": "hd",
        "shadow_type": {"car": "drop"},
        "shadow_opacity[car]": 30,
        "scale": ["50%"],
    }
    fields = read(json.dumps(sent).encode(), f"{JSON}; charset=utf-8")
    said = [fields.text(name) for name in ("crop", "semitransparency", "type_level", "roi", "size", "scale")]
    assert said == ["true", "false", "2", "", "hd", "?"]
    assert (fields.within("shadow_type"), fields.within("shadow_opacity")) == ({"car": "drop"}, {"car": "30"})


def test_files_come_as_parts_only() -> None:
    assert read(b"image_file=abc", FORM).file("image_file") == b""
    assert read(b'{"image_file": "abc"}', JSON).file("image_file") == b""


@pytest.mark.parametrize("kind", [None, FORM, JSON, "image/png"])
def test_nothing_at_all(kind: str | None) -> None:
    assert read(b"", kind).text("size") == ""


@pytest.mark.parametrize("kind", [None, "image/png", "text/plain", "application/xml", "multipart/mixed"])
def test_bodies_of_other_kinds(kind: str | None) -> None:
    with pytest.raises(HTTPException) as refusal:
        read(b"abc", kind)
    assert refusal.value.status_code == 415


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", MULTIPART),
        (b"abc", MULTIPART),
        (part("size", b"full"), MULTIPART),
        (part("size", b"full")[:-20], MULTIPART),
        (part("size", b"full") + END, "multipart/form-data"),
        (part("size", b"full") + END, f"multipart/form-data; boundary={'x' * 300}"),
        (b"--xyz\r\nContent-Disposition: form-data\r\n\r\nfull\r\n" + END, MULTIPART),
        (b"--xyz\r\nX: y\r\n\r\nfull\r\n" + END, MULTIPART),
        (b"--xyz\r\n" + b"X: y\r\n" * 100 + b"\r\nfull\r\n" + END, MULTIPART),
        (part("a", b"1") * 101 + END, MULTIPART),
        (b"&".join(b"a%d=1" % n for n in range(101)), FORM),
        (b"{", JSON),
        (b"[]", JSON),
        (b"null", JSON),
        (b"\xff\xfe{", JSON),
        (b"[" * 100_000, JSON),
        (b'{"a": ' * 100_000, JSON),
        (b'{"a": ' + b"1" * 10_000 + b"}", JSON),
        (json.dumps({str(n): 1 for n in range(101)}).encode(), JSON),
    ],
    ids=range(19),
)
def test_damaged_bodies(body: bytes, kind: str) -> None:
    with pytest.raises(ApiRefusal) as refusal:
        read(body, kind, 4096)
    assert (refusal.value.code, refusal.value.status) == ("invalid_body", 400)


PIECES = [b"--xyz", b"--", b"\r\n", b"Content-Disposition: form-data; name=a", b":", b"a"]
bodies = st.one_of(
    st.binary(max_size=200),
    st.lists(st.sampled_from(PIECES)).map(b"".join),
    st.lists(st.sampled_from(["a=", "&", "%", "=", "%ff", "[b]"])).map(lambda bits: "".join(bits).encode()),
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.floats(), st.integers(), st.text(max_size=5)),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    ).map(lambda value: json.dumps(value).encode()),
)


@settings(max_examples=200, deadline=None)
@given(bodies, st.sampled_from([MULTIPART, FORM, JSON]))
def test_whatever_is_sent_is_read_or_refused(body: bytes, kind: str) -> None:
    try:
        fields = read(body, kind, 11)
    except ApiRefusal as refusal:
        assert refusal.code == "invalid_body"
    else:
        assert isinstance(fields.text("a", "b"), str)
        assert isinstance(fields.file("a"), bytes)
        assert all(isinstance(text, str) for text in fields.within("a").values())
