"""Errors as HTTP answers: one mapping, used by every route, Gradio's own included."""

from __future__ import annotations

import json
from typing import Any, Final

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount

from pipelines.errors import CutawayError

_ANSWERS: Final = {
    400: ("bad_request", "This request can't be understood."),
    401: ("unauthorized", "You need to sign in for this."),
    403: ("forbidden", "This may not be asked for."),
    404: ("not_found", "There is nothing here."),
    405: ("method_not_allowed", "This address can't be used that way."),
    413: ("body_too_large", "This is too large to be sent here."),
    422: ("invalid_request", "A value in this request is missing, or can't be used."),
    503: ("busy", "Too much is waiting just now. Try again shortly."),
}
_FAILED: Final = (
    "internal_error",
    "Something went wrong in Cutaway itself. Try again; if it stays, report it.",
)


def answer_errors(app: FastAPI) -> None:
    """Have an application, and every application mounted in it, answer errors in our way.

    Args:
        app: with its mounts in place.
    """
    app.add_exception_handler(CutawayError, answer_error)
    mounted = [route.app for route in app.routes if isinstance(route, Mount)]
    for part in (app, *(inner for inner in mounted if isinstance(inner, FastAPI))):
        part.add_exception_handler(Exception, answer_failure)
        part.add_exception_handler(HTTPException, answer_refusal)
        part.add_exception_handler(RequestValidationError, answer_invalid)


def error_body(code: str, message: str) -> bytes:
    """The JSON of an error, as bytes, for answers made below the routes."""
    return json.dumps(_fields(code, message)).encode()


async def answer_error(_request: Request, error: Exception) -> Response:
    """Answer one of our errors with its code, sentence and status."""
    assert isinstance(error, CutawayError)  # noqa: S101  (registered for that class only)
    return _answer(error.status, error.code, error.message)


async def answer_refusal(_request: Request, error: Exception) -> Response:
    """Answer what a framework refuses (no such page, wrong method) without its own words."""
    assert isinstance(error, HTTPException)  # noqa: S101  (registered for that class only)
    code, message = _ANSWERS.get(error.status_code, _FAILED if error.status_code >= 500 else _ANSWERS[400])
    return _answer(error.status_code, code, message, error.headers)


async def answer_invalid(_request: Request, _error: Exception) -> Response:
    """Answer a request that does not fit its route, without echoing what was sent."""
    return _answer(422, *_ANSWERS[422])


async def answer_failure(_request: Request, _error: Exception) -> Response:
    """Answer an error that nobody foresaw; the server logs it."""
    return _answer(500, *_FAILED)


def _answer(status: int, code: str, message: str, headers: Any = None) -> Response:
    return JSONResponse(_fields(code, message), status_code=status, headers=headers)


def _fields(code: str, message: str) -> dict[str, str]:
    # Gradio's page looks for the sentence under "detail".
    return {"code": code, "message": message, "detail": message}
