"""What goes wrong, as the server tells it."""

from __future__ import annotations

import httpx


class CutawayError(Exception):
    """The server refused a request.

    Attributes:
        code: for programs; the server's description lists all of them.
        message: for people: what is wrong, and what to do.
        status: HTTP's.
        retry_after: seconds after which another try is worth while; None where it is of no use.
    """

    def __init__(self, code: str, message: str, status: int, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
        self.retry_after = retry_after

    @classmethod
    def of(cls, answer: httpx.Response) -> CutawayError:
        """What an answer that is no success tells, also one that is not the server's own."""
        try:
            told = answer.json()
            code, message = str(told["code"]), str(told["message"])
        except (ValueError, KeyError, TypeError):
            code, message = "unknown", f"The server answered with status {answer.status_code}."
        return cls(code, message, answer.status_code, waiting(answer))


def waiting(answer: httpx.Response) -> float | None:
    """The seconds that an answer asks to wait; None where it names none."""
    try:
        return max(0.0, float(answer.headers["retry-after"]))
    except (KeyError, ValueError):  # not said, or as a date, which this server does not write
        return None
