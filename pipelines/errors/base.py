"""What all errors of the tree have in common."""

from __future__ import annotations

from typing import ClassVar


class CutawayError(Exception):
    """Base of every error that a user can meet.

    Args:
        message: One or two sentences for the user: what is wrong, and what to do.
            Holds no path of the machine unless the user typed it.
        retry_after: Seconds after which it is worth another try, where more is known than what the
            class says.

    Attributes:
        retry_after: seconds after which it is worth another try; None where trying again is of no use.
    """

    code: str = "internal_error"
    status: ClassVar[int] = 500
    retry_after: int | None = None

    def __init__(self, message: str, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        if retry_after is not None:
            self.retry_after = retry_after


class InputError(CutawayError):
    """Something the user sent cannot be used."""

    code = "invalid_input"
    status = 400
