"""The one error tree.

    CutawayError
    ├── InputError                 something the user sent
    │   ├── SourceUnavailable      a file that is missing, a folder, or may not be read
    │   ├── UnsupportedFormat      not a picture we read
    │   ├── ImageUnreadable        a picture, but damaged
    │   │   └── ImageTruncated     a picture that ends too early
    │   ├── ImageTooLarge          more bytes, pixels or side than allowed
    │   ├── RecipeError            a wish that makes no sense
    │   ├── FaceNotFound           an ID photo without a face
    │   ├── SeveralFaces           an ID photo of more than one person
    │   ├── UnknownPreset          no preset of that name
    │   ├── AssetNotFound          a backdrop picture that is not there
    │   ├── PhotoNotFound          a photo that was cleaned up or never was
    │   ├── ShareNotFound          a link that ended or never was
    │   ├── TooMany                more links or answers than allowed
    │   ├── NotFound               an address where nothing is
    │   ├── ForeignOrigin          a request from another site's page
    │   ├── WrongHost              a request for a host name that is not ours
    │   ├── SignInNeeded           a request without a key or a login
    │   ├── KeyRefused             the same, as remove.bg's API says it
    │   ├── RateLimited            more requests in a short time than allowed
    │   ├── UnknownKey             no key of that name
    │   ├── FileReference          a reference to a file of this machine
    │   ├── ApiRefusal             a request that breaks the rules of the API that it is made to
    │   ├── UrlsOff                a web address where none is fetched
    │   ├── UrlInvalid             something that is no web address
    │   ├── UrlNotAllowed          a web address that is not fetched
    │   ├── DownloadFailed         a web address that gave no whole picture
    │   └── BodyTooLarge           more bytes in a request than it may have
    ├── ModelError                 something about a network
    │   ├── UnknownModel           no model of that name
    │   ├── LicenceNotAccepted     a non-commercial model without an explicit yes
    │   ├── WeightsUnavailable     the weights could not be fetched
    │   ├── WeightsDamaged         a file that is not what its checksum says
    │   └── ModelFailed            the network would not load or run
    ├── OutputError                the result cannot be written
    │   ├── OutputTooLarge         the format cannot hold that many pixels
    │   ├── LimitNotMet            the file cannot be made as small as was asked
    │   └── StorageFull            no room on the disk
    ├── AccessDamaged              keys or the password cannot be read or written
    ├── BatchPaused                a batch waits until something is put right
    ├── Busy                       too much to do just now
    │   └── Stopping               the server is being stopped
    ├── ClientGone                 nobody waits for the answer any more
    └── ShapeError                 arrays that do not fit together (a programming error)

Every error carries a sentence for the user, a stable code and an HTTP status, so
that a door only has to map it, never to interpret it.
"""

from __future__ import annotations

from typing import ClassVar


class CutawayError(Exception):
    """Base of every error that a user can meet.

    Args:
        message: One or two sentences for the user: what is wrong, and what to do.
            Holds no path of the machine unless the user typed it.

    Attributes:
        retry_after: seconds after which it is worth another try; None where trying again is of no use.
    """

    code: str = "internal_error"
    status: ClassVar[int] = 500
    retry_after: int | None = None

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class InputError(CutawayError):
    """Something the user sent cannot be used."""

    code = "invalid_input"
    status = 400


class SourceUnavailable(InputError):
    """The file that was named is missing, is a folder, or may not be read."""

    code = "source_unavailable"
    status = 404


class UnsupportedFormat(InputError):
    """The bytes are not a picture in a format that is read here."""

    code = "unsupported_format"
    status = 415


class ImageUnreadable(InputError):
    """The bytes claim to be a picture but cannot be decoded."""

    code = "image_unreadable"
    status = 422


class ImageTruncated(ImageUnreadable):
    """The picture ends before all of it is there."""

    code = "image_truncated"


class ImageTooLarge(InputError):
    """More bytes, pixels or side length than the limits allow."""

    code = "image_too_large"
    status = 413


class RecipeError(InputError):
    """A Recipe that is not valid, or cannot be carried out as a whole."""

    code = "invalid_recipe"
    status = 422


