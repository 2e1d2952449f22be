"""Which part of the server an address belongs to, as far as it matters who may ask for it."""

from __future__ import annotations

import re
from typing import Final, Literal

from starlette.types import Scope

Area = Literal["public", "api", "page"]

_API: Final = ("/v1.0/", "/api/", "/mcp/")

_PUBLIC: Final = re.compile(
    r"/api/v1/(docs|openapi\.json)"
    r"|/login|/logout|/healthz|/readyz|/robots\.txt|/favicon\.ico"
    r"|/share/[\w-]+(/[\w-]+)?|/share/static/[\w.-]+",
    re.ASCII,
)
"""What needs neither key nor login: links for clients are opened by those who got them, and how the API is
asked is no secret."""


def path_of(scope: Scope) -> str:
    """The address below the one that the server is reached at."""
    path, root = str(scope["path"]), str(scope.get("root_path", ""))
    return path.removeprefix(root) if f"{path}/".startswith(f"{root}/") else path


def area_of(scope: Scope) -> Area:
    """Where an address belongs; what is not known otherwise belongs to the page."""
    path = path_of(scope)
    if _PUBLIC.fullmatch(path):
        return "public"
    return "api" if f"{path}/".startswith(_API) else "page"


def is_api(scope: Scope) -> bool:
    """Whether an address belongs to one of the APIs for programs."""
    return area_of(scope) == "api"
