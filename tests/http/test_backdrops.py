"""The studio's library of backdrops over raw HTTP."""

from __future__ import annotations

import io

import httpx
import pytest
from PIL import Image


def test_small_pictures_of_the_library(client: httpx.Client) -> None:
    plain = client.get("/studio/backdrops/marble")
    picture = Image.open(io.BytesIO(plain.content))
    assert (picture.format, picture.size) == ("WEBP", (192, 144))
    assert "max-age" in plain.headers["cache-control"]
    assert client.get("/studio/backdrops/marble").content == plain.content
    assert client.get("/studio/backdrops/marble?seed=7&color=tan&accent=%23432").content != plain.content


WRONG = {
    "wood": "'wood' is not one of",
    "marble?seed=-1": "seed",
    "marble?color=whitish": "'whitish' is not a colour",
    "marble?accent=%23ff000080": "can't be translucent",
}


@pytest.mark.parametrize("path", WRONG)
def test_what_the_library_does_not_have(client: httpx.Client, path: str) -> None:
    answer = client.get(f"/studio/backdrops/{path}")
    assert answer.status_code == 422
    assert WRONG[path] in answer.json()["message"]
