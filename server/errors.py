"""Errors as HTTP answers: one mapping, used by every route, Gradio's own included."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount
from starlette.types import Scope, Send

from pipelines.errors import ClientGone, CutawayError
from server.removebg import problems
from server.removebg.problems import Problem

FACTS: Final = "cutaway.request"
"""Where a scope holds what is known of its request (:class:`server.reception.RequestFacts`)."""

ANSWERS: Final = {
    400: ("bad_request", "This request can't be understood."),
    401: ("unauthorized", "You need to sign in for this."),
    403: ("forbidden", "This may not be asked for."),
    404: ("not_found", "There is nothing here."),
    405: ("method_not_allowed", "This address can't be used that way."),
    413: ("body_too_large", "This is too large to be sent here."),
    415: ("unsupported_media_type", "Bodies of this kind are not read here."),
    422: ("invalid_request", "A value in this request is missing, or can't be used."),
    503: ("busy", "Too much is waiting just now. Try again shortly."),
}
"""What a framework refuses, by status: a code and a sentence."""

FAILED: Final = (
    "internal_error",
    "Something went wrong in Cutaway itself. Try again; if it stays, report it.",
)
"""The same for what nobody foresaw."""


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
        part.add_exception_handler(ClientDisconnect, answer_nobody)


async def refuse(
    scope: Scope, send: Send, error: CutawayError, headers: Mapping[str, str] | None = None
) -> None:
    """Answer with an error of ours, from below the routes.

    Args:
        scope: the connection's; its path decides the shape of the answer.
        send: the connection's.
        error: what to answer.
        headers: more of them, such as ``Retry-After``.
    """
    status, fields, media_type = _told(scope, error)
    body = json.dumps(fields).encode()
    more = {"Content-Type": media_type, "Connection": "close", **_later(error), **(headers or {})}
    raw = [(name.lower().encode(), value.encode("latin-1")) for name, value in more.items()]
    raw.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": body})


async def answer_error(request: Request, error: Exception) -> Response:
    """Answer one of our errors with its code, sentence and status."""
    assert isinstance(error, CutawayError)  # noqa: S101  (registered for that class only)
    return _answer(request, error, _later(error))


async def answer_refusal(request: Request, error: Exception) -> Response:
    """Answer what a framework refuses (no such page, wrong method) without its own words."""
    assert isinstance(error, HTTPException)  # noqa: S101  (registered for that class only)
    said = ANSWERS.get(error.status_code, FAILED if error.status_code >= 500 else ANSWERS[400])
    return _answer(request, Problem(error.status_code, *said), error.headers)


async def answer_invalid(request: Request, error: Exception) -> Response:
    """Answer a request that does not fit its route: what is wrong, without echoing what was sent."""
    assert isinstance(error, RequestValidationError)  # noqa: S101  (registered for that class only)
    code, said = ANSWERS[422]
    named = _named(error)
    return _answer(request, Problem(422, code, f"{said} Look at: {', '.join(named)}." if named else said))


def _named(error: RequestValidationError) -> list[str]:
    """The parameters and fields that an error is about, as a route calls them."""
    known = [wrong for wrong in error.errors() if wrong["type"] not in ("extra_forbidden", "json_invalid")]
    places = [wrong["loc"] for wrong in known if wrong["loc"]]
    return list(dict.fromkeys(str(place[1] if len(place) > 1 else place[0]) for place in places))


async def answer_nobody(request: Request, _error: Exception) -> Response:
    """End a request whose client left before all of it was here; the answer goes nowhere."""
    return _answer(request, ClientGone("Nobody waits for this any more."))


async def answer_failure(request: Request, _error: Exception) -> Response:
    """Answer an error that nobody foresaw; the server logs it."""
    return _answer(request, Problem(500, *FAILED))


def _later(error: CutawayError) -> dict[str, str]:
    """The header that says when to try again, where that is of use."""
    return {} if error.retry_after is None else {"Retry-After": str(error.retry_after)}


def _answer(request: Request, wrong: CutawayError | Problem, headers: Any = None) -> Response:
    status, fields, media_type = _told(request.scope, wrong)
    return JSONResponse(fields, status_code=status, headers=headers, media_type=media_type)


def _told(scope: Scope, wrong: CutawayError | Problem) -> tuple[int, dict[str, Any], str]:
    """An error's status, body and media type, in the shape that the address wants: remove.bg's or ours.

    What is known of the request gets to know its code; an error in our shape names the request.
    """
    facts = scope.get(FACTS)
    if facts is not None:
        facts.error = wrong.code
    if problems.asked_for(scope):
        if isinstance(wrong, CutawayError):
            told = problems.problem_of(wrong)
        else:
            told = problems.problem_in(wrong.status, wrong.code, wrong.title)
        return told.status, told.body(), problems.MEDIA_TYPE
    message = wrong.message if isinstance(wrong, CutawayError) else wrong.title
    # Gradio's page looks for the sentence under "detail".
    told_ours = {"code": wrong.code, "message": message, "detail": message}
    named = {} if facts is None else {"request_id": facts.id}
    return wrong.status, {**told_ours, **named}, "application/json"
