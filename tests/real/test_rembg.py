"""Beside rembg: its models are ours, its mattes are ours, and our MODNet is one of its models."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from pipelines.models.known import MODELS, model_named
from pipelines.models.rembg_bridge import registry
from pipelines.recipe import Recipe
from pipelines.samples import sample_path
from pipelines.service import CutoutService

pytestmark = pytest.mark.weights


@pytest.fixture(scope="module")
def rembg(service: CutoutService, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """rembg with our MODNet among its models, and our U²-Net small where it looks for its own."""
    home = tmp_path_factory.mktemp("rembg")
    found = service.store.find(model_named("u2netp"))
    assert found is not None, "the weights of u2netp are not here"
    shutil.copy(found, home / "u2netp.onnx")
    registry()
    import rembg

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("U2NET_HOME", str(home))
        patch.setenv("CUTAWAY_HOME", str(service.settings.home))
        yield rembg


def of_rembg(rembg: Any, model: str, photo: str) -> NDArray[np.uint8]:
    (mask,) = rembg.new_session(model, providers=["CPUExecutionProvider"]).predict(
        Image.open(sample_path(photo))
    )
    return np.asarray(mask)


@pytest.mark.parametrize("photo", ["astronaut", "coffee"])
def test_our_matte_is_rembgs(rembg: Any, service: CutoutService, photo: str) -> None:
    ours = service.cut(sample_path(photo), Recipe(model="u2netp")).matte
    theirs = of_rembg(rembg, "u2netp", photo)
    assert ours.shape == theirs.shape
    assert np.abs(ours.astype(float) - theirs).mean() / 255 < 0.01


def test_modnet_works_through_rembg(rembg: Any, service: CutoutService) -> None:
    ours = service.cut(sample_path("astronaut"), Recipe(model="modnet")).matte
    theirs = of_rembg(rembg, "modnet", "astronaut")
    assert np.abs(ours.astype(float) - theirs).mean() / 255 < 0.01


def test_rembg_cuts_with_modnet_by_name(rembg: Any) -> None:
    session = rembg.new_session("modnet", providers=["CPUExecutionProvider"])
    with Image.open(sample_path("astronaut")) as photo:
        result = rembg.remove(photo, session=session)
    alpha = np.asarray(result.getchannel("A"))
    assert (result.size, alpha[5, 250], alpha[100, 226]) == ((512, 512), 0, 255)


def test_every_local_model_of_rembg_is_ours() -> None:
    """Fails when rembg has learned a model: it then wants an entry in the catalogue."""
    local = {name for name, kind in registry().items() if kind.is_local() and not name.endswith("_custom")}
    assert local == set(MODELS)


def test_nothing_of_ours_leaves_the_machine() -> None:
    """rembg's sessions that ask a server are not among our models."""
    distant = {name for name, kind in registry().items() if not kind.is_local()}
    assert distant
    assert not distant & set(MODELS)


def test_registering_again_changes_nothing() -> None:
    first = dict(registry())
    assert registry() == first


def test_a_model_that_only_rembg_can_feed(service: CutoutService, tmp_path: Path) -> None:
    """Through rembg's own session, over weights that are here: the path of every model we do not describe."""
    from pipelines.models.network import NetworkFacts, RembgNetwork
    from pipelines.models.rembg_bridge import open_session

    found = service.store.find(model_named("u2netp"))
    session = open_session("u2netp", found, None, ["CPUExecutionProvider"])
    network = RembgNetwork(model_named("u2netp"), session, NetworkFacts("u2netp", "", "cpu", 1))
    photo = service.load(sample_path("coffee"))
    ours = service.cut(photo, Recipe(model="u2netp")).matte
    theirs = np.rint(network.matte(photo) * 255)
    assert theirs.shape == ours.shape
    assert np.abs(ours - theirs).mean() / 255 < 0.01
