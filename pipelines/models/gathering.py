"""Several pictures in one run of a network: a GPU does eight almost as soon as one."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np

from pipelines.models.predict import Tensor

ON_GPU: Final = 8
"""Pictures in a run on a GPU, at most."""

_WAIT_SECONDS: Final = 0.01


class Runner(Protocol):
    """What onnxruntime's session offers, as far as it is used."""

    def get_inputs(self) -> Sequence[Any]:
        """The network's inputs."""
        ...

    def get_outputs(self) -> Sequence[Any]:
        """The network's outputs."""
        ...

    def run(self, names: Sequence[str], inputs: Mapping[str, Tensor]) -> list[Tensor]:
        """Run the network."""
        ...


@dataclass(eq=False)
class _Asked:
    """A picture that waits for its run, or has had it."""

    tensor: Tensor
    taken: bool = False
    raw: Tensor | None = None
    error: BaseException | None = None

    @property
    def ended(self) -> bool:
        return self.raw is not None or self.error is not None


class Gathering:
    """A network that is shown the pictures of several threads together. Safe to share between threads.

    Who has waited longest begins the next run, with all that wait by then; the others wait for their part of
    it. There is no thread of its own. Only while others are just about to ask does one wait for them, and
    never for long: a picture alone is shown at once.

    Args:
        runner: the network; takes Bx3xHxW with any B where ``most`` is above 1.
        most: pictures in a run. One, two, four and so on are shown together, so that a GPU
            has few sizes to prepare for.
        at_once: runs at the same time.
        wait: seconds to wait for those that are about to ask.
    """

    def __init__(
        self, runner: Runner, *, most: int = 1, at_once: int = 1, wait: float = _WAIT_SECONDS
    ) -> None:
        self._runner = runner
        self._most = most
        self._at_once = at_once
        self._wait = wait
        self._change = threading.Condition()
        self._waiting: deque[_Asked] = deque()
        self._running = 0
        self._coming = 0

    def get_inputs(self) -> Sequence[Any]:
        """The network's inputs."""
        return self._runner.get_inputs()

    def get_outputs(self) -> Sequence[Any]:
        """The network's outputs."""
        return self._runner.get_outputs()

    @property
    def most(self) -> int:
        """Pictures in a run; less than was wished where more did not work."""
        return self._most

    @contextmanager
    def coming(self) -> Iterator[None]:
        """Make a picture ready, in a ``with`` block: others may wait for it."""
        with self._change:
            self._coming += 1
        try:
            yield
        finally:
            with self._change:
                self._coming -= 1
                self._change.notify_all()

    def run(self, names: Sequence[str], inputs: Mapping[str, Tensor]) -> list[Tensor]:
        """What the network says of one picture.

        Args:
            names: of the one output.
            inputs: the one input, 1x3xHxW, by its name.
        Raises:
            Exception: whatever the network raises over this picture alone.
        """
        ((entry, tensor),) = inputs.items()
        mine = _Asked(tensor)
        together = self._begun(mine)
        if together:
            try:
                self._show(names, entry, together)
            finally:
                self._end(together)
        with self._change:
            self._change.wait_for(lambda: mine.ended)
        if mine.error is not None:
            raise mine.error
        assert mine.raw is not None  # noqa: S101  (it has ended, without an error)
        return [mine.raw]

    def _begun(self, mine: _Asked) -> list[_Asked]:
        """The pictures of the run that is the caller's to do; none where another has taken its own along."""
        with self._change:
            self._waiting.append(mine)
            self._change.notify_all()
            try:
                self._change.wait_for(lambda: mine.taken or self._turn_of(mine))
                if mine.taken:
                    return []
                if self._most > 1:
                    self._change.wait_for(self._enough, self._wait)
            except BaseException:  # Ctrl+C: nobody waits behind one that is gone
                if not mine.taken:
                    self._waiting.remove(mine)
                raise
            finally:
                self._change.notify_all()
            self._running += 1
            return self._take()

    def _turn_of(self, mine: _Asked) -> bool:
        return self._waiting[0] is mine and self._running < self._at_once

    def _enough(self) -> bool:
        return not self._coming or len(self._alike()) >= self._most

    def _alike(self) -> list[_Asked]:
        """Those that wait with a picture of the first one's size."""
        return [one for one in self._waiting if one.tensor.shape == self._waiting[0].tensor.shape]

    def _take(self) -> list[_Asked]:
        found = self._alike()[: self._most]
        together = found[: 1 << (len(found).bit_length() - 1)]
        for one in together:
            one.taken = True
            self._waiting.remove(one)
        return together

    def _show(self, names: Sequence[str], entry: str, together: list[_Asked]) -> None:
        """Run the network; where that fails over several, over each alone, as one may be the reason."""
        try:
            raw = self._raw(names, entry, [one.tensor for one in together])
        except Exception as error:  # noqa: BLE001  (onnxruntime raises bare exceptions of many kinds)
            if len(together) == 1:
                together[0].error = error
                return
            self._most = max(1, len(together) // 2)  # too much for the GPU's memory, perhaps
            for one in together:
                self._show(names, entry, [one])
        else:
            for number, one in enumerate(together):
                one.raw = raw[number : number + 1]

    def _raw(self, names: Sequence[str], entry: str, tensors: list[Tensor]) -> Tensor:
        raw = self._runner.run(names, {entry: np.concatenate(tensors) if len(tensors) > 1 else tensors[0]})[0]
        if len(raw) != len(tensors):
            raise ValueError(f"the network answered {len(raw)} of {len(tensors)} pictures")
        return raw

    def _end(self, together: list[_Asked]) -> None:
        """Wake those whose pictures were shown; also where this thread was stopped in the middle."""
        with self._change:
            for one in together:
                if not one.ended:
                    one.error = InterruptedError("the run of the network was broken off")
            self._running -= 1
            self._change.notify_all()
