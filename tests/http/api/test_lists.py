"""Models, presets, limits, and the description of all of it."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from pipelines import errors, presets
from pipelines.access.keys import Keys
from pipelines.models.known import MODELS
from server.api.codes import codes
from tests.http.api.api import Api, api


def test_models(ours: Api) -> None:
    found = ours.client.get("/api/v1/models").json()
    assert {choice["name"] for choice in found["choices"]} >= {"auto", "fast", "best"}
    models = {model["name"]: model for model in found["models"]}
    assert models.keys() == MODELS.keys()
    assert (models["u2netp"]["here"], models["isnet-general-use"]["here"]) == (True, False)
    assert models["u2netp"]["sums"][0].startswith("sha256:309c8469")
    assert (models["u2netp"]["licence"], models["u2netp"]["commercial"]) == ("Apache-2.0", True)


def test_presets(ours: Api) -> None:
    found = {one["name"]: one for one in ours.client.get("/api/v1/presets").json()["presets"]}
    assert found.keys() == presets.presets().keys()
    amazon = found["amazon-main"]
    assert amazon["rules"]["background"] == "pure-white"
    assert amazon["recipe"] == presets.preset_named("amazon-main").recipe
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", source["read"]) for source in amazon["sources"])


def test_limits(tmp_path: Path) -> None:
    with api(tmp_path, max_bytes=2_000_000, workers=3, queue=5, keep_minutes=2, rate_limit=70) as ours:
        found = ours.client.get("/api/v1/limits").json()
        Keys(tmp_path).add("shop")
        later = ours.client.get("/api/v1/limits").json()
    assert found["photo_bytes"] == 2_000_000
    assert found["body_bytes"] == 5_000_000
    assert (found["at_once"], found["queue"], found["keep_seconds"]) == (3, 5, 120)
    assert found["megapixels_a_minute"] == {"key": 70, "address": None}
    assert (found["key_needed"], later["key_needed"]) == (False, True)


@pytest.fixture(scope="module")
def described(ours: Api) -> dict[str, Any]:
    return dict(ours.client.get("/api/v1/openapi.json").json())


def references(value: Any) -> set[str]:
    if isinstance(value, dict):
        here = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
        return here.union(*(references(one) for one in value.values()))
    return set().union(*(references(one) for one in value)) if isinstance(value, list) else set()


def test_the_description_is_whole(described: dict[str, Any]) -> None:
    assert described["openapi"].startswith("3.1")
    own = {path.removeprefix("/api/v1/") for path in described["paths"]}
    assert {"cutouts", "files/{id}", "models", "presets", "limits", "jobs", "jobs/{id}/items"} <= own
    schemas = {f"#/components/schemas/{name}" for name in described["components"]["schemas"]}
    assert references(described) <= schemas
    assert "HTTPValidationError" not in described["components"]["schemas"]
    for methods in described["paths"].values():
        for operation in methods.values():
            assert operation["description"]
            for status, answer in operation["responses"].items():
                assert answer["description"]
                if int(status) >= 400:
                    schema = answer["content"]["application/json"]["schema"]
                    assert schema == {"$ref": "#/components/schemas/ErrorBody"}


def test_the_description_lists_every_code(described: dict[str, Any]) -> None:
    listed = described["components"]["schemas"]["ErrorBody"]["properties"]["code"]["enum"]
    assert listed == [*codes()]
    cutouts = str(described["paths"]["/api/v1/cutouts"]["post"]["responses"])
    assert [code for code in codes() if f"`{code}`" not in cutouts] == []
    for kind in (errors.RecipeError, errors.Busy, errors.RateLimited, errors.ImageTooLarge):
        assert codes()[kind.code].status == kind.status


def test_the_recipe_is_described(described: dict[str, Any]) -> None:
    schemas = described["components"]["schemas"]
    assert schemas["Recipe"]["properties"].keys() >= {"model", "background", "framing", "output"}
    form = described["paths"]["/api/v1/cutouts"]["post"]["requestBody"]["content"]["multipart/form-data"]
    assert len(form["examples"]) >= 3


class Page(HTMLParser):
    """Collects what a page would load, and the places that its links lead to."""

    def __init__(self) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.links: set[str] = set()
        self.places: set[str] = set()
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.add(tag)
        self.loaded += [given[name] for name in ("src", "srcset") if name in given]
        if tag == "a":
            self.links.add(given["href"])
        if "id" in given:
            self.places.add(given["id"])


def test_the_page_for_people(ours: Api) -> None:
    answer = ours.client.get("/api/v1/docs")
    page = Page()
    page.feed(answer.text)
    assert page.loaded == []
    assert page.tags.isdisjoint({"script", "link", "iframe", "img"})
    assert {link.removeprefix("#") for link in page.links} - page.places == {"openapi.json"}
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    for name in (*codes(), "/api/v1/cutouts", "photo_url"):
        assert f"<code>{name}</code>" in answer.text
    assert "://" not in re.sub(r"http://127\.0\.0\.1\S*", "", answer.text)
