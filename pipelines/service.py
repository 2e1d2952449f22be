"""The service: the one object that holds state (networks, mattes) and is passed to every door."""

from __future__ import annotations

import functools
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from pipelines.assets import Assets, FileAssets
from pipelines.compose.framing import size_of
from pipelines.cutout import Cutout, Stopwatch, finish, picture_of
from pipelines.decode import Decoder, decode
from pipelines.errors import LicenceNotAccepted, WeightsDamaged, WeightsUnavailable
from pipelines.faces.finder import FaceFinder
from pipelines.fitting import resized, shrunk
from pipelines.load import Limits, Source, load
from pipelines.models.coarse import CoarseMatte
from pipelines.models.fusion import WHOLE, Frame, canvas_of, placed
from pipelines.models.known import model_named
from pipelines.models.look import NETWORK_PHOTO, Look, aimed, cropped, shown, size_within
from pipelines.models.network import NetworkFacts
from pipelines.models.plan import combine, members, turns
from pipelines.models.sessions import ModelChoice, SessionLoader, SessionPool
from pipelines.models.weights import WeightsStore, open_store
from pipelines.photo import Matte, Photo
from pipelines.presets import wants_white
from pipelines.recipe import Recipe
from pipelines.sandbox import sandbox_for
from pipelines.settings import Settings, load_settings
from pipelines.stages import stage

if TYPE_CHECKING:
    from pipelines.sandbox.decoding import Sandbox

_MATTE_CACHE_BYTES: Final = 128 * 2**20


class MatteCache:
    """Coarse mattes by photo and weights, the oldest dropped beyond a number of bytes."""

    def __init__(self, capacity: int = _MATTE_CACHE_BYTES) -> None:
        self._capacity = capacity
        self._mattes: OrderedDict[tuple[str, str, str], tuple[Matte, float]] = OrderedDict()
        self._bytes = 0
        self._guard = threading.Lock()

    def get(self, key: tuple[str, str, str]) -> tuple[Matte, float] | None:
        """The matte kept under (photo digest, model, weights digest) and its seconds, if any."""
        with self._guard:
            if key in self._mattes:
                self._mattes.move_to_end(key)
            return self._mattes.get(key)

    def put(self, key: tuple[str, str, str], matte: Matte, seconds: float) -> None:
        """Keep a matte, and how long it took."""
        with self._guard:
            if key not in self._mattes:
                self._bytes += matte.nbytes
            self._mattes[key] = matte, seconds
            while self._bytes > self._capacity:
                self._bytes -= self._mattes.popitem(last=False)[1][0].nbytes


class CutoutService:
    """Cuts photos out. Safe to share between threads.

    Args:
        settings: limits, devices, folders.
        store: where weights are found.
        pool: the loaded networks.
        mattes: what networks said before; a cache of capacity 0 forgets at once.
        complete: whether to fetch what is missing of several networks that work together
            when some of them are here; else those are used alone.
        sandbox: decodes files; closed with the service. None decodes them here.
    """

    def __init__(  # noqa: PLR0913  (all that the doors share)
        self,
        settings: Settings,
        store: WeightsStore,
        pool: SessionPool,
        mattes: MatteCache | None = None,
        *,
        complete: bool = True,
        sandbox: Sandbox | None = None,
    ) -> None:
        self.settings = settings
        self.store = store
        self.pool = pool
        self.limits = Limits.of(settings)
        self._sandbox = sandbox
        self._decoder: Decoder = sandbox.decode if sandbox else decode
        self.files = FileAssets(self.limits, self._decoder)
        self._mattes = mattes or MatteCache()
        self._complete = complete
        self.faces = FaceFinder(store)

    @stage("load")
    def load(self, source: Source) -> Photo:
        """Decode a source within this service's limits.

        Raises:
            InputError: not a picture that can be used.
        """
        return load(source, self.limits, self._decoder)

    def coarse(self, photo: Photo, recipe: Recipe) -> CoarseMatte:
        """Run the networks that the Recipe asks for, or reuse what they said before.

        Of several networks, those that can't be had are left out; the facts tell which were used.

        Raises:
            ModelError: a network is unknown, not allowed, not here, or failed.
        """
        wanted = choices(recipe)
        usable = {choice.name: choice for choice in self._usable(wanted)}
        region = recipe.edges.region or WHOLE
        digest = photo.digest if region == WHOLE else f"{photo.digest} in {region}"
        size = size_within(photo.size, region)
        # Made by the first network that has not seen the photo yet: most calls of the studio need none.
        part = functools.cache(lambda: _for_networks(photo, region, wanted[0]))
        seen: list[tuple[Look, Matte]] = []
        facts: dict[str, NetworkFacts] = {}
        saved = 0.0
        for turn in turns(recipe.model):
            if turn.look.model in usable and turn.wanted(seen):
                look = aimed(turn.look, seen, size)
                matte, facts[look.model], earlier = self._see(digest, part, look, usable[look.model])
                seen.append((look, matte))
                saved += earlier
        matte = combine(seen, size)
        if region != WHOLE:
            matte = placed(matte, region, canvas_of(photo.size))
        return CoarseMatte(matte, tuple(facts.values()), region, tuple(seen), saved)

    def _usable(self, wanted: list[ModelChoice]) -> list[ModelChoice]:
        """Of several networks, those that are here or can be had."""
        if len(wanted) == 1:
            return wanted
        here = [choice for choice in wanted if self.store.find(model_named(choice.name))]
        if here and not self._complete:
            return here
        usable, failures = [], []
        for choice in wanted:
            try:
                self.store.ensure(model_named(choice.name))
                usable.append(choice)
            except (WeightsUnavailable, WeightsDamaged) as error:
                failures.append(error)
        if not usable:
            raise failures[0]
        return usable

    def _see(
        self, digest: str, part: Callable[[], Photo], look: Look, choice: ModelChoice
    ) -> tuple[Matte, NetworkFacts, float]:
        """What a look says, by which network, and how long it took if it is remembered."""
        network = self.pool.get(choice)
        key = (digest, look.label, network.facts.digest)
        known = self._mattes.get(key)
        if known is not None:
            return known[0], network.facts, known[1]
        start = time.perf_counter()
        with stage("predict"):
            matte = network.matte(shown(part(), look), look.side)
        matte = np.ascontiguousarray(matte[:, ::-1]) if look.mirrored else matte
        self._mattes.put(key, matte, time.perf_counter() - start)
        return matte, network.facts, 0.0

    def cut(self, source: Source | Photo, recipe: Recipe, assets: Assets | None = None) -> Cutout:
        """The whole pipeline, at full size.

        Args:
            source: bytes, path, PIL image, HxWx3 uint8 array, or a decoded photo.
            recipe: what is wanted.
            assets: looks up backdrop pictures; None allows any file of this machine.
        Raises:
            CutawayError: see :mod:`pipelines.errors`.
        """
        if recipe.framing.size:  # known to be too large before any work
            self.limits.check_canvas(*recipe.framing.size)
        wants_white(recipe.preset)  # that there is such a preset
        clock = Stopwatch()
        picture = picture_of(recipe.background, assets or self.files)
        with clock.step("load"):
            photo = source if isinstance(source, Photo) else self.load(source)
        with clock.step("predict"):
            coarse = self.coarse(photo, recipe)
        small, wanted = _no_larger(photo, recipe)
        made = replace(finish(small, coarse, wanted, clock), recipe=recipe)
        whole = replace(made, picture=picture, limits=self.limits, faces=self.faces)
        return whole.brought_to_set()

    def close(self) -> None:
        """Let the networks go, and the decoders."""
        self.pool.close()
        if self._sandbox:
            self._sandbox.close()


