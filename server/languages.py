"""One page for each language, at the same address: the visitor's choice or browser decides."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, AsyncExitStack
from http.cookies import CookieError, SimpleCookie
from typing import Final

from fastapi import FastAPI
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import Message, Receive, Scope, Send

COOKIE: Final = "cutaway-language"
"""What keeps a visitor's choice; the page sets it."""


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
        self._build = build
        self._speaking = speaking
        self._pages: dict[str, FastAPI] = {}
        self._one_at_a_time = asyncio.Lock()
        self._open = AsyncExitStack()

    async def start(self) -> None:
        """Build the default page."""
        await self._page(self._codes[0])

    async def stop(self) -> None:
        """Close every page."""
        await self._open.aclose()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        code = language_of(Headers(scope=scope), self._codes)
        page = await self._page(code)

        async def send_varied(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).add_vary_header("Accept-Language, Cookie")
            await send(message)

        with self._speaking(code):
            await page(scope, receive, send_varied)

    async def _page(self, code: str) -> FastAPI:
        async with self._one_at_a_time:
            if code not in self._pages:
                with self._speaking(code):
                    page = await asyncio.to_thread(self._build, code)
                await self._open.enter_async_context(page.router.lifespan_context(page))
                self._pages[code] = page
            return self._pages[code]


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
