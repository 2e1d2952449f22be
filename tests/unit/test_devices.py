"""Execution providers under the names people know."""

from __future__ import annotations

import pytest

from pipelines.models.devices import device_in_use, fallback_warning, providers_for

CPU, CUDA = "CPUExecutionProvider", "CUDAExecutionProvider"


def test_auto_takes_the_accelerator_that_is_there() -> None:
    assert providers_for("auto", [CPU, CUDA]) == [CUDA, CPU]
    assert providers_for("auto", [CPU]) == [CPU]


def test_cpu_means_cpu() -> None:
    assert providers_for("cpu", [CUDA, CPU]) == [CPU]


@pytest.mark.parametrize(
    ("active", "name"), [([CUDA, CPU], "cuda"), ([CPU], "cpu"), ([], "cpu"), (["X"], "X")]
)
def test_the_device_in_use_is_named(active: list[str], name: str) -> None:
    assert device_in_use(active) == name


def test_an_accelerator_that_this_build_lacks_is_told() -> None:
    asked = providers_for("cuda", [CPU])
    assert "no cuda support" in str(fallback_warning("cuda", asked, [CPU]))


@pytest.mark.parametrize("device", ["cuda", "auto"])
def test_an_accelerator_that_does_not_start_is_told(device: str) -> None:
    asked = providers_for(device, [CPU, CUDA])  # type: ignore[arg-type]  # a parametrised literal
    assert "could not be started" in str(fallback_warning(device, asked, [CPU]))  # type: ignore[arg-type]


def test_nothing_is_said_when_all_is_well() -> None:
    assert fallback_warning("cuda", [CUDA, CPU], [CUDA, CPU]) is None
    assert fallback_warning("auto", [CPU], [CPU]) is None
    assert fallback_warning("cpu", [CPU], [CPU]) is None
