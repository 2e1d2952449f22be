"""Photos in, files out: what comes back, and what is refused with which status and code."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from urllib.parse import unquote_to_bytes

import httpx
import numpy as np
import pytest
from PIL import Image

from tests.http.visitor import Visitor, refusal
from tests.scenes import Scene, ball, encoded


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims a size, and holds next to nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = chunk(b"IDAT", zlib.compress(b"\0" * 1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + rows + chunk(b"IEND", b"")


def damaged(data: bytes) -> bytes:
    """A file with some bytes of its middle overwritten."""
    middle = len(data) // 2
    return data[:middle] + b"\x5a" * 200 + data[middle + 200 :]


def lying_jpeg(width: int, height: int) -> bytes:
    """A JPEG on its side (Exif orientation 6)."""
    exif = Image.Exif()
    exif[0x0112] = 6
    stream = BytesIO()
    Image.fromarray(ball(width, height).pixels).save(stream, "JPEG", exif=exif)
    return stream.getvalue()


def test_a_photo_is_taken_in(visitor: Visitor, png: bytes) -> None:
    answer = visitor.send(png, "my photo.png")
    assert answer.status_code == 200
    taken = answer.json()
    assert taken.keys() == {"id", "name", "width", "height", "preview"}
    assert (taken["name"], taken["width"], taken["height"]) == ("my photo", 640, 480)
    assert min(len(taken["id"]), len(taken["preview"])) >= 22  # 128 random bits
    assert visitor.file(taken["id"]).content == png


def test_photos_are_measured_upright(visitor: Visitor) -> None:
    taken = visitor.send(lying_jpeg(320, 240), "lying.jpg").json()
    assert (taken["width"], taken["height"]) == (240, 320)
    assert visitor.picture(taken["preview"]).size == (240, 320)


@pytest.mark.parametrize(("size", "shown"), [((3000, 1500), (1600, 800)), ((640, 480), (640, 480))], ids=str)
def test_previews_fit_a_screen(visitor: Visitor, size: tuple[int, int], shown: tuple[int, int]) -> None:
    taken = visitor.send(encoded(ball(*size).pixels, ".jpg")).json()
    assert (taken["width"], taken["height"]) == size
    preview = visitor.picture(taken["preview"])
    assert (preview.format, preview.size) == ("JPEG", shown)
    assert visitor.file(taken["preview"]).headers["content-type"] == "image/jpeg"


def test_previews_keep_the_transparency_a_photo_has(visitor: Visitor, scene: Scene) -> None:
    stream = BytesIO()
    Image.fromarray(np.dstack([scene.pixels, scene.matte])).save(stream, "PNG")
    taken = visitor.send(stream.getvalue()).json()
    preview = visitor.picture(taken["preview"])
    assert (preview.format, preview.mode) == ("WEBP", "RGBA")
    assert preview.getpixel((2, 2)) == (0, 0, 0, 0)
    assert visitor.file(taken["preview"]).headers["content-type"] == "image/webp"


WRONG = {
    "nothing": (b"", 400, "invalid_input"),
    "words": (b"only words, and not many", 415, "unsupported_format"),
    "SVG": (b"<svg xmlns='http://www.w3.org/2000/svg'><rect/></svg>", 415, "unsupported_format"),
    "PDF": (b"%PDF-1.7\n1 0 obj", 415, "unsupported_format"),
    "HTML": (b"<!doctype html><script>alert(1)</script>", 415, "unsupported_format"),
    "a ZIP": (b"PK\3\4" + b"\0" * 99, 415, "unsupported_format"),
    "noise": (np.random.default_rng(1).bytes(5000), 415, "unsupported_format"),
    "half a JPEG": (encoded(ball().pixels, ".jpg")[:9000], 422, "image_truncated"),
    "half a PNG": (encoded(ball().pixels)[:9000], 422, "image_truncated"),
    "a JPEG's first bytes": (b"\xff\xd8\xff\xe0", 422, "image_truncated"),
    "a damaged PNG": (damaged(encoded(ball().pixels)), 422, "image_unreadable"),
    "a PNG of 3.6 gigapixels": (png_header(60_000, 60_000), 413, "image_too_large"),
    "a PNG of 63 megapixels": (png_header(9_000, 7_000), 413, "image_too_large"),
    "a PNG too long": (png_header(20_000, 1), 413, "image_too_large"),
    "a PNG without size": (png_header(0, 0), 422, "image_unreadable"),
}


@pytest.mark.parametrize("what", WRONG)
def test_wrong_files_are_refused(visitor: Visitor, what: str) -> None:
    data, status, code = WRONG[what]
    assert refusal(visitor.send(data, "file.png")) == (status, code)


@pytest.mark.parametrize("name", ["none", "..", "%2e%2e", "..%2f..%2fetc%2fhostname", "a" * 5000, "%00", "é"])
def test_unknown_ids(client: httpx.Client, name: str) -> None:
    answer = client.get(f"/studio/files/{name}")
    assert refusal(answer)[0] == 404
    assert refusal(client.get(f"/studio/samples/{name}"))[0] == 404


NAMES = {
    "plain.png": "plain.png",
    "Ünïcödé 写真 😀.png": "Ünïcödé 写真 😀.png",
    "quo\"te;s'.png": "quo\"te;s'.png",
    "line\r\nSet-Cookie: a=b.png": "lineSet-Cookie: a=b.png",
    "../../etc/passwd": "passwd",
    "C:\\Users\\me\\cat.png": "cat.png",
    ".hidden": "hidden",
    "..": "photo",
    "": "photo",
    "\u202egnp.exe": "gnp.exe",
    "x" * 400 + ".png": "x" * 200,
    "%0d%0a.png": "%0d%0a.png",
}


@pytest.mark.parametrize("name", NAMES, ids=lambda name: ascii(name)[:20])
def test_odd_names_come_out_clean(visitor: Visitor, png: bytes, name: str) -> None:
    taken = visitor.send(png, name).json()
    headers = visitor.file(taken["id"], download="1").headers
    kind, _, encoded_name = headers["content-disposition"].partition("; filename*=UTF-8''")
    plain = kind.removeprefix('attachment; filename="').removesuffix('"')
    assert kind == f'attachment; filename="{plain}"'
    assert plain.isascii()
    assert not set(plain) & set('\r\n"\\%/')
    assert not set(encoded_name) & set("\r\n\"'; /\\")
    assert unquote_to_bytes(encoded_name).decode() == NAMES[name]
    assert "set-cookie" not in headers


def test_a_photo_without_a_name(client: httpx.Client, png: bytes) -> None:
    assert client.post("/studio/photos", content=png).json()["name"] == "photo"


def test_a_photo_is_copied_and_removed(visitor: Visitor, png: bytes) -> None:
    first = visitor.send(png, "my photo.png").json()
    copied = visitor.client.post(f"/studio/photos/{first['id']}/copy")
    assert copied.status_code == 200
    twin = copied.json()
    assert twin["id"] != first["id"]
    assert {**twin, "id": "", "preview": ""} == {**first, "id": "", "preview": ""}
    assert visitor.client.delete(f"/studio/photos/{first['id']}").status_code == 204
    assert visitor.client.get(f"/studio/files/{first['id']}").status_code == 404
    assert visitor.client.get(f"/studio/files/{twin['id']}").status_code == 200


def test_a_photo_that_is_not_there_can_not_be_copied(visitor: Visitor) -> None:
    answer = visitor.client.post("/studio/photos/never-was/copy")
    assert refusal(answer) == (404, "photo_not_found")
