"""A network that gives back, now and then, the memory that it keeps between its runs."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any, Final

from pipelines.models.predict import Tensor

_SHRUNK_AFTER: Final = 50
"""Runs. The next ones take their memory anew, which costs some 30 ms: nothing, beside fifty photos."""


class Shrinking:
    """A network for long work of several threads. Safe to share between them.

    Each time that runs meet in a way that is new to them, onnxruntime's arena grows; of itself it
    keeps all that it ever had ("arena shrinkage", https://onnxruntime.ai/docs/get-started/with-c.html).

    Args:
        runner: onnxruntime's session, on the processor.
        every: so many runs the arena is shrunk.
    """

    def __init__(self, runner: Any, every: int = _SHRUNK_AFTER) -> None:
        from onnxruntime import RunOptions

        self._runner = runner
        self._every = every
        self._runs = itertools.count(1)
        self._shrink = RunOptions()
        self._shrink.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")

    def get_inputs(self) -> Sequence[Any]:
        """The network's inputs."""
        inputs: Sequence[Any] = self._runner.get_inputs()
        return inputs

    def get_outputs(self) -> Sequence[Any]:
        """The network's outputs."""
        outputs: Sequence[Any] = self._runner.get_outputs()
        return outputs

    def run(self, names: Sequence[str], inputs: Mapping[str, Tensor]) -> list[Tensor]:
        """Run the network.

        Args:
            names: of the outputs.
            inputs: by name.
        """
        options = None if next(self._runs) % self._every else self._shrink
        said: list[Tensor] = self._runner.run(names, inputs, options)
        return said
