"""Links for clients in the real program: from the page's event to the client's pictures."""

from __future__ import annotations

import io
from typing import Any

import httpx
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tests.http.visitor import Visitor
from tests.scenes import ball, encoded

OWNER = "k" * 32


def link(visitor: Visitor, **terms: Any) -> dict[str, Any]:
    """Ask for a link; what the panel is told."""
    number = visitor.number_of("share", "link")
    wanted = {"owner": OWNER, "lifetime": "hour", "watermark": "", "download": False, **terms}
    reply = visitor.handle(number, visitor._inputs(number), wanted)
    assert reply["success"], reply
    (told,) = reply["output"]["data"]
    return dict(told)


def pixels(client: httpx.Client, address: str) -> NDArray[np.int16]:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return np.asarray(Image.open(io.BytesIO(answer.content)).convert("RGB"), np.int16)


@pytest.fixture
def at_work(visitor: Visitor) -> Visitor:
    """A visitor with a photo of 3.1 megapixels on the stage, white behind it."""
    visitor.give(encoded(ball(2400, 1300).pixels, ".jpg"), "my ball.jpg")
    visitor.controls["backdrop"] = {"kind": "color", "color": "#ffffff"}
    return visitor


def test_what_a_client_gets_is_screen_sized_and_marked(at_work: Visitor) -> None:
    client = at_work.client
    plain, marked = (link(at_work, watermark=text)["share"] for text in ("", "PROOF"))
    for what in ("before", "after"):
        clean, proof = (pixels(client, f"/share/{one}/{what}") for one in (plain, marked))
        assert clean.shape == proof.shape == (867, 1600, 3)
        apart = np.abs(clean - proof).max(axis=2) > 25
        for part in np.array_split(apart, 4, axis=1):
            assert part.mean() > 0.02
    assert client.get(f"/share/{marked}/full").status_code == 404
    for one in client.get("/studio/shares", headers={"X-Owner-Key": OWNER}).json():
        client.delete(f"/studio/shares/{one['id']}", headers={"X-Owner-Key": OWNER})
    assert client.get(f"/share/{marked}/after").status_code == 404


def test_the_file_is_the_download_itself(at_work: Visitor) -> None:
    ready, _steps = at_work.fire("download", "click")
    own = at_work.file(ready["file"]).content
    share = link(at_work, download=True)["share"]
    file = at_work.client.get(f"/share/{share}/full")
    assert file.content == own
    assert file.headers["content-disposition"] == "attachment; filename*=UTF-8''my%20ball.png"
    marked = link(at_work, download=True, watermark="PROOF")["share"]
    assert pixels(at_work.client, f"/share/{marked}/full").shape == (1300, 2400, 3)


def test_ids_of_links_open_nothing_else(at_work: Visitor) -> None:
    share = link(at_work)["share"]
    assert at_work.client.get(f"/studio/files/{share}").status_code == 404
    assert at_work.client.post(f"/studio/photos/{share}/copy").status_code == 404


@pytest.mark.parametrize(
    "terms", [{"owner": ""}, {"owner": "short"}, {"lifetime": "year"}, {"owner": ["k" * 32]}], ids=str
)
def test_wrong_terms_are_refused(at_work: Visitor, terms: dict[str, Any]) -> None:
    assert link(at_work, **terms)["action"] == "refused"


def test_without_a_photo_there_is_no_link(visitor: Visitor) -> None:
    assert link(visitor)["error"] == "Add a photo first."
