"""What our API's description (OpenAPI) allows is sent, and what it does not; answers are held to it."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.core.transport import Response
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from pipelines.compose.subject import Box
from pipelines.presets import presets
from tests.http.api.api import CUTOUTS, Api
from tests.http.knowing import scene

CHECKS = [
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
"""Not whether all is taken that fits: no schema says which bytes are a photo, or which colours have names."""

SENT = scene(90, 60, Box(20, 10, 50, 40))

OPERATIONS = [
    "POST /api/v1/cutouts",
    "GET /api/v1/files/{id}",
    "DELETE /api/v1/files/{id}",
    "GET /api/v1/models",
    "GET /api/v1/presets",
    "GET /api/v1/limits",
    "POST /api/v1/jobs",
    "GET /api/v1/jobs",
    "POST /api/v1/jobs/{id}/photos",
    "GET /api/v1/jobs/{id}",
    "PUT /api/v1/jobs/{id}/order",
    "POST /api/v1/jobs/{id}/trial",
    "DELETE /api/v1/jobs/{id}",
    "POST /api/v1/jobs/{id}/start",
    "POST /api/v1/jobs/{id}/cancel",
    "GET /api/v1/jobs/{id}/events",
    "GET /api/v1/jobs/{id}/items",
    "PATCH /api/v1/jobs/{id}/items",
    "GET /api/v1/jobs/{id}/items/{number}",
    "GET /api/v1/jobs/{id}/items/{number}/photo",
    "GET /api/v1/jobs/{id}/items/{number}/before",
    "GET /api/v1/jobs/{id}/items/{number}/thumb/{result}",
    "GET /api/v1/jobs/{id}/items/{number}/results/{result}/{file}",
    "GET /api/v1/jobs/{id}/results.zip",
    "GET /api/v1/jobs/{id}/report.{kind}",
]


def bounded(examples: int) -> settings:
    """The same calls each time; no search for smaller ones after a failure, which would take long."""
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


def held(answer: Response, case: Any) -> None:
    """Hold an answer to the description; the one thing a server may lack is the weights of a network."""
    assert answer.status_code < 500 or answer.json()["code"] == "weights_unavailable", answer.text
    assert answer.content or "content-type" not in answer.headers
    case.validate_response(answer, checks=CHECKS)


@pytest.fixture(scope="module")
def described(ours: Api) -> Any:
    """The API's description, and the way to its application."""
    return schemathesis.openapi.from_asgi("/api/v1/openapi.json", ours.watched)


@pytest.fixture(scope="module")
def of_recipes(ours: Api) -> Any:
    """Cutting out, with all that is drawn a Recipe of models and presets that there are."""
    found = ours.client.get("/api/v1/openapi.json").json()
    recipe = found["components"]["schemas"]["Recipe"]
    recipe["minProperties"] = 1
    recipe["properties"]["model"] = {"enum": ["auto", "fast", "modnet"]}
    recipe["properties"]["preset"] = {"enum": [*presets(), None]}
    recipe["properties"]["also_presets"] |= {"items": {"enum": [*presets()]}, "maxItems": 2}  # each is a file
    form = found["paths"][CUTOUTS]["post"]["requestBody"]["content"]["multipart/form-data"]
    form["schema"] = {
        "type": "object",
        "properties": {"recipe": {"$ref": "#/components/schemas/Recipe"}},
        "required": ["recipe"],
        "additionalProperties": False,
    }
    del form["examples"]
    return schemathesis.openapi.from_dict(found).find_operation_by_label(OPERATIONS[0])


def test_all_operations_are_tried(described: Any) -> None:
    found = [one.ok() for one in described.get_all_operations()]
    assert {f"{one.method.upper()} {one.path}" for one in found} == {*OPERATIONS}


def test_the_codes_are_those_of_the_tree(ours: Api) -> None:
    found = ours.client.get("/api/v1/openapi.json").json()["components"]["schemas"]["ErrorBody"]
    told = set(found["properties"]["code"]["enum"])
    assert {
        "image_too_large",
        "model_failed",
        "storage_full",
        "busy",
        "missing_photo",
        "invalid_request",
    } <= told
    assert not told & {"batch_paused", "client_gone", "shape_error", "auth_failed", "file_reference"}


@pytest.mark.parametrize("operation", OPERATIONS)
def test_what_is_allowed(described: Any, operation: str) -> None:
    @bounded(20 if "/jobs" in operation else 60)
    @given(described.find_operation_by_label(operation).as_strategy())
    def call(case: Any) -> None:
        held(case.call(), case)

    call()


def test_one_photo_is_demanded(described: Any) -> None:
    @bounded(60)
    @given(described.find_operation_by_label(OPERATIONS[0]).as_strategy())
    def drawn(case: Any) -> None:
        assert len(case.body.keys() & {"photo", "photo_url"}) == 1

    drawn()


def test_what_is_not_allowed(described: Any) -> None:
    @bounded(60)
    @given(described.find_operation_by_label(OPERATIONS[0]).as_strategy(GenerationMode.NEGATIVE))
    def call(case: Any) -> None:
        answer = case.call()
        assert answer.status_code >= 400
        held(answer, case)

    call()


def test_any_recipe(ours: Api, of_recipes: Any) -> None:
    """A few fields of each, as few Recipes with a value drawn for every field make sense."""
    came: set[tuple[int, str]] = set()

    @bounded(120)
    @given(of_recipes.as_strategy(), st.sampled_from(["*/*", "application/json"]), st.data())
    def call(case: Any, accept: str, data: st.DataObject) -> None:
        drawn = case.body["recipe"]
        kept = data.draw(st.sets(st.sampled_from(sorted(drawn)), min_size=1, max_size=3))
        answer: Any = ours.post({name: drawn[name] for name in kept}, accept, SENT)
        came.add((answer.status_code, accept))
        held(answer, case)

    call()
    assert {(200, "*/*"), (200, "application/json"), (422, "*/*")} <= came
