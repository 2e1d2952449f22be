"""Errors about networks, results and long runs."""

from __future__ import annotations

from pipelines.errors.base import CutawayError


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


class StoreUnavailable(OutputError):
    """The place where photos or results are kept does not answer, or lets nobody in."""

    code = "store_unavailable"
    status = 503
    retry_after = 60


class ExtraMissing(CutawayError):
    """A part of Cutaway whose packages are not installed here."""

    code = "extra_missing"
    status = 422


class BatchPaused(CutawayError):
    """A batch waits until something is put right; begun again, it goes on where it was."""

    code = "batch_paused"
    status = 507


class ResultsInUse(CutawayError):
    """Another run works on the same folder of results."""

    code = "results_in_use"
    status = 503


class LedgerUnusable(CutawayError):
    """What a batch remembers can't be read: damaged, or written by a later version."""

    code = "ledger_unusable"
    status = 409


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
