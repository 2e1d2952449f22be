"""One page for each language, at the same address: the visitor's choice or browser decides.

The page's own calls go to ``/LANGUAGE/...``, so that each comes back to the page that it was
sent from, though the visitor may have chosen another language in another window meanwhile.
The address ``/LANGUAGE/`` itself keeps the choice and leads to the page, with what was asked of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, AsyncExitStack
from http.cookies import CookieError, SimpleCookie
from typing import Final

from fastapi import FastAPI
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.areas import path_of

COOKIE: Final = "cutaway-language"
"""What keeps a visitor's choice."""

_KEPT_SECONDS: Final = 365 * 24 * 3600

_HEAD: Final = b'lang="en"'
"""What every page of Gradio begins with, whatever its language."""


class Languages:
    """An ASGI application that hands each request to the page of its language.

    Pages are built when they are first asked for, so that starting does not wait for
    languages that nobody speaks.

    Args:
        codes: the languages, the default first.
        build: makes the application around the page of a language.
        speaking: within it, everything speaks that language.
    """

    def __init__(
        self,
        codes: Sequence[str],
        build: Callable[[str], FastAPI],
        speaking: Callable[[str], AbstractContextManager[None]],
    ) -> None:
        self._codes = list(codes)
        self.build = build
        self._speaking = speaking
        self._pages: dict[str, FastAPI] = {}
        self._one_at_a_time = asyncio.Lock()
        self._open = AsyncExitStack()

    def speaking_to(self, headers: Headers) -> AbstractContextManager[None]:
        """Within it, everything speaks the language that a request asks for."""
        return self._speaking(language_of(headers, self._codes))

    async def start(self) -> None:
        """Build the default page."""
        await self._page(self._codes[0])

    def hang_up(self) -> None:
        """End what lasts as long as a page is open; a server that stops would wait for it."""
        for page in self._pages.values():
            for route in page.routes:
                stop: asyncio.Event | None = getattr(getattr(route, "app", None), "stop_event", None)
                if stop:
                    stop.set()

    async def stop(self) -> None:
        """Close every page."""
        await self._open.aclose()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        root = scope.get("root_path", "")
        path = path_of(scope)
        _, code, *rest = path.split("/", 2)
        if code in self._codes and rest in ([], [""]):
            page = "../" if rest else "./"
            query = scope.get("query_string", b"").decode("latin-1")
            await _choose(code, f"{page}?{query}" if query else page)(scope, receive, send)
        elif code in self._codes:
            inner = {**scope, "root_path": f"{root}/{code}", "path": root + path}
            await self._answer(code, inner, receive, send)
        else:
            code = language_of(Headers(scope=scope), self._codes)
            below = f"{root}/{code}"
            inner = {**scope, "root_path": below, "path": below + path}
            await self._answer(code, inner, receive, _varied(send))

    async def _answer(self, code: str, scope: Scope, receive: Receive, send: Send) -> None:
        page = await self._page(code)
        with self._speaking(code):
            await page(scope, receive, send)

    async def _page(self, code: str) -> FastAPI:
        async with self._one_at_a_time:
            if code not in self._pages:
                with self._speaking(code):
                    page = await asyncio.to_thread(self.build, code)
                await self._open.enter_async_context(page.router.lifespan_context(page))
                self._pages[code] = page
            return self._pages[code]


class PageLanguage:
    """Has a Gradio page say in its first line which language it is in, and Gradio itself speak it.

    Args:
        app: a Gradio page, not compressed yet.
        code: the language.
    """

    def __init__(self, app: ASGIApp, code: str) -> None:
        self._app = app
        self._lang = f'lang="{code}"'.encode()
        # Gradio takes the language of its few own words from the browser, which may speak another.
        told = f"<script>Object.defineProperty(navigator, 'language', {{ value: '{code}' }});</script>"
        self._first = b"<head>" + told.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection (ASGI)."""
        start: Message = {}

        async def send_in_language(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start" and _is_html(message):
                start = message  # waits for the length of what follows
                return
            if start:
                message = {**message, "body": self._said(message["body"])}
                MutableHeaders(scope=start)["content-length"] = str(len(message["body"]))
                await send(start)
                start = {}
            await send(message)

        await self._app(scope, receive, send_in_language)

    def _said(self, page: bytes) -> bytes:
        return page.replace(_HEAD, self._lang, 1).replace(b"<head>", self._first, 1)


def _is_html(message: Message) -> bool:
    return Headers(raw=message["headers"]).get("content-type", "").startswith("text/html")


def _varied(send: Send) -> Send:
    """Tell caches that the answer depends on who asks."""

    async def send_varied(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).add_vary_header("Accept-Language, Cookie")
        await send(message)

    return send_varied


def _choose(code: str, page: str) -> ASGIApp:
    """Keep the choice of a language, and lead to the page."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        # In a frame of another site's page a browser keeps cookies only when they are marked so.
        framed = Headers(scope=scope).get("sec-fetch-dest") == "iframe"
        site = "SameSite=None; Secure; Partitioned" if framed else "SameSite=Lax"
        path = scope.get("root_path", "") or "/"
        cookie = f"{COOKIE}={code}; Path={path}; Max-Age={_KEPT_SECONDS}; {site}"
        headers = {"Set-Cookie": cookie, "Cache-Control": "no-store"}
        await RedirectResponse(page, status_code=303, headers=headers)(scope, receive, send)

    return answer


def language_of(headers: Headers, codes: Sequence[str]) -> str:
    """The language to answer in.

    Args:
        headers: the request's; a choice kept in the cookie wins over what the browser asks for.
        codes: what there is, the default first.
    """
    chosen = _chosen(headers.get("cookie", ""))
    if chosen in codes:
        return chosen
    for wanted in _asked_for(headers.get("accept-language", "")):
        if wanted in codes:
            return wanted
    return codes[0]


def _chosen(cookie: str) -> str:
    try:
        kept = SimpleCookie(cookie).get(COOKIE)
    except CookieError:
        return ""
    return kept.value if kept else ""


def _asked_for(header: str) -> list[str]:
    """Languages without their regions, the most wanted first (RFC 9110, 12.5.4)."""
    ranked = []
    for part in header.split(","):
        name, _, weight = part.strip().partition(";q=")
        try:
            quality = float(weight or 1)
        except ValueError:
            continue
        if quality > 0:
            ranked.append((-quality, name.split("-")[0].strip().lower()))
    return [name for _, name in sorted(ranked, key=lambda pair: pair[0])]
