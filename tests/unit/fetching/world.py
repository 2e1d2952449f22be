"""A public site, a place inside, and names that lead to either."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from server.fetching import Fetcher
from server.fetching.policy import UrlPolicy
from server.fetching.rules import HostRules
from tests.websites import LeadingNetwork, Website

LIMIT = 3_000_000
SITE = "http://pictures.example"
HEAD = b"HTTP/1.1 200 OK\r\n"


@dataclass
class Names:
    """A name server that gives its answers in turn, the last one for ever."""

    answers: dict[str, list[list[str]]]

    async def __call__(self, host: str) -> Sequence[str]:
        if host not in self.answers:
            raise OSError("no such host")
        turns = self.answers[host]
        return turns.pop(0) if len(turns) > 1 else turns[0]


@dataclass
class World:
    """A public site, a server that nobody should reach, and a network that leads to both."""

    site: Website
    canary: Website
    network: LeadingNetwork
    names: Names

    def fetch(
        self,
        url: str,
        *,
        hosts: str = "",
        everyone: bool = True,
        seconds: float = 10,
        limit: int | None = None,
    ) -> bytes:
        policy = UrlPolicy(HostRules.of(hosts), everyone=everyone)
        fetcher = Fetcher(policy, seconds, LIMIT, self.names, self.network)
        return asyncio.run(fetcher.fetch(url, max_bytes=limit))