class FaceNotFound(InputError):
    """An ID photo needs a face, and none was found."""

    code = "face_not_found"
    status = 422


class SeveralFaces(InputError):
    """An ID photo is of one person, and several faces were found."""

    code = "several_faces"
    status = 422


class UnknownPreset(InputError):
    """No preset of that name."""

    code = "unknown_preset"
    status = 404


class AssetNotFound(InputError):
    """A picture that the Recipe names is not there."""

    code = "asset_not_found"
    status = 404


class PhotoNotFound(InputError):
    """A photo id that was cleaned up, or never existed."""

    code = "photo_not_found"
    status = 404


class ShareNotFound(InputError):
    """A link that expired, was revoked, or never existed; which of these is not told."""

    code = "share_not_found"
    status = 404


class TooMany(InputError):
    """More links, or more answers to one, than are kept."""

    code = "too_many"
    status = 429
    retry_after = 60


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
    """More requests, or more megapixels, in a short time than allowed.

    Args:
        message: see :class:`CutawayError`.
        retry_after: seconds after which it is worth another try.
    """

    code = "rate_limit_exceeded"
    status = 429

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


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
    """A picture is named by a web address, and fetching is switched off."""

    code = "urls_off"
    status = 403


class UrlInvalid(InputError):
    """What should be a web address can't be read as one."""

    code = "url_invalid"
    status = 400


class UrlNotAllowed(InputError):
    """A web address that is not fetched, or that leads to one."""

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


class ModelError(CutawayError):
    """Something about a network or its weights."""

    code = "model_error"
    status = 500


class UnknownModel(ModelError):
    """No model of that name in the catalogue."""

    code = "unknown_model"
    status = 404


class LicenceNotAccepted(ModelError):
    """A model that is not free for commercial use was not explicitly accepted."""

    code = "licence_not_accepted"
    status = 403


class WeightsUnavailable(ModelError):
    """The weights are not here and could not be fetched."""

    code = "weights_unavailable"
    status = 503
    retry_after = 60


class WeightsDamaged(ModelError):
    """A weights file does not match its pinned checksum."""

    code = "weights_damaged"
    status = 503
    retry_after = 60


class ModelFailed(ModelError):
    """The network would not load, or failed on this picture."""

    code = "model_failed"
    status = 500


class OutputError(CutawayError):
    """The result cannot be written."""

    code = "output_error"
    status = 500


class OutputTooLarge(OutputError):
    """The chosen file format cannot hold a picture of this size."""

    code = "output_too_large"
    status = 422


class LimitNotMet(OutputError):
    """The file cannot be made as small as was asked."""

    code = "limit_not_met"
    status = 422


class StorageFull(OutputError):
    """No room left on the disk."""

    code = "storage_full"
    status = 507


class AccessDamaged(CutawayError):
    """The files of keys or of the password cannot be read or written; nobody is let in by them."""

    code = "access_damaged"
    status = 500


class BatchPaused(CutawayError):
    """A batch waits until something is put right; begun again, it goes on where it was."""

    code = "batch_paused"
    status = 507


class Busy(CutawayError):
    """Too much work is waiting; try again shortly.

    Args:
        message: see :class:`CutawayError`.
        retry_after: seconds after which it is worth another try.
    """

    code = "busy"
    status = 503

    def __init__(self, message: str, retry_after: int = 1) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Stopping(Busy):
    """The server finishes what it has begun and takes nothing new."""

    code = "stopping"


class ClientGone(CutawayError):
    """Whoever asked has left: there is nobody to answer."""

    code = "client_gone"
    status = 499


class ShapeError(CutawayError):
    """Arrays that do not fit together.

    Args:
        what: Name of the offending array.
        actual: Its shape.
        expected: The expected shape in words, e.g. ``"HxWx3"``.
    """

    code = "shape_error"

    def __init__(self, what: str, actual: tuple[int, ...], expected: str) -> None:
        super().__init__(f"{what} has shape {actual}, expected {expected}")
        self.actual = actual
        self.expected = expected
