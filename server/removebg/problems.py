"""Errors as remove.bg's API tells them: ``{"errors": [{"title", "code", "detail"}]}``, never empty."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from starlette.types import Scope

from pipelines.errors import (
    ApiRefusal,
    BodyTooLarge,
    CutawayError,
    ImageTooLarge,
    ImageUnreadable,
    ModelError,
    UnsupportedFormat,
)
from server.areas import path_of

PREFIX: Final = "/v1.0"
MEDIA_TYPE: Final = "application/json; charset=utf-8"
"""What an error is sent as, whatever a client accepts."""

TITLES: Final[Mapping[str, str]] = {
    "failed_bg_download": "Failed to download background image from given image_url",
    "failed_image_download": "Failed to download image from given image_url",
    "failed_to_read_image": "There was an error reading the image.",
    "file_too_large": "File too large",
    "invalid_add_shadow": "Invalid add_shadow parameter given",
    "invalid_bg_color": "Invalid bg_color parameter given",
    "invalid_bg_image_url": "Invalid bg_image_url: Please provide a valid URL.",
    "invalid_body": "The request's body could not be read",
    "invalid_channels": "Invalid value for parameter 'channels'",
    "invalid_crop": "Invalid crop parameter given",
    "invalid_crop_margin": "Invalid crop_margin parameter given",
    "invalid_file_type": "Invalid file type",
    "invalid_format": "Invalid format parameter given",
    "invalid_image_url": "Invalid image_url: Please provide a valid URL.",
    "invalid_position": "Invalid position parameter given",
    "invalid_roi": "Invalid roi parameter given",
    "invalid_scale": "Invalid scale parameter given",
    "invalid_semitransparency": "Invalid semitransparency parameter given",
    "invalid_shadow_opacity": "Invalid shadow_opacity parameter given",
    "invalid_shadow_type": "Invalid shadow_type parameter given",
    "invalid_size": "Invalid value for parameter 'size'",
    "invalid_type": "Invalid type parameter given",
    "invalid_type_level": "Invalid type_level parameter given",
    "missing_source": "No image given",
    "multiple_bg_sources": "Multiple background sources given: Please provide either the bg_color, the "
    "bg_image_url or the bg_image_file parameter.",
    "multiple_sources": "Multiple image sources given: Please provide either the image_url, image_file or "
    "image_file_b64 parameter.",
    "resolution_too_high": "Image resolution too high",
    "roi_exceeds_bounds": "ROI exceeds image bounds",
    "roi_region_empty": "ROI region is empty",
    "unknown_foreground": "Could not identify foreground in image. For details and recommendations see "
    "https://www.remove.bg/supported-images.",
    "auth_failed": "API Key invalid",
    "rate_limit_exceeded": "Rate limit exceeded",
}
"""By code: the sentences that clients know; those of codes that the API has no words for are ours."""

_DETAILS: Final[Mapping[str, str]] = {
    "missing_source": "Please provide the source image in the image_url, image_file or image_file_b64 "
    "parameter.",
    "roi_exceeds_bounds": "The given roi parameter defines a region that exceeds the image bounds",
    "roi_region_empty": "The given roi parameter defines an empty region",
}

_OURS: Final[tuple[tuple[type[CutawayError], str], ...]] = (
    (BodyTooLarge, "file_too_large"),
    (ImageTooLarge, "resolution_too_high"),
    (UnsupportedFormat, "invalid_file_type"),
    (ImageUnreadable, "failed_to_read_image"),
)
"""What that API calls our errors; in all of them the request is at fault, which is status 400 there."""

_BY_STATUS: Final[Mapping[int, tuple[int, str]]] = {
    401: (403, "auth_failed"),  # that API knows no 401
    429: (429, "rate_limit_exceeded"),
}


class Problem(NamedTuple):
    """An error as it is sent.

    Attributes:
        status: HTTP's.
        code: for programs.
        title: for people.
        detail: more for people; empty where there is no more to say.
    """

    status: int
    code: str
    title: str
    detail: str = ""

    def body(self) -> dict[str, Any]:
        """What is sent as JSON."""
        detail = {"detail": self.detail} if self.detail else {}
        return {"errors": [{"title": self.title, "code": self.code, **detail}]}


def refused(code: str, detail: str = "", *, about: str = "") -> ApiRefusal:
    """The error for a request that breaks that API's rules.

    Args:
        code: one of :data:`TITLES`.
        detail: in a sentence, what is wrong with this request; None of a code's own where it is empty.
        about: what the title ends with, for codes that name something.
    """
    title = f"{TITLES[code]}: {about}" if about else TITLES[code]
    return ApiRefusal(code, title, detail or _DETAILS.get(code, ""))


def problem_of(error: CutawayError) -> Problem:
    """How an error of ours is told."""
    if isinstance(error, ApiRefusal):
        return Problem(error.status, error.code, error.message, error.detail)
    for kind, code in _OURS:
        if isinstance(error, kind):
            return Problem(400, code, TITLES[code], error.message)
    # what is wrong with this server's models is no fault of the request
    status = max(error.status, 500) if isinstance(error, ModelError) else error.status
    return problem_in(status, error.code, error.message)


def problem_in(status: int, code: str, message: str) -> Problem:
    """How a refusal of which only this is known is told."""
    if status in _BY_STATUS:
        status, code = _BY_STATUS[status]
        title = TITLES[code]
        return Problem(status, code, title, "" if message == title else message)
    return Problem(status, code, message)


def asked_for(scope: Scope) -> bool:
    """Whether a connection is to that API's addresses."""
    return f"{path_of(scope)}/".startswith(f"{PREFIX}/")
