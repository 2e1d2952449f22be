"""What all requests have in common: the address, the key, and patience."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx

from cutaway_client.errors import CutawayError, waiting

Source = str | Path | bytes
"""A file's path, or its bytes. An address (``https://...``) is a text that the server fetches."""

API: Final = "/api/v1"
_LATER: Final = (429, 503)
"""Statuses that ask for another try."""

_FIRST_WAIT: Final = 1.0


@dataclass(frozen=True)
class Patience:
    """How often a request is made, where the server asks to come again later.

    Attributes:
        tries: at most so often.
        longest: seconds that are waited at most before a try; a server that wants more is given up.
        sleep: waits; replaced in tests.
    """

    tries: int = 4
    longest: float = 30
    sleep: Callable[[float], None] = time.sleep


class Connection:
    """Makes requests. Safe to share between threads.

    Args:
        http: knows the address and the key.
        patience: what to do where the server asks to come again later.
    """

    def __init__(self, http: httpx.Client, patience: Patience) -> None:
        self.http = http
        self.patience = patience

    def ask(self, method: str, path: str, **body: Any) -> httpx.Response:
        """Ask, and once more where the server asks to come again later.

        Raises:
            CutawayError: the server refused it.
            httpx.HTTPError: the server can't be reached.
        """
        for attempt in range(max(1, self.patience.tries)):
            answer = self.http.request(method, path, **body)
            wait = waiting(answer)
            wait = _FIRST_WAIT * 2**attempt if wait is None else wait
            last = attempt + 1 >= self.patience.tries
            if answer.status_code not in _LATER or last or wait > self.patience.longest:
                break
            self.patience.sleep(wait)
        if not answer.is_success:
            raise CutawayError.of(answer)
        return answer

    @contextmanager
    def streamed(self, path: str, **more: Any) -> Iterator[httpx.Response]:
        """Ask for an answer that is read while it comes.

        Raises:
            CutawayError: the server refused it.
            httpx.HTTPError: the server can't be reached.
        """
        with self.http.stream("GET", path, **more) as answer:
            if not answer.is_success:
                answer.read()
                raise CutawayError.of(answer)
            yield answer

    def place(self, link: str) -> str:
        """A link's whole address: a server below another address puts that into its links."""
        return str(self.http.base_url.join(link))


def file_of(source: Source) -> tuple[str, bytes]:
    """A file's name and bytes."""
    if isinstance(source, bytes):
        return "photo", source
    return Path(source).name, Path(source).read_bytes()
