"""Which language a request is answered in, and sentences in it."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI
from starlette.datastructures import Headers
from starlette.testclient import TestClient

from components.i18n import language, speaking
from server.languages import Languages, language_of

CODES = ["en", "de", "fr"]


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, "en"),
        ({"accept-language": "de-AT,de;q=0.9,en;q=0.8"}, "de"),
        ({"accept-language": "it, fr;q=0.4, de;q=0.6"}, "de"),
        ({"accept-language": "it"}, "en"),
        ({"accept-language": "de;q=0, fr;q=0.1"}, "fr"),
        ({"accept-language": "de;q=much, fr"}, "fr"),
        ({"accept-language": "*"}, "en"),
        ({"accept-language": "de", "cookie": "a=b; cutaway-language=fr"}, "fr"),
        ({"accept-language": "de", "cookie": "cutaway-language=xx"}, "de"),
        ({"accept-language": "de", "cookie": "=;;\x00"}, "de"),
    ],
)
def test_the_choice_wins_then_the_browser(headers: dict[str, str], code: str) -> None:
    assert language_of(Headers(headers), CODES) == code


def test_pages_are_built_once_when_they_are_asked_for_and_closed_at_the_end() -> None:
    told: list[str] = []

    def build(code: str) -> FastAPI:
        @contextlib.asynccontextmanager
        async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
            told.append(f"open {code}")
            yield
            told.append(f"close {code}")

        page = FastAPI(lifespan=lifespan)
        built_in = language()

        @page.get("/")
        def answer() -> list[str]:  # runs in a thread, which must speak the language too
            return [built_in, language()]

        return page

    pages = Languages(CODES, build, speaking)

    @contextlib.asynccontextmanager
    async def around(_app: FastAPI) -> AsyncIterator[None]:
        await pages.start()
        yield
        await pages.stop()

    app = FastAPI(lifespan=around)
    app.mount("/", pages)
    with TestClient(app) as client:
        for code in ("de", "en", "de"):
            answer = client.get("/", headers={"accept-language": code})
            assert answer.json() == [code, code]
            assert "Accept-Language" in answer.headers["vary"]
    assert told == ["open en", "open de", "close de", "close en"]
