"""The Python client against the API, and its types against the server's."""

from __future__ import annotations

import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from cutaway_client import Client, CutawayError, Patience, answers, job_answers
from pydantic import BaseModel

from server.api.answers import CutoutAnswer
from server.api.jobs.answers import Changed, ItemPage, JobList
from server.api.listing import LimitFacts, ModelList, PresetList
from tests.http.api.api import Api, transport_of
from tests.http.knowing import HEIGHT, WIDTH, plain, scene


@pytest.fixture
def client(ours: Api) -> Iterator[Client]:
    with Client("http://testserver", transport=transport_of(ours)) as client:
        yield client


def test_a_picture(client: Client, ours: Api, tmp_path: Path) -> None:
    (tmp_path / "red box.png").write_bytes(scene())
    recipe = {"background": "beach.png", "output": {"format": "webp"}}
    pictures: dict[str, Any] = {"beach.png": plain((1, 200, 3))}
    picture = client.picture(tmp_path / "red box.png", recipe, pictures=pictures)
    assert (picture.media_type, picture.width, picture.height) == ("image/webp", WIDTH, HEIGHT)
    assert picture.data == ours.post(recipe, **pictures).content
    assert (0 < picture.confidence <= 1, picture.check) == (True, None)
    picture.save(tmp_path / "out.webp")
    assert (tmp_path / "out.webp").read_bytes() == picture.data


def test_facts_and_files(client: Client) -> None:
    facts = client.cutouts(scene(), preset="amazon-main")
    assert facts["check"] is not None
    assert facts["file"]["name"] == "photo.jpg"
    link = facts["links"]["result"]
    assert len(client.file(link)) == facts["file"]["bytes"]
    client.forget(link)
    with pytest.raises(CutawayError) as refusal:
        client.file(link)
    assert (refusal.value.code, refusal.value.status) == ("not_found", 404)


def test_lists(client: Client) -> None:
    assert "u2netp" in {model["name"] for model in client.models()["models"]}
    assert "amazon-main" in {preset["name"] for preset in client.presets()["presets"]}
    assert client.limits()["photo_bytes"] == 100_000_000


def test_refusals(client: Client) -> None:
    with pytest.raises(CutawayError, match="there is no such field") as refusal:
        client.picture(scene(), {"colour": "red"})
    assert (refusal.value.code, refusal.value.status) == ("invalid_recipe", 422)
    with pytest.raises(CutawayError, match="not fetched from web addresses"):
        client.picture("https://shop.example/photo.png")


class Counter:
    """A server that is busy for some time."""

    def __init__(self, *answers: httpx.Response) -> None:
        self.answers = [*answers]
        self.waits: list[float] = []
        self.keys: set[str | None] = set()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.keys.add(request.headers.get("x-api-key"))
        return self.answers.pop(0)

    def client(self, **patience: Any) -> Client:
        wanted = Patience(sleep=self.waits.append, **patience)
        return Client("http://x", "secret", patience=wanted, transport=httpx.MockTransport(self))


def busy(wait: str | None = None, status: int = 503) -> httpx.Response:
    headers = {} if wait is None else {"Retry-After": wait}
    return httpx.Response(
        status, headers=headers, json={"code": "busy", "message": "Busy.", "detail": "Busy."}
    )


def test_it_comes_again_when_it_is_asked_to() -> None:
    server = Counter(busy("3"), busy("7", 429), busy(), httpx.Response(200, json={"presets": []}))
    with server.client() as client:
        assert client.presets() == {"presets": []}
    assert server.waits == [3, 7, 4]
    assert server.keys == {"secret"}


def test_patience_has_an_end() -> None:
    for server, tries, waits in (
        (Counter(busy("1"), busy("1")), 2, [1.0]),
        (Counter(busy("3600")), 4, []),
        (Counter(httpx.Response(502, text="<html>")), 4, []),
    ):
        with server.client(tries=tries) as client, pytest.raises(CutawayError):
            client.presets()
        assert (server.waits, server.answers) == (waits, [])


def test_an_error_tells_when_to_come_again() -> None:
    with Counter(busy("90")).client() as client, pytest.raises(CutawayError) as refusal:
        client.limits()
    assert (refusal.value.code, refusal.value.retry_after, str(refusal.value)) == ("busy", 90, "Busy.")


PAIRS = [
    (answers.Cutout, CutoutAnswer),
    (answers.Models, ModelList),
    (answers.Presets, PresetList),
    (answers.Limits, LimitFacts),
    (job_answers.JobList, JobList),
    (job_answers.ItemPage, ItemPage),
    (job_answers.Changed, Changed),
]


@pytest.mark.parametrize(("client_side", "server_side"), PAIRS)
def test_types_have_the_fields_that_are_sent(client_side: Any, server_side: type[BaseModel]) -> None:
    hints = typing.get_type_hints(client_side)
    assert hints.keys() == server_side.model_fields.keys()
    for name, hint in hints.items():
        inner = [one for one in (hint, *typing.get_args(hint)) if typing.is_typeddict(one)]
        field = server_side.model_fields[name].annotation
        theirs = [
            one
            for one in (field, *typing.get_args(field))
            if isinstance(one, type) and issubclass(one, BaseModel)
        ]
        if inner:
            test_types_have_the_fields_that_are_sent(inner[0], theirs[0])
