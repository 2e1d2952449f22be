"""The log: one line an event, for people and for machines, and nothing of what users send.

Names of files, addresses as they were asked for, keys and pictures' data are never logged.
What libraries say is freed of paths and of addresses' queries. Of a failure it is told what
kind it was and where; its own words may hold what a user sent and are told only at level ``debug``.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import threading
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import PurePath
from types import TracebackType
from typing import Any, Final, Literal

LogFormat = Literal["logfmt", "json"]
LogLevel = Literal["debug", "info", "warning", "error"]

request_id: Final[ContextVar[str]] = ContextVar("request_id", default="")
"""The id of the request that is worked on."""

_PATH: Final = re.compile(r"(?:[A-Za-z]:)?(?:[\\/][^\\/\s'\"<>:,;()]+){2,}[\\/]?")
_QUERY: Final = re.compile(r"\?[^\s'\"]*")
_PLAIN: Final = re.compile(r"[\w.:/{}*+@,-]+")
_FRAMES: Final = 12
_LINE: Final = 2000
_log: Final = logging.getLogger("cutaway")


class LineFormatter(logging.Formatter):
    """Makes one line of each record.

    Args:
        style: ``logfmt`` or ``json``.
        words: whether failures are told in their own words.
    """

    def __init__(self, style: LogFormat, *, words: bool = False) -> None:
        super().__init__()
        self._write = _json if style == "json" else _logfmt
        self._words = words

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record."""
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        ours = record.name == "cutaway"
        fields: dict[str, Any] = {
            "time": moment.replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "event": record.getMessage() if ours else scrubbed(record.getMessage()),
        }
        if not ours:
            fields["logger"] = record.name
        if request_id.get():
            fields["request_id"] = request_id.get()
        fields |= getattr(record, "fields", {})
        if record.exc_info and record.exc_info[1] is not None:
            fields |= self._failure(record.exc_info[1])
        return self._write(fields)

    def _failure(self, error: BaseException) -> dict[str, str]:
        told = {"error": " < ".join(f"{type(one).__name__} at {_where(one)}" for one in _chain(error))}
        return {**told, "words": scrubbed(str(error))} if self._words else told


def scrubbed(text: str) -> str:
    """A text as one line, without paths of the machine and without addresses' queries."""
    text = _QUERY.sub("?…", " ".join(text.split()))
    return _PATH.sub(lambda found: f"…/{PurePath(found[0].replace(chr(92), '/')).name}", text)[:_LINE]


def _chain(error: BaseException) -> list[BaseException]:
    """A failure and what it came from, the last first."""
    chain = [error]
    while (cause := chain[-1].__cause__ or chain[-1].__context__) and cause not in chain:
        chain.append(cause)
    return chain


def _where(error: BaseException) -> str:
    """Where something failed, innermost first; files by the last two parts of their names."""
    trace: TracebackType | None = error.__traceback__
    frames = list(traceback.walk_tb(trace))[::-1][:_FRAMES]
    names = ["/".join(PurePath(frame.f_code.co_filename).parts[-2:]) for frame, _ in frames]
    found = zip(names, frames, strict=True)
    return ", ".join(f"{name}:{line} {frame.f_code.co_name}" for name, (frame, line) in found)


def _json(fields: dict[str, Any]) -> str:
    return json.dumps(fields, ensure_ascii=False)


def _logfmt(fields: dict[str, Any]) -> str:
    return " ".join(f"{name}={_quoted(value)}" for name, value in fields.items())


def _quoted(value: object) -> str:
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)


def set_up(style: LogFormat, level: LogLevel) -> None:
    """Have everything in this process log to standard error in our form.

    Args:
        style: of the lines.
        level: the least that is told of our own; of libraries, warnings and worse.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(LineFormatter(style, words=level == "debug"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("cutaway").setLevel(level.upper())
    logging.captureWarnings(capture=True)
    _catch_prints()


def _catch_prints() -> None:
    """Log the failures that libraries would print, with what users sent and with paths: Gradio does."""

    def told(*_: object, **__: object) -> None:
        _log.exception("failed")

    def told_of_thread(failure: threading.ExceptHookArgs) -> None:
        _log.error("a thread failed", exc_info=failure.exc_value)

    def told_of_unraisable(failure: sys.UnraisableHookArgs) -> None:
        _log.error("failed in passing", exc_info=failure.exc_value)

    traceback.print_exc = told
    threading.excepthook = told_of_thread
    sys.unraisablehook = told_of_unraisable
