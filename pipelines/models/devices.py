"""Where a network runs: onnxruntime's execution providers, under the names people know."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pipelines.settings import Device

PROVIDERS: Final[dict[str, str]] = {
    "cuda": "CUDAExecutionProvider",
    "rocm": "ROCMExecutionProvider",
    "coreml": "CoreMLExecutionProvider",
    "directml": "DmlExecutionProvider",
    "openvino": "OpenVINOExecutionProvider",
    "cpu": "CPUExecutionProvider",
}
"""In the order ``auto`` prefers them."""

_NAMES: Final = {provider: name for name, provider in PROVIDERS.items()}


def providers_for(device: Device, available: Sequence[str]) -> list[str]:
    """The providers to ask onnxruntime for, best first, the CPU always last.

    Args:
        device: what the user wants.
        available: what this onnxruntime was built with.
    """
    wanted = list(PROVIDERS) if device == "auto" else [device]
    chosen = [PROVIDERS[name] for name in wanted if PROVIDERS[name] in available]
    return [*dict.fromkeys([*chosen, PROVIDERS["cpu"]])]


def device_in_use(active: Sequence[str]) -> str:
    """The device that a session's active providers stand for, by our name."""
    return _NAMES.get(active[0], active[0]) if active else "cpu"


def fallback_warning(device: Device, asked: Sequence[str], active: Sequence[str]) -> str | None:
    """A sentence for when an accelerator was asked for and is not used, else None.

    Args:
        device: what the user wants.
        asked: the providers asked for.
        active: the providers the session really has.
    """
    in_use = device_in_use(active)
    if device not in ("auto", "cpu") and in_use != device:
        if PROVIDERS[device] not in asked:
            return (
                f"{device} was asked for, but this onnxruntime has no {device} support; running on {in_use}."
            )
        return (
            f"{device} was asked for but could not be started (are its drivers here?); running on {in_use}."
        )
    if device == "auto" and asked[0] not in active:
        there = device_in_use(asked)
        return f"{there} is there but could not be started (are its drivers here?); running on {in_use}."
    return None
