"""What the API's description says of jobs beside what is read off the routes."""

from __future__ import annotations

from typing import Any, Final

from starlette.responses import Response

from server.api import reference
from server.api.jobs.asking import JobWish

_SENDING: Final = (
    *("unsupported_format", "image_unreadable", "image_too_large", "too_many_photos", "storage_full"),
    *("body_too_large", "invalid_body", "unknown_field", "unsupported_media_type", "wrong_job_state"),
    *("output_error", "busy"),
)
_RECIPES: Final = (
    *("invalid_recipe", "unknown_preset", "unknown_model", "licence_not_accepted", "weights_unavailable"),
    *("invalid_request", "folder_not_allowed"),
)
_HOOKS: Final = ("urls_off", "url_invalid", "url_not_allowed")
_ONE: Final = ("job_not_found", "storage_full", "ledger_unusable")
_BINARY: Final = {"schema": {"type": "string", "contentMediaType": "application/octet-stream"}}
_KEY: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "maxLength": 255},
    "description": "a word of your own for this very request, a UUID say: sent once more, because the answer "
    "was lost, it makes no second job",
}


def _form(*, job: bool) -> dict[str, Any]:
    files = {
        "photos": {"type": "array", "items": _BINARY["schema"], "description": "any number of photos"},
        "archive": {**_BINARY["schema"], "description": "a ZIP of photos; its folders are kept"},
    }
    wish = {"$ref": f"#/components/schemas/{JobWish.__name__}"}
    content: dict[str, Any] = {
        "multipart/form-data": {
            "schema": {"type": "object", "properties": {**files, **({"job": wish} if job else {})}},
            "encoding": {"job": {"contentType": "application/json"}} if job else {},
        }
    }
    if not job:
        return {"requestBody": {"required": False, "content": content}}
    content["application/json"] = {"schema": wish}
    return {"requestBody": {"required": False, "content": content}, "parameters": [_KEY]}


LISTS: Final = reference.errors("internal_error")
ONE: Final = reference.errors(*_ONE)
ITEMS: Final = reference.errors(*_ONE, "invalid_request")
CHANGING: Final = reference.errors(*_ONE, *_RECIPES)
TRYING: Final = reference.errors(
    *_ONE, *_RECIPES, *("photo_not_found", "image_unreadable", "image_truncated", "image_too_large", "busy")
)
PICTURE_ERRORS: Final = reference.errors(*_ONE, "photo_not_found", "invalid_request")

CREATING: Final[dict[str, Any]] = {
    "responses": {201: {"description": "The job."}, **reference.errors(*_SENDING, *_RECIPES, *_HOOKS)},
    "openapi_extra": _form(job=True),
}
ADDING: Final[dict[str, Any]] = {
    "responses": reference.errors(*_ONE, *_SENDING),
    "openapi_extra": _form(job=False),
}
NOTHING: Final[dict[str, Any]] = {
    "status_code": 204,
    "response_class": Response,
    "responses": reference.errors(*_ONE),
}
EVENTS: Final[dict[str, Any]] = {
    "response_class": Response,
    "responses": {
        200: {
            "description": "`progress` events, a job each, and an `end` event when it is at rest.",
            "content": {"text/event-stream": {"schema": {"type": "string"}}},
        },
        **reference.errors(*_ONE),
    },
}
PICTURE: Final[dict[str, Any]] = {
    "response_class": Response,
    "responses": {
        200: {"description": "The file.", "content": {"image/*": _BINARY}},
        **reference.errors(
            *_ONE,
            *("photo_not_found", "invalid_request", "image_unreadable", "image_too_large"),
            *("image_truncated", "unsupported_format", "busy"),
        ),
    },
}
ZIP: Final[dict[str, Any]] = {
    "response_class": Response,
    "responses": {
        200: {"description": "The archive.", "content": {"application/zip": _BINARY}},
        **reference.errors(*_ONE, "invalid_request"),
    },
}
REPORT: Final[dict[str, Any]] = {
    "response_class": Response,
    "responses": {
        200: {
            "description": "The report.",
            "content": {
                "text/csv": {"schema": {"type": "string"}},
                "text/html": {"schema": {"type": "string"}},
            },
        },
        **reference.errors(*_ONE, "not_found", "invalid_recipe"),
    },
}
