"""Visitors do not meet: what one has, another gets only by an id of 128 random bits, and 404 otherwise."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.http.visitor import Visitor

BITS = 128


def bits(name: str) -> int:
    """Bits of an id in base 64 for addresses."""
    assert re.fullmatch(r"[\w-]+", name)
    return 8 * len(base64.urlsafe_b64decode(name + "=" * (-len(name) % 4)))


@pytest.fixture
def owned(visitor: Visitor, png: bytes) -> dict[str, str]:
    """A visitor's photo, and its picture at screen size."""
    taken = visitor.send(png, "private.png").json()
    return {"id": taken["id"], "preview": taken["preview"]}


@pytest.fixture
def stranger(address: str) -> Iterator[Visitor]:
    """Somebody else, with nothing of the first one's but the address."""
    with httpx.Client(base_url=address, trust_env=False, timeout=60) as client:
        yield Visitor(client)


def test_ids_can_not_be_guessed(visitor: Visitor, png: bytes) -> None:
    taken = [visitor.send(png).json() for _ in range(8)]
    names = [one[what] for one in taken for what in ("id", "preview")]
    assert all(bits(name) >= BITS for name in names)
    assert len(set(names)) == 16
    shared_start = [len(name) for name in names if name[:4] == names[0][:4]]
    assert len(shared_start) == 1


def test_what_is_not_known_is_not_there(stranger: Visitor, owned: dict[str, str]) -> None:
    name = owned["id"]
    other = ("A" if name[0] != "A" else "B") + name[1:]
    for guess in (other, name[:-1], name.swapcase(), name + "A", "*", "%00", "private.png"):
        for method, path in (
            ("GET", f"/studio/files/{guess}"),
            ("POST", f"/studio/photos/{guess}/copy"),
            ("GET", f"/share/{guess}"),
            ("GET", f"/share/{guess}/full"),
        ):
            assert stranger.client.request(method, path).status_code == 404
    never = stranger.client.get(f"/studio/files/{other}")
    dropped = stranger.send(b"\x89PNG\r\n\x1a\n")
    assert dropped.status_code != 200
    assert name not in never.text


def test_one_that_is_gone_answers_as_one_that_never_was(visitor: Visitor, owned: dict[str, str]) -> None:
    name = owned["id"]
    assert visitor.client.delete(f"/studio/photos/{name}").status_code == 204
    gone, never = (visitor.client.get(f"/studio/files/{one}") for one in (name, "A" * len(name)))
    said = [{**answer.json(), "request_id": None} for answer in (gone, never)]
    assert said[0] == said[1]
    assert (gone.status_code, never.status_code) == (404, 404)
    for one in (name, "A" * len(name)):  # nor does removing tell whether there was something
        assert visitor.client.delete(f"/studio/photos/{one}").status_code == 204


def test_files_are_not_had_by_their_place_on_the_disk(
    stranger: Visitor, owned: dict[str, str], shelf: Path
) -> None:
    (path,) = shelf.rglob(owned["id"])
    for asked in (
        f"/gradio_api/file={path}",
        f"/file={path}",
        f"/gradio_api/file/{path}",
        f"/studio/files{path}",
    ):
        assert stranger.client.get(asked).status_code == 404


def test_lists_are_nobodys(stranger: Visitor, owned: dict[str, str]) -> None:
    for path in ("/studio/files/", "/studio/files", "/studio/photos", "/studio/photos/", "/share", "/share/"):
        answer = stranger.client.get(path)
        assert owned["id"] not in answer.text
    assert stranger.client.get("/studio/shares").json() == []


def test_events_of_a_visit_go_to_that_visit(
    visitor: Visitor, stranger: Visitor, owned: dict[str, str]
) -> None:
    """Gradio keeps what a page remembers by the page's own random name, which only that page knows."""
    number = visitor.number_of("stage", "photo")
    assert visitor.handle(number, [], {"id": owned["id"]})["success"]
    config = stranger.client.get("/config").text + stranger.client.get("/").text
    for known in (owned["id"], owned["preview"], visitor.session):
        assert known not in config


def test_no_gradio_cache_holds_what_visitors_sent(visitor: Visitor, shelf: Path, png: bytes) -> None:
    visitor.send(png, "private.png")
    gradio = [folder for folder in shelf.rglob("gradio") if folder.is_dir()]
    assert [path for folder in gradio for path in folder.rglob("*") if path.is_file()] == []
