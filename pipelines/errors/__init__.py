"""The one error tree.

    CutawayError
    ├── InputError                 something the user sent
    │   ├── SourceUnavailable      a file that is missing, a folder, or may not be read
    │   ├── UnsupportedFormat      not a picture we read
    │   ├── ImageUnreadable        a picture, but damaged
    │   │   └── ImageTruncated     a picture that ends too early
    │   ├── ImageTooLarge          more bytes, pixels or side than allowed
    │   ├── PhotoCrashes           a photo that the program ended over
    │   ├── RecipeError            a wish that makes no sense
    │   ├── FaceNotFound           an ID photo without a face
    │   ├── SeveralFaces           an ID photo of more than one person
    │   ├── UnknownPreset          no preset of that name
    │   ├── AssetNotFound          a backdrop picture that is not there
    │   ├── PhotoNotFound          a photo that was cleaned up or never was
    │   ├── ShareNotFound          a link that ended or never was
    │   ├── JobNotFound            a job that was removed or never was
    │   ├── TooManyPhotos          more photos than a job takes
    │   ├── FolderNotAllowed       a folder that jobs may not use
    │   ├── WrongJobState          what can't be done to a job as it is now
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
    │   ├── UrlsOff                a web address where this server goes to none
    │   ├── UrlInvalid             something that is no web address
    │   ├── UrlNotAllowed          a web address that this server does not go to
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
    │   ├── StoreUnavailable       an object store that does not answer
    │   └── StorageFull            no room on the disk
    ├── AccessDamaged              keys or the password cannot be read or written
    ├── ExtraMissing               a part whose packages are not installed
    ├── BatchPaused                a batch waits until something is put right
    ├── ResultsInUse               another run works on the same results
    ├── LedgerUnusable             what a batch remembers can't be read
    ├── Busy                       too much to do just now
    │   └── Stopping               the server is being stopped
    ├── ClientGone                 nobody waits for the answer any more
    └── ShapeError                 arrays that do not fit together (a programming error)

Every error carries a sentence for the user, a stable code and an HTTP status, so
that a door only has to map it, never to interpret it.
"""

from __future__ import annotations

from pipelines.errors.base import (
    CutawayError,
    InputError,
)
from pipelines.errors.inputs import (
    AssetNotFound,
    FaceNotFound,
    FolderNotAllowed,
    ImageTooLarge,
    ImageTruncated,
    ImageUnreadable,
    JobNotFound,
    PhotoCrashes,
    PhotoNotFound,
    RecipeError,
    SeveralFaces,
    ShareNotFound,
    SourceUnavailable,
    TooMany,
    TooManyPhotos,
    UnknownPreset,
    UnsupportedFormat,
    WrongJobState,
)
from pipelines.errors.requests import (
    AccessDamaged,
    ApiRefusal,
    BodyTooLarge,
    Busy,
    ClientGone,
    DownloadFailed,
    FileReference,
    ForeignOrigin,
    KeyRefused,
    NotFound,
    RateLimited,
    SignInNeeded,
    Stopping,
    UnknownKey,
    UrlInvalid,
    UrlNotAllowed,
    UrlsOff,
    WrongHost,
)
from pipelines.errors.work import (
    BatchPaused,
    ExtraMissing,
    LedgerUnusable,
    LicenceNotAccepted,
    LimitNotMet,
    ModelError,
    ModelFailed,
    OutputError,
    OutputTooLarge,
    ResultsInUse,
    ShapeError,
    StorageFull,
    StoreUnavailable,
    UnknownModel,
    WeightsDamaged,
    WeightsUnavailable,
)

__all__ = [
    "AccessDamaged",
    "ApiRefusal",
    "AssetNotFound",
    "BatchPaused",
    "BodyTooLarge",
    "Busy",
    "ClientGone",
    "CutawayError",
    "DownloadFailed",
    "ExtraMissing",
    "FaceNotFound",
    "FileReference",
    "FolderNotAllowed",
    "ForeignOrigin",
    "ImageTooLarge",
    "ImageTruncated",
    "ImageUnreadable",
    "InputError",
    "JobNotFound",
    "KeyRefused",
    "LedgerUnusable",
    "LicenceNotAccepted",
    "LimitNotMet",
    "ModelError",
    "ModelFailed",
    "NotFound",
    "OutputError",
    "OutputTooLarge",
    "PhotoCrashes",
    "PhotoNotFound",
    "RateLimited",
    "RecipeError",
    "ResultsInUse",
    "SeveralFaces",
    "ShapeError",
    "ShareNotFound",
    "SignInNeeded",
    "SourceUnavailable",
    "Stopping",
    "StorageFull",
    "StoreUnavailable",
    "TooMany",
    "TooManyPhotos",
    "UnknownKey",
    "UnknownModel",
    "UnknownPreset",
    "UnsupportedFormat",
    "UrlInvalid",
    "UrlNotAllowed",
    "UrlsOff",
    "WeightsDamaged",
    "WeightsUnavailable",
    "WrongHost",
    "WrongJobState",
]
