"""The API described for programs (OpenAPI); for people see :mod:`server.api.page`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from fastapi.openapi.utils import get_openapi
from starlette.responses import Response
from starlette.routing import BaseRoute

from pipelines.recipe import Recipe
from server.api.codes import Code, ErrorBody, codes
from server.api.jobs.asking import JobWish

_SCHEMA: Final = "#/components/schemas/{model}"
_FACTS: Final = {
    "X-Width": ("integer", "of the result, in pixels"),
    "X-Height": ("integer", "of the result, in pixels"),
    "X-Foreground-Left": ("integer", "where the subject is in the photo, in pixels; missing where none is"),
    "X-Foreground-Top": ("integer", "the same"),
    "X-Foreground-Width": ("integer", "the same"),
    "X-Foreground-Height": ("integer", "the same"),
    "X-Confidence": ("number", "0 to 1: how far the cutout can be trusted without a look"),
    "X-Confidence-Reasons": ("string", "codes of what to look at, with commas between them"),
    "X-Check": ("string", "pass, warn or fail, where the Recipe names a preset"),
    "X-Model": ("string", 'the networks and their weights: u2netp;sha256="309c..."'),
    "Server-Timing": ("string", "milliseconds by step: load;dur=31.2, predict;dur=812.0"),
    "Content-Disposition": ("string", "the file's name"),
}
_ABOUT: Final = """A photo and a Recipe in, the picture or its facts out. The Recipe says everything that can
be chosen: the same photo and the same Recipe give the same pixels here, on the page and at the command line.

Errors have one shape, whatever went wrong: `code` is for programs and stays as it is, `message` is for
people. Answers with status 429 and 503 say in `Retry-After` when another try is worth while."""

_BINARY: Final = {"schema": {"type": "string", "contentMediaType": "application/octet-stream"}}
_TYPES: Final = (
    *("image/png", "image/webp", "image/avif", "image/jpeg", "image/tiff", "image/vnd.adobe.photoshop"),
    *("image/svg+xml", "application/zip"),
)
"""Of the files that may come out."""

_EVERYWHERE: Final = ("unauthorized", "foreign_origin", "wrong_host", "rate_limit_exceeded", "internal_error")
"""Codes that every route can answer with."""

_RECIPE: Final = {
    "background": "white",
    "framing": {"crop": "subject", "margin": "5%"},
    "output": {"format": "jpg"},
}


Responses = dict[int | str, dict[str, Any]]


def errors(*names: str) -> Responses:
    """What a route may refuse with.

    Args:
        names: of codes, beside those that every route has; none at all for every code.
    """
    wanted = [code for code in codes().values() if not names or code.name in (*names, *_EVERYWHERE)]
    return {
        status: _refusals([code for code in wanted if code.status == status])
        for status in sorted({code.status for code in wanted})
    }


def _refusals(wanted: list[Code]) -> dict[str, Any]:
    status = wanted[0].status
    lines = "\n".join(f"- `{code.name}`: {code.about}" for code in wanted)
    headers = {"Retry-After": {"schema": {"type": "integer"}, "description": "seconds to wait"}}
    more = {"headers": headers} if status in (429, 503) else {}
    return {"model": ErrorBody, "description": lines, **more}


_PARTS: Final = {
    "type": "object",
    "properties": {
        "photo": {
            "type": "string",
            "contentMediaType": "application/octet-stream",
            "description": "The photo's file: JPEG, PNG, WebP, HEIC, AVIF, TIFF, GIF or BMP. Either this or "
            "photo_url.",
        },
        "photo_url": {
            "type": "string",
            "description": "Where the photo is, on servers that may fetch pictures.",
        },
        "recipe": {
            "allOf": [{"$ref": _SCHEMA.format(model="Recipe")}],
            "description": "What is wanted, as JSON; nothing is a transparent PNG. Pictures are named by the "
            "parts that bring them, or by their web address; other files can't be named.",
        },
        "preset": {
            "type": "string",
            "description": "The name of a preset, which wins over the Recipe where both say something.",
        },
    },
    "oneOf": [{"required": ["photo"]}, {"required": ["photo_url"]}],
    "additionalProperties": {
        "type": "string",
        "contentMediaType": "application/octet-stream",
        "description": "The picture that the Recipe's background names: its `source` is this part's name.",
    },
}

CUTOUTS: Final[dict[str, Any]] = {
    "responses": {
        200: {
            "description": "The finished file, or the facts.",
            "headers": {
                name: {"schema": {"type": kind}, "description": about}
                for name, (kind, about) in _FACTS.items()
            },
            "content": dict.fromkeys(_TYPES, _BINARY),
        },
        **errors(),
    },
    "openapi_extra": {
        "requestBody": {
            "required": True,
            "content": {
                "multipart/form-data": {
                    "schema": _PARTS,
                    "encoding": {"recipe": {"contentType": "application/json"}},
                    "examples": {
                        "white": {
                            "summary": "On white, close to the subject",
                            "value": {"photo": "(the file)", "recipe": json.dumps(_RECIPE)},
                        },
                        "preset": {
                            "summary": "As a market place wants it",
                            "value": {"photo": "(the file)", "preset": "amazon-main"},
                        },
                        "picture": {
                            "summary": "In front of a picture that comes with the request",
                            "value": {
                                "photo": "(the file)",
                                "recipe": '{"background": {"kind": "image", "source": "beach"}}',
                                "beach": "(the file)",
                            },
                        },
                    },
                }
            },
        }
    },
}
"""What is to be said of the route that cuts out."""

FILES: Final[dict[str, Any]] = {
    "response_class": Response,
    "responses": {
        200: {"description": "The file.", "content": dict.fromkeys(_TYPES, _BINARY)},
        **errors("not_found"),
    },
}
"""What is to be said of the route that hands files over."""

NOTHING: Final[dict[str, Any]] = {
    "status_code": 204,
    "response_class": Response,  # unlike FastAPI's own, it does not call no body JSON
    "responses": errors("internal_error"),
}
"""What is to be said of routes that answer with nothing."""


def described(routes: Sequence[BaseRoute]) -> dict[str, Any]:
    """The description of the API (OpenAPI 3.1).

    Args:
        routes: those that are to be described.
    """
    found = get_openapi(
        title="Cutaway",
        version="1",
        summary="Takes backgrounds out of pictures, on your own machine.",
        description=_ABOUT,
        routes=routes,
    )
    _without_validation(found)
    parts = found["components"]["schemas"]
    for model in (Recipe, JobWish):
        wish = model.model_json_schema(ref_template=_SCHEMA)
        for name, schema in {**wish.pop("$defs"), model.__name__: wish}.items():
            if parts.setdefault(name, schema) != schema:
                raise ValueError(f"two schemas are called {name}")
    parts["ErrorBody"]["properties"]["code"]["enum"] = [*codes()]
    keys = {
        "key": {"type": "apiKey", "in": "header", "name": "X-Api-Key"},
        "bearer": {"type": "http", "scheme": "bearer"},
    }
    found["components"]["securitySchemes"] = keys
    found["security"] = [{}, {"key": []}, {"bearer": []}]
    return found


def _without_validation(found: dict[str, Any]) -> None:
    """Take out what FastAPI adds of its own accord: errors in a shape that is not ours."""
    for methods in found["paths"].values():
        for operation in methods.values():
            if operation["responses"].get("422", {}).get("description") == "Validation Error":
                del operation["responses"]["422"]
    for name in ("HTTPValidationError", "ValidationError"):
        found["components"]["schemas"].pop(name, None)
