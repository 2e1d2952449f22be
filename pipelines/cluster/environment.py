"""What Ray reads of the environment when it is imported."""

from __future__ import annotations

import os
import secrets


def prepare(*, alone: bool) -> None:
    """Set it, where whoever started the program did not.

    Nothing is told to Ray's makers. A cluster on this machine alone lets nobody else in: what is sent to one
    is run there. How others let people in is up to those who run them.

    Args:
        alone: whether a cluster is started on this machine.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    if alone and "RAY_AUTH_MODE" not in os.environ:
        os.environ |= {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32)}
