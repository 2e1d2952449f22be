"""Below an address of its own: ``https://example.com/cutaway/``, with a proxy in front."""

from __future__ import annotations

from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send


class BelowPrefix:
    """Takes the prefix off what is asked for, whether the proxy in front has done so already or not.

    Everything behind sees the addresses that it knows, and in ``root_path`` what stands in front
    of them for the browser.

    Args:
        app: everything else.
        prefix: such as ``/cutaway``.
    """

    def __init__(self, app: ASGIApp, prefix: str) -> None:
        self._app = app
        self._prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection (ASGI)."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif scope["path"] == self._prefix:
            await RedirectResponse(f"{self._prefix}/", 308)(scope, receive, send)
        else:
            path, raw = scope["path"], scope.get("raw_path") or scope["path"].encode()
            if path.startswith(f"{self._prefix}/"):
                path, raw = path.removeprefix(self._prefix), raw.removeprefix(self._prefix.encode())
            below = {**scope, "root_path": self._prefix, "path": path, "raw_path": raw}
            await self._app(below, receive, send)
