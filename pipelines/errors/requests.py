"""Errors about requests: who asks, for what, and how much at once."""

from __future__ import annotations

from pipelines.errors.base import CutawayError, InputError


class NotFound(InputError):
    """Nothing is at the address that was asked for."""

    code = "not_found"
    status = 404


class ForeignOrigin(InputError):
    """A request that changes something, from another site's page."""

    code = "foreign_origin"
    status = 403


class WrongHost(InputError):
    """A request that names a host which this server does not answer for."""

    code = "wrong_host"
    status = 421


class SignInNeeded(InputError):
    """A request without a key, or a visit of the page without a login."""

    code = "unauthorized"
    status = 401


class KeyRefused(InputError):
    """A request to remove.bg's API without a key of ours: that API answers 403."""

    code = "auth_failed"
    status = 403


class RateLimited(InputError):
    """More requests, or more megapixels, in a short time than allowed."""

    code = "rate_limit_exceeded"
    status = 429


class UnknownKey(InputError):
    """No key of that name is in force."""

    code = "unknown_key"
    status = 404


class FileReference(InputError):
    """A request that refers to a file of this machine."""

    code = "file_reference"
    status = 400


class ApiRefusal(InputError):
    """A request that breaks the rules of the API that it is made to, told by that API's own codes.

    Args:
        code: the API's.
        message: the API's own title for it.
        detail: what is wrong with this request, in a sentence; may be empty.
    """

    def __init__(self, code: str, message: str, detail: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.detail = detail


class UrlsOff(InputError):
    """A web address is named, and this server goes to none."""

    code = "urls_off"
    status = 403


class UrlInvalid(InputError):
    """What should be a web address can't be read as one."""

    code = "url_invalid"
    status = 400


class UrlNotAllowed(InputError):
    """A web address that this server does not go to, or that leads to one."""

    code = "url_not_allowed"
    status = 400


class DownloadFailed(InputError):
    """A web address that did not give its picture whole and in time."""

    code = "download_failed"
    status = 400


class BodyTooLarge(InputError):
    """A request with more bytes than it may have."""

    code = "body_too_large"
    status = 413


class AccessDamaged(CutawayError):
    """The files of keys or of the password cannot be read or written; nobody is let in by them."""

    code = "access_damaged"
    status = 500


class Busy(CutawayError):
    """Too much work is waiting; try again shortly."""

    code = "busy"
    status = 503
    retry_after = 1


class Stopping(Busy):
    """The server finishes what it has begun and takes nothing new."""

    code = "stopping"


class ClientGone(CutawayError):
    """Whoever asked has left: there is nobody to answer."""

    code = "client_gone"
    status = 499
