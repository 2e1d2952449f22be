"""Addresses as the program knows them, for the log and the metrics: few, and without ids or names."""

from __future__ import annotations

from typing import Any, Final

from starlette.types import Scope

HEALTHZ: Final = "/healthz"
READYZ: Final = "/readyz"
METRICS: Final = "/metrics"
PROBES: Final = (HEALTHZ, READYZ, METRICS)

PAGE: Final = "/"
PAGE_FILES: Final = "page files"
"""What the page loads: its scripts, styles and settings."""

_FILES: Final = (
    "/static/",
    "/assets/",
    "/theme.css",
    "/config",
    "/manifest.json",
    "/favicon.ico",
    "/svelte/",
)
_EVENTS: Final = "/gradio_api/"


def route_of(scope: Scope) -> str:
    """The address of a request, once it was handled: a route's pattern, or one of a few names.

    What was asked for is never told: it may hold an id, which is a key to what lies there.
    """
    route: Any = scope.get("route")
    pattern = getattr(route, "path", "")
    asked = scope["path"]
    if pattern or asked in PROBES:
        return str(pattern or asked)
    if _EVENTS in asked:
        kind = asked.partition(_EVENTS)[2].split("/")[0]
        return f"{_EVENTS}{kind}" if kind in ("run", "heartbeat", "queue", "startup-events") else "other"
    if any(place in asked for place in _FILES):
        return PAGE_FILES
    return PAGE if asked in ("", "/", "/en/", "/de/", "/es/", "/fr/") else "other"
