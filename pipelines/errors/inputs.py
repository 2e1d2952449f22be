"""Errors about photos, Recipes and what they name."""

from __future__ import annotations

from pipelines.errors.base import InputError


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


class PhotoCrashes(InputError):
    """The program ended each time it worked on a photo."""

    code = "photo_crashes"
    status = 422


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


class JobNotFound(InputError):
    """A job that was removed, is another's, or never was; which of these is not told."""

    code = "job_not_found"
    status = 404


class TooManyPhotos(InputError):
    """A job that holds as many photos, or as many bytes, as it may."""

    code = "too_many_photos"
    status = 413


class FolderNotAllowed(InputError):
    """A folder of the server's that jobs may not read or write."""

    code = "folder_not_allowed"
    status = 403


class WrongJobState(InputError):
    """Something that can't be done to a job as it is now."""

    code = "wrong_job_state"
    status = 409


class TooMany(InputError):
    """More links, or more answers to one, than are kept."""

    code = "too_many"
    status = 429
    retry_after = 60
