"""Every code that an error of the API can have."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from pydantic import Field

from pipelines import errors
from pipelines.errors import (
    ApiRefusal,
    BatchPaused,
    ClientGone,
    CutawayError,
    FileReference,
    KeyRefused,
    ShapeError,
    ShareNotFound,
    SourceUnavailable,
    TooMany,
    UnknownKey,
)
from server.api.answers import Answer
from server.api.asking import CODES
from server.errors import ANSWERS, FAILED

_ELSEWHERE: Final = (ApiRefusal, FileReference, KeyRefused, ShapeError, ShareNotFound)
"""Errors without a code of their own, and those that no route of this API has."""

_COMMANDS: Final = (BatchPaused, ClientGone, SourceUnavailable, TooMany, UnknownKey)
"""The same of commands and of pages, and what nobody gets to read."""


class ErrorBody(Answer):
    """An error, of whatever kind."""

    code: str = Field(description="stays as it is, for programs", examples=["image_too_large"])
    message: str = Field(
        description="for people: what is wrong, and what to do",
        examples=["The file is larger than the 100 MB allowed. Save the picture smaller, and try again."],
    )
    detail: str = Field(description="the same as message", examples=["The file is larger than ..."])


class Code(NamedTuple):
    """A code.

    Attributes:
        name: as it is sent.
        status: HTTP's.
        about: when it is answered, in a sentence.
    """

    name: str
    status: int
    about: str


@functools.cache
def codes() -> Mapping[str, Code]:
    """Every code by its name, ordered by status and name."""
    found = {code.name: code for code in (*_tree(CutawayError), *_parts(), *_frameworks())}
    ordered = sorted(found.values(), key=lambda code: (code.status, code.name))
    return MappingProxyType({code.name: code for code in ordered})


def _tree(kind: type[CutawayError]) -> Iterator[Code]:
    """The codes of a part of the tree of errors; those that others build on only where they are answered."""
    in_tree = kind.__module__.startswith(f"{errors.__name__}.")  # the tests make others
    if in_tree and kind not in (*_ELSEWHERE, *_COMMANDS):
        yield Code(kind.code, kind.status, inspect.getdoc(kind).split("\n\n")[0].replace("\n", " "))  # type: ignore[union-attr]
    for below in kind.__subclasses__():
        yield from _tree(below)


def _parts() -> Iterator[Code]:
    return (Code(name, ApiRefusal.status, about) for name, about in CODES.items())


def _frameworks() -> Iterator[Code]:
    yield Code(FAILED[0], 500, FAILED[1])
    for status, (name, about) in ANSWERS.items():
        yield Code(name, status, about)
