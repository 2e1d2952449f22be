"""The sandbox: files from strangers are decoded in processes that can do nothing else.

Each file gets a process of its own: a copy (fork) of a small one that has the decoders read in, made
while nobody waits for it. Before it sees the file it gives up the network, all files, other programs
and processes (:mod:`~pipelines.sandbox.confine`); its memory and its time are bounded. What it makes is
read straight out of its memory, checked, and the process is ended.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from pipelines.settings import Settings, SettingsError, Switch

if TYPE_CHECKING:
    from pipelines.sandbox.decoding import Sandbox


__all__ = ["Switch", "decided", "sandbox_for", "supported"]


def supported() -> bool:
    """Whether this system can do it: Linux only."""
    return sys.platform == "linux"


def decided(settings: Settings, reached: bool) -> Settings:
    """Settings of which ``sandbox`` says yes or no, for a server.

    Args:
        settings: what was set.
        reached: whether others than the people at this machine can reach it.
    """
    if settings.sandbox != "auto":
        return settings
    return settings.model_copy(update={"sandbox": "on" if reached and supported() else "off"})


def sandbox_for(settings: Settings) -> Sandbox | None:
    """The sandbox that the settings ask for; None where they ask for none.

    Raises:
        SettingsError: it can't be had on this system.
    """
    if settings.sandbox != "on":
        return None
    if not supported():
        raise SettingsError("CUTAWAY_SANDBOX=on: needs Linux. Run Cutaway in a container, or set it to off.")
    from pipelines.limits import Limits
    from pipelines.sandbox.decoding import Sandbox

    return Sandbox(Limits.of(settings), seconds=settings.decode_seconds, ready=max(2, settings.workers))
