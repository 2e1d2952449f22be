"""Answers only under names that are ours: a page elsewhere may have its name lead to this machine."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from pipelines.access.doors import is_loopback
from pipelines.errors import WrongHost
from server.bodies import REFUSED_BYTES, patient
from server.errors import refuse
from server.proxies import forwarded


class KnownHosts:
    """Refuses requests for host names that are not ours (DNS rebinding).

    Browsers send the name in each request; a program that sends none is let through.

    Args:
        app: the application behind.
        hosts: names beside those of loopback, ``*.example.com`` for all below one; None for any.
        direct: whether requests must not come through a proxy, because none was named: one that nobody
            spoke of would make everybody look like the people at this machine.
    """

    def __init__(self, app: ASGIApp, hosts: Sequence[str] | None, *, direct: bool) -> None:
        self._app = app
        self._hosts = hosts
        self._direct = direct

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection (ASGI)."""
        problem = self._problem(Headers(scope=scope)) if scope["type"] == "http" else ""
        if not problem:
            await self._app(scope, receive, send)
            return
        await refuse(scope, patient(receive, send, REFUSED_BYTES), WrongHost(problem))

    def _problem(self, headers: Headers) -> str:
        name = _name(headers.get("host", ""))
        if self._hosts is not None and name and not (is_loopback(name) or self._knows(name)):
            return "Cutaway does not answer under this name. CUTAWAY_ALLOWED_HOSTS can allow it."
        if self._direct and forwarded(headers):
            return (
                "This came through a proxy that Cutaway was not told of. Whoever runs it names it in "
                "CUTAWAY_TRUSTED_PROXIES."
            )
        return ""

    def _knows(self, name: str) -> bool:
        return any(
            name.endswith(known[1:]) if known.startswith("*.") else name == known
            for known in self._hosts or ()
        )


def _name(host: str) -> str:
    """A Host header without its port, as names are compared."""
    bare = host.strip().lower()
    if not bare.startswith("["):
        bare = bare.rpartition(":")[0] if ":" in bare else bare
    else:
        bare = bare.partition("]")[0] + "]"
    return bare.rstrip(".")
