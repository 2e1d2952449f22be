"""Which language a request is answered in, and sentences in it."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Iterator

import pytest
from fastapi import FastAPI, Request
from starlette.datastructures import Headers
from starlette.testclient import TestClient

from components.i18n import language, speaking
from server.languages import COOKIE, Languages, language_of

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


@pytest.fixture
def client() -> Iterator[TestClient]:
    """Pages that answer with their language, where they were called, and what their root is."""

    def build(code: str) -> FastAPI:
        page = FastAPI()

        @page.get("/{path:path}")
        def answer(request: Request) -> list[str]:
            return [code, language(), request.url.path, request.scope["root_path"]]

        return page

    app = FastAPI()
    app.mount("/", Languages(CODES, build, speaking))
    with TestClient(app) as client:
        yield client


def test_a_page_s_own_calls_name_its_language(client: TestClient) -> None:
    answer = client.post("/fr/gradio_api/run", headers={"accept-language": "de"})
    assert answer.status_code == 405
    answer = client.get("/fr/gradio_api/run", headers={"accept-language": "de"})
    assert answer.json() == ["fr", "fr", "/fr/gradio_api/run", "/fr"]
    assert "vary" not in answer.headers


def test_the_page_s_root_is_where_its_calls_go(client: TestClient) -> None:
    assert client.get("/", headers={"accept-language": "de"}).json() == ["de", "de", "/de/", "/de"]


def test_what_only_looks_like_a_language_is_a_path(client: TestClient) -> None:
    for path in ("/it/", "/den/x", "/favicon.ico"):
        assert client.get(path).json() == ["en", "en", f"/en{path}", "/en"]


@pytest.mark.parametrize("path", ["/de", "/de/"])
def test_a_language_s_address_keeps_the_choice_and_leads_to_the_page(client: TestClient, path: str) -> None:
    answer = client.get(path, follow_redirects=False)
    assert (answer.status_code, answer.headers["cache-control"]) == (303, "no-store")
    assert client.get("/", headers={"accept-language": "fr"}).json()[0] == "de"
    assert client.get(path).url.path == "/"


def test_in_a_frame_the_choice_is_kept_too(client: TestClient) -> None:
    plain, framed = (
        client.get("/fr/", headers=headers, follow_redirects=False).headers["set-cookie"]
        for headers in ({}, {"sec-fetch-dest": "iframe"})
    )
    assert plain == f"{COOKIE}=fr; Path=/; Max-Age=31536000; SameSite=Lax"
    assert framed.endswith("; SameSite=None; Secure; Partitioned")