def choices(recipe: Recipe) -> list[ModelChoice]:
    """The networks that a Recipe needs, quickest first.

    Raises:
        UnknownModel: no such name.
        LicenceNotAccepted: a model without a free commercial licence, and no explicit yes.
    """
    own = ModelChoice(recipe.model, recipe.input_size)
    if own.own_file:
        return [own]
    names = members(recipe.model)
    for model in map(model_named, names):
        if not model.commercial and not recipe.noncommercial:
            raise LicenceNotAccepted(
                f"{model.title} ({model.licence}) is not free for commercial use. "
                "Say that you accept that (noncommercial in the recipe), or choose another model."
            )
    return [ModelChoice(name) for name in names]


def _no_larger(photo: Photo, recipe: Recipe) -> tuple[Photo, Recipe]:
    """What a cutout is made of: where only the result's size is limited, a photo no larger than that."""
    most = recipe.framing.max_megapixels
    if most is None or not recipe.made_small():
        return photo, recipe
    small = resized(photo, size_of(photo.size, most))
    return small, recipe.model_copy(update={"edges": recipe.edges.scaled(small.size[0] / photo.size[0])})


def _for_networks(photo: Photo, region: Frame, choice: ModelChoice) -> Photo:
    """The part of a photo that networks are shown, at a size that suits several looks at it."""
    part = cropped(photo, region)
    # A file of one's own may take a larger input.
    return part if choice.own_file else shrunk(part, NETWORK_PHOTO)


def build_service(
    settings: Settings,
    mattes: MatteCache | None = None,
    *,
    complete: bool = True,
    overlapping: bool = False,
) -> CutoutService:
    """The service that the doors share, from settings.

    See :class:`CutoutService`, and :class:`~pipelines.models.sessions.SessionLoader` for ``overlapping``.
    """
    store = open_store(settings)
    pool = SessionPool(SessionLoader(settings, store, overlapping=overlapping), settings.loaded_models)
    sandbox = sandbox_for(settings)
    return CutoutService(settings, store, pool, mattes, complete=complete, sandbox=sandbox)


@functools.cache
def default_service() -> CutoutService:
    """The service behind :func:`cut` when Python code passes none: built once, from the environment."""
    return build_service(load_settings())


def cut(
    source: Source | Photo, recipe: Recipe | None = None, *, service: CutoutService | None = None
) -> Cutout:
    """Cut one photo out.

    Args:
        source: bytes, a path, a PIL image, or an HxWx3 uint8 array (RGB).
        recipe: what is wanted; the default is the automatic model and a transparent result.
        service: reuse one; by default one is built from the environment at the first call.
    Raises:
        CutawayError: see :mod:`pipelines.errors`; each has a message, a code and a status.
    """
    return (service or default_service()).cut(source, recipe or Recipe())
