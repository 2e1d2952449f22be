"""Real networks say of each picture the same, whether it is shown alone or with others."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipelines.load import load
from pipelines.models.gathering import Gathering
from pipelines.models.network import DescribedNetwork
from pipelines.models.sessions import ModelChoice, SessionLoader
from pipelines.models.shrinking import Shrinking
from pipelines.models.weights import open_store
from pipelines.samples import SAMPLES, sample_path
from pipelines.settings import load_settings

pytestmark = pytest.mark.weights


def noted(gathering: Gathering, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many pictures each run from now on is shown."""
    shown: list[int] = []
    take = gathering._take

    def taking() -> list[Any]:
        together = take()
        shown.append(len(together))
        return together

    monkeypatch.setattr(gathering, "_take", taking)
    return shown


@pytest.mark.parametrize(("name", "side"), [("u2netp", 320), ("modnet", 256), ("isnet-general-use", 320)])
def test_a_matte_is_the_same_in_any_company(name: str, side: int, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load_settings().model_copy(update={"network_batch": 8})
    network = SessionLoader(settings, open_store(settings))(ModelChoice(name))
    assert isinstance(network, DescribedNetwork)
    assert isinstance(network.runner, Gathering)
    shown = noted(network.runner, monkeypatch)
    photos = [load(sample_path(sample.name)) for sample in SAMPLES][:4] * 2
    alone = [network.matte(photo, side) for photo in photos[:4]] * 2
    for together in (2, 4, 8):
        with ThreadPoolExecutor(together) as pool:
            found = list(pool.map(lambda photo: network.matte(photo, side), photos))
        for one, other in zip(alone, found, strict=True):
            assert np.abs(one - other).max() <= 1 / 255
    assert max(shown) > 1


def held() -> int:
    """Megabytes of this process."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4 // 1024


@pytest.mark.skipif(sys.platform != "linux", reason="what a process holds is asked of Linux")
def test_what_runs_took_together_is_given_back() -> None:
    settings = load_settings().model_copy(update={"threads": 1})
    network = SessionLoader(settings, open_store(settings))(ModelChoice("u2netp"))
    assert isinstance(network, DescribedNetwork)
    plain = network.runner
    picture = np.random.default_rng(7).random((1, 3, 320, 320), np.float32)
    names, inputs = [plain.get_outputs()[0].name], {plain.get_inputs()[0].name: picture}
    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(lambda _: plain.run(names, inputs)[0], range(24)))
    most = held()
    shrinking = Shrinking(plain, every=2)
    said += [shrinking.run(names, inputs)[0] for _ in range(2)]
    assert held() < most - 100
    assert all((one == said[0]).all() for one in said)
