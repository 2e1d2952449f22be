"""The cutout as a tool for AI agents: the Model Context Protocol over HTTP, at ``/mcp``.

One tool, without sessions: every call stands for itself, and goes the same way as a request to our
own API. Nothing here reads a file of this machine or fetches an address by itself.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import contextlib
import json
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any, Final

from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pipelines import save
from pipelines.errors import CutawayError, InputError
from pipelines.recipe import Output, parse_backdrop
from pipelines.settings import Settings
from pipelines.workbench import Workbench
from server.api import files
from server.api.answers import told
from server.api.asking import Ask, ask_of
from server.api.making import Made, answered
from server.forms import Part
from server.removebg.sources import Fetcher

if TYPE_CHECKING:
    import mcp_types as types
    from mcp.server.context import ServerRequestContext

PATH: Final = "/mcp"
TOOL: Final = "remove_background"

_PREVIEW_SIDE: Final = 768
"""Longest side of the picture that an agent sees, in pixels; the file at full size is behind the link."""

_ABOUT: Final = (
    "Cuts the subject out of a photo and, if wanted, puts something else behind it. Answers with a small "
    "picture of the result, a link to the file at full size, and facts: where the subject is, and how far "
    "the cutout can be trusted without a look (confidence)."
)


class Arguments(BaseModel):
    """What an agent gives."""

    model_config = ConfigDict(extra="forbid")

    photo_url: str = Field("", description="Where the photo is. Only on servers that may fetch pictures.")
    photo_base64: str = Field("", description="The photo's file (JPEG, PNG, WebP, HEIC ...) as base64.")
    background: str = Field(
        "",
        description="What to put behind: none (transparent, the default), a colour (white, #ff8800), "
        "gradient:white-#ccc, studio:paper, or blur.",
    )
    preset: str = Field("", description="A market place's or authority's rules, such as amazon-main.")
    recipe: dict[str, Any] = Field(
        default_factory=dict,
        description='Everything else, as a Recipe: {"framing": {"crop": "subject", "margin": "5%"}, '
        '"output": {"format": "jpg"}}.',
    )

    def ask(self) -> Ask:
        """The same as what our own API is asked.

        Raises:
            InputError: something of it can't be used.
        """
        recipe = dict(self.recipe)
        if self.background:
            recipe["background"] = parse_backdrop(self.background).model_dump()
        texts = {"photo_url": self.photo_url, "preset": self.preset, "recipe": json.dumps(recipe)}
        parts = {name: Part(text.encode("utf-8", "replace")) for name, text in texts.items()}
        return ask_of({**parts, "photo": Part(_decoded(self.photo_base64))})


def _decoded(text: str) -> bytes:
    """The bytes that base64 stands for, also as a data URL."""
    try:
        plain = text.partition(",")[2] if text.startswith("data:") else text
        return base64.b64decode("".join(plain.split()), validate=True)
    except (binascii.Error, ValueError):
        raise InputError("photo_base64 is not base64.") from None


def agent_limits(settings: Settings) -> dict[str, int]:
    """How many bytes may be sent, by address: a photo as base64."""
    return {PATH: settings.max_bytes * 4 // 3 + 100_000}


def offer(app: FastAPI, bench: Workbench, fetcher: Fetcher) -> None:
    """Offer the tool within an application; it is there while the application runs.

    Args:
        app: whatever stands in front of it (keys, limits, host names) guards the tool as well.
        bench: has the service and the shelf.
        fetcher: fetches pictures that are given by their addresses.
    Raises:
        InputError: the package that speaks the protocol is not here, or an older one.
    """
    try:
        from mcp.server.lowlevel import Server
        from mcp.server.streamable_http_manager import StreamableHTTPASGIApp, StreamableHTTPSessionManager
    except ImportError:
        raise InputError(
            "The tool for AI agents needs another version of the package mcp: "
            "`pip install -r requirements-agents.txt` brings it."
        ) from None

    tool = _Tool(bench, fetcher)
    server = Server("Cutaway", on_list_tools=tool.listed, on_call_tool=tool.called)
    manager = StreamableHTTPSessionManager(
        server,
        json_response=True,
        stateless=True,
        max_request_body_size=agent_limits(bench.service.settings)[PATH],
    )
    app.router.routes.append(Route(PATH, _no_stream, methods=["GET", "DELETE"]))
    app.router.routes.append(Route(PATH, StreamableHTTPASGIApp(manager)))
    inner = app.router.lifespan_context

    @contextlib.asynccontextmanager
    async def lifespan(served: FastAPI) -> AsyncIterator[Any]:
        async with manager.run(), inner(served) as state:
            yield state

    app.router.lifespan_context = lifespan


async def _no_stream(_request: Request) -> Response:
    """Without sessions there is none to end and nothing to wait for; it would hold a connection for ever."""
    raise HTTPException(405, headers={"Allow": "POST"})


class _Tool:
    """The tool, as the protocol asks for it."""

    def __init__(self, bench: Workbench, fetcher: Fetcher) -> None:
        self._bench = bench
        self._fetcher = fetcher

    async def listed(
        self, _context: ServerRequestContext[Any, Request], _params: Any
    ) -> types.ListToolsResult:
        """Say which tools there are."""
        import mcp_types as types

        tool = types.Tool(
            name=TOOL,
            title="Remove a background",
            description=_ABOUT,
            input_schema=Arguments.model_json_schema(),
            annotations=types.ToolAnnotations(read_only_hint=True, open_world_hint=False),
        )
        return types.ListToolsResult(tools=[tool])

    async def called(
        self, context: ServerRequestContext[Any, Request], params: types.CallToolRequestParams
    ) -> types.CallToolResult:
        """Do what a call asks for; what can't be done is told to the agent in words."""
        import mcp_types as types

        try:
            if params.name != TOOL:
                raise InputError(f"There is no tool of that name. There is {TOOL}.")
            arguments = Arguments.model_validate(params.arguments or {})
            return await self._cut(await asyncio.to_thread(arguments.ask), context.request)
        except ValidationError as error:
            fields = ", ".join(".".join(map(str, one["loc"])) or "arguments" for one in error.errors())
            problem = f"invalid_input: these can't be used: {fields[:200]}."
        except CutawayError as error:
            problem = f"{error.code}: {error.message}"
        return types.CallToolResult(content=[types.TextContent(text=problem)], is_error=True)

    async def _cut(self, ask: Ask, request: Request | None) -> types.CallToolResult:
        def tell(made: Made) -> types.CallToolResult:
            if request is not None:
                request.state.megapixels = made.megapixels
            return self._result(made, _base(request))

        return await answered(self._bench, self._fetcher, ask, tell)

    def _result(self, made: Made, base: str) -> types.CallToolResult:
        import mcp_types as types

        links = files.keep(self._bench.shelf, made, base)
        facts = told(made, links, self._bench.service.settings.keep_minutes * 60)
        shown = facts.model_dump_json(exclude={"recipe", "timings"}, exclude_none=True)
        small = save.encode(made.cutout.render(_PREVIEW_SIDE), Output(format="png"), icc=None, dpi=None)
        picture = types.ImageContent(data=base64.b64encode(small).decode("ascii"), mime_type="image/png")
        link = types.ResourceLink(name=made.file.name, uri=links.result, mime_type=made.file.media_type)
        return types.CallToolResult(content=[types.TextContent(text=shown), picture, link])


def _base(request: Request | None) -> str:
    """The address that the agent reached this server at."""
    return "" if request is None else str(request.base_url).rstrip("/")
