"""``auto`` does with the networks it can have, and says which those were."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from pipelines.errors import WeightsUnavailable
from pipelines.models.catalogue import Source
from pipelines.models.known import model_named
from pipelines.models.sessions import SessionLoader, SessionPool
from pipelines.models.sources import Fetcher
from pipelines.models.weights import WeightsStore
from pipelines.recipe import Recipe
from pipelines.service import CutoutService
from pipelines.settings import Settings
from tests.scenes import ball

pytestmark = pytest.mark.weights


def with_weights(home: Path, service: CutoutService, *names: str) -> Settings:
    """Settings of a home that holds some of the weights and is offline."""
    for name in names:
        found = service.store.find(model_named(name))
        assert found is not None, f"the weights of {name} are not here"
        (home / "models" / name).mkdir(parents=True)
        (home / "models" / name / found.name).symlink_to(found)
    return Settings(home=home, offline=True)


def service_of(settings: Settings, store: WeightsStore, *, complete: bool = True) -> CutoutService:
    pool = SessionPool(SessionLoader(settings, store), settings.loaded_models)
    return CutoutService(settings, store, pool, complete=complete)


def never() -> Mapping[Source, Fetcher]:
    pytest.fail("something was about to be fetched")


@pytest.mark.parametrize("complete", [True, False])
def test_one_network_is_enough(service: CutoutService, tmp_path: Path, complete: bool) -> None:
    settings = with_weights(tmp_path, service, "u2netp")
    cutout = service_of(settings, WeightsStore(settings), complete=complete).cut(ball().pixels, Recipe())
    assert [facts.name for facts in cutout.model] == ["u2netp"]
    assert np.array_equal(cutout.matte, service.cut(ball().pixels, Recipe(model="fast")).matte)


def test_a_click_fetches_nothing(service: CutoutService, tmp_path: Path) -> None:
    settings = with_weights(tmp_path, service, "u2netp").model_copy(update={"offline": False})
    store = WeightsStore(settings, fetchers=never)
    cutout = service_of(settings, store, complete=False).cut(ball().pixels, Recipe())
    assert [facts.name for facts in cutout.model] == ["u2netp"]


def test_none_is_too_few(service: CutoutService, tmp_path: Path) -> None:
    settings = with_weights(tmp_path, service)
    with pytest.raises(WeightsUnavailable, match="u2netp"):
        service_of(settings, WeightsStore(settings)).cut(ball().pixels, Recipe())


def test_other_names_stand_for_one_network_only(service: CutoutService, tmp_path: Path) -> None:
    settings = with_weights(tmp_path, service, "u2netp")
    with pytest.raises(WeightsUnavailable, match="modnet"):
        service_of(settings, WeightsStore(settings)).cut(ball().pixels, Recipe(model="portrait"))
