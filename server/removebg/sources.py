"""The pictures that a request gives, as bytes: from its body, or fetched."""

from __future__ import annotations

from typing import Final, Protocol

from pipelines.errors import ImageTooLarge, InputError
from server.removebg.problems import refused
from server.removebg.wish import Link

_NO_URL: Final = frozenset({"url_invalid", "invalid_url"})
"""Codes of a fetcher's errors that say that an address is none."""


class Fetcher(Protocol):
    """Fetches pictures from other servers."""

    async def fetch(self, url: str, *, max_bytes: int | None = None) -> bytes:
        """What is at an address.

        Args:
            url: http or https.
            max_bytes: no more of it is taken.
        Raises:
            InputError: it can't be had, or may not be asked for.
        """
        ...


async def picture(given: bytes | Link, fetcher: Fetcher, limit: int) -> bytes:
    """The bytes of the picture to cut out.

    Args:
        given: by the request.
        fetcher: fetches it where only its address is given.
        limit: bytes that it may have.
    Raises:
        ApiRefusal: it can't be fetched, or is too large.
    """
    return await _taken(given, fetcher, limit, ("failed_image_download", "invalid_image_url"))


async def backdrop(given: bytes | Link | None, fetcher: Fetcher, limit: int) -> bytes | None:
    """The bytes of the picture to put behind; None where none is wanted. See :func:`picture`."""
    if given is None:
        return None
    return await _taken(given, fetcher, limit, ("failed_bg_download", "invalid_bg_image_url"))


async def _taken(given: bytes | Link, fetcher: Fetcher, limit: int, codes: tuple[str, str]) -> bytes:
    data = given
    too_large = refused("file_too_large", f"File exceeds limit of {limit / 1e6:g}MB")
    if isinstance(data, Link):
        try:
            data = await fetcher.fetch(data.url, max_bytes=limit)
        except ImageTooLarge:
            raise too_large from None
        except InputError as error:
            failed, invalid = codes
            if error.code in _NO_URL:
                raise refused(invalid, error.message) from None
            raise refused(failed, about=error.message) from None
    if len(data) > limit:
        raise too_large
    return data
