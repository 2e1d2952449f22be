"""Our errors as HTTP answers: one mapping, used by every route."""

from __future__ import annotations

import json

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from pipelines.errors import CutawayError


def error_body(code: str, message: str) -> bytes:
    """The JSON of an error, as bytes, for answers made below the routes."""
    return json.dumps({"code": code, "message": message}).encode()


async def answer_error(_request: Request, error: Exception) -> Response:
    """Answer one of our errors with its code, sentence and status."""
    assert isinstance(error, CutawayError)  # noqa: S101  (registered for that class only)
    return JSONResponse({"code": error.code, "message": error.message}, status_code=error.status)
