"""Who has to show something before they are let in, and under which names a server answers."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Final

from pipelines.access.keys import Keys
from pipelines.access.password import Password
from pipelines.errors import InputError
from pipelines.settings import Settings

TUNNEL: Final = "*.gradio.live"
"""The names of the links that ``--share`` opens."""

_PRIVATE: Final = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
"""Where the proxies of a Hugging Face Space ask from: nobody else reaches its container."""


@dataclass(frozen=True)
class Reach:
    """How far a server can be reached.

    Attributes:
        host: the address it is bound to.
        share: whether Gradio's tunnel leads to it.
        space: whether it runs as a Hugging Face Space.
        open: whether everybody is to be let in.
    """

    host: str = "127.0.0.1"
    share: bool = False
    space: bool = False
    open: bool = False


class Doors:
    """What a server demands of whom, now: keys and passwords may come and go while it runs.

    Args:
        settings: hosts, proxies and limits.
        reach: how far it can be reached.
    """

    def __init__(self, settings: Settings, reach: Reach) -> None:
        self.settings = settings
        self.reach = reach
        self.keys = Keys(settings.config)
        self.password = Password(settings.config)

    @property
    def exposed(self) -> bool:
        """Whether others than the people at this machine can reach it."""
        reach, settings = self.reach, self.settings
        named = [name for name in settings.allowed_hosts if not is_loopback(name)]
        away = reach.share or reach.space or bool(settings.trusted_proxies) or bool(named)
        return away or not is_loopback(reach.host)

    @property
    def guarded(self) -> bool:
        """Whether there is anything that could be demanded."""
        return self.keys.ever_made or self.password.is_set

    @property
    def open(self) -> bool:
        """Whether everybody is let in: by order, or because links and Spaces are meant so."""
        return self.reach.open or ((self.reach.share or self.reach.space) and not self.guarded)

    @property
    def keys_demanded(self) -> bool:
        """Whether the API takes requests with a key only."""
        return not self.open and (self.exposed or self.guarded)

    @property
    def login_demanded(self) -> bool:
        """Whether the page wants its password first."""
        return not self.open and (self.exposed or self.password.is_set)

    @property
    def local(self) -> bool:
        """Whether everything is asked by the people at this machine, who need no limits."""
        return not self.exposed and not self.guarded

    @property
    def hosts(self) -> tuple[str, ...] | None:
        """Host names to answer for, beside those of loopback; None for any.

        A page of another site can have its name lead to this machine (DNS rebinding), but then its
        requests bear that name.
        """
        allowed = self.settings.allowed_hosts
        if self.reach.share:
            allowed = (*allowed, TUNNEL)
        anywhere = not allowed and not is_loopback(self.reach.host)
        return None if anywhere or "*" in allowed else allowed

    @property
    def proxies(self) -> tuple[str, ...]:
        """Addresses and networks of the proxies to believe."""
        return self.settings.trusted_proxies or (_PRIVATE if self.reach.space else ())

    def check(self) -> None:
        """Refuse to start what strangers could use without anybody having said so.

        Raises:
            InputError: the message names what can be done.
            AccessDamaged: keys or the password can't be read.
        """
        guarded = self.guarded  # in any case: damaged files are better told now than to whoever asks
        if self.exposed and not self.open and not guarded:
            raise InputError(
                f"Others could use Cutaway at {self.reach.host}, so say how. Make a key for programs "
                "(`python app.py keys add NAME`), set a password for the page (`python app.py password`), or "
                "both; or let everybody in with --open."
            )
        if "*" in self.settings.cors_origins and not self.keys_demanded and not self.reach.open:
            raise InputError(
                "CUTAWAY_CORS_ORIGINS=* would let every web site use this server, for it asks for no key. "
                "Name the sites, make a key, or start with --open."
            )


def is_loopback(name: str) -> bool:
    """Whether a host name or address leads to this machine and nowhere else.

    Args:
        name: without a port; IPv6 addresses with or without brackets.
    """
    name = name.lower().rstrip(".")
    if name == "localhost" or name.endswith(".localhost"):  # RFC 6761, 6.3
        return True
    try:
        return ipaddress.ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False
