"""From what a request asks for to the finished file, in one turn of heavy work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from pipelines import save
from pipelines.assets import NoAssets, as_backdrop
from pipelines.cutout import Cutout, Stopwatch
from pipelines.errors import WeightsUnavailable
from pipelines.export.bundle import Packed
from pipelines.export.versions import delivered
from pipelines.models.known import model_named
from pipelines.photo import Photo
from pipelines.recipe import Output, Recipe
from pipelines.rules.checking import check_cutout
from pipelines.rules.findings import Report
from pipelines.service import CutoutService, choices
from pipelines.workbench import Workbench
from server import work
from server.api.asking import Ask
from server.removebg.sources import Fetcher

Answer = TypeVar("Answer")


@dataclass(frozen=True, eq=False)
class Made:
    """What came of a request.

    Attributes:
        photo: (width, height) of the photo that was sent, in pixels.
        cutout: finished.
        file: what was asked for.
        check: against the rules of the Recipe's preset; None without one.
        timings: milliseconds by step.
    """

    photo: tuple[int, int]
    cutout: Cutout
    file: Packed
    check: Report | None
    timings: dict[str, float]

    @property
    def megapixels(self) -> float:
        """Of the photo that was sent."""
        return self.photo[0] * self.photo[1] / 1e6

    def matte(self) -> bytes:
        """The matte as a grey PNG, of the photo's size."""
        return save.encode(self.cutout.matte, Output(format="png"), icc=None, dpi=None)


class Sent(NoAssets):
    """The picture that came with a request, whatever it calls it.

    Args:
        service: decodes it.
        data: its file; None where none came.
    """

    def __init__(self, service: CutoutService, data: bytes | None) -> None:
        self._service = service
        self._data = data

    def picture(self, source: str) -> Photo:
        """See :meth:`pipelines.assets.Assets.picture`."""
        if self._data is None:
            return super().picture(source)
        return as_backdrop(self._service.load(self._data))


async def answered(bench: Workbench, fetcher: Fetcher, ask: Ask, tell: Callable[[Made], Answer]) -> Answer:
    """Fetch what is to be fetched, and do what a request asks for when its turn has come.

    Args:
        bench: has the service, and lets in as many as there is room for.
        fetcher: fetches pictures that are given by their addresses.
        ask: what is asked for.
        tell: makes the answer, in the same turn: previews and mattes are heavy work as well.
    Raises:
        CutawayError: see :mod:`pipelines.errors`.
    """
    most = bench.service.limits.max_bytes
    photo = await fetcher.fetch(ask.photo_url, max_bytes=most) if ask.photo is None else ask.photo
    behind = await fetcher.fetch(ask.behind_url, max_bytes=most) if ask.behind_url else ask.behind
    return await work.heavy(bench.gate, lambda: tell(make(bench.service, ask, photo, behind)))


def make(service: CutoutService, ask: Ask, photo: bytes, behind: bytes | None) -> Made:
    """Do what a request asks for.

    Args:
        service: cuts out.
        ask: what is asked for.
        photo: its file.
        behind: the file of the picture to put behind; None for none.
    Raises:
        CutawayError: see :mod:`pipelines.errors`.
    """
    check_weights(service, ask.recipe)
    clock = Stopwatch()
    with clock.step("load"):
        loaded = replace(service.load(photo), name=ask.name)
    cutout = service.cut(loaded, ask.recipe, Sent(service, behind))
    with clock.step("encode"):
        file, versions = delivered(cutout)
    report = None
    if ask.recipe.preset is not None and not versions:  # a ZIP of several holds what was found of each
        with clock.step("check"):
            report = check_cutout(cutout, file.first)
    return Made(loaded.size, cutout, file, report, {**cutout.timings, **clock.timings})


def check_weights(service: CutoutService, recipe: Recipe) -> None:
    """Refuse models of which nothing is here: a request must not have the server fetch them.

    Raises:
        UnknownModel: there is none of that name.
        LicenceNotAccepted: it needs an explicit yes.
        WeightsUnavailable: its weights are not here.
    """
    names = [choice.name for choice in choices(recipe)]
    if not any(service.store.present(model_named(name)) for name in names):
        raise WeightsUnavailable(
            f"The weights of {names[0]} are not on this server. "
            f"Whoever runs it can take them with `python app.py models pull {names[0]}`."
        )
