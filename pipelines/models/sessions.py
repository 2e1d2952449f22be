"""Loading networks and sharing them: each once, the least recently used dropped first."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipelines.errors import CutawayError, ModelFailed, WeightsUnavailable
from pipelines.models.catalogue import Model
from pipelines.models.devices import device_in_use, fallback_warning, providers_for
from pipelines.models.gathering import ON_GPU, Gathering
from pipelines.models.graphs import flexible_graph
from pipelines.models.known import model_named
from pipelines.models.network import DescribedNetwork, Network, NetworkFacts, RembgNetwork
from pipelines.models.shrinking import Shrinking
from pipelines.models.weights import WeightsStore, digest_of
from pipelines.settings import Settings, core_count
from pipelines.stages import stage


@dataclass(frozen=True)
class ModelChoice:
    """Which model to load: a name of the catalogue, or an ONNX file of the user's own.

    ``input_size`` is for own files only: the side of the square input in pixels;
    None takes it from the graph.
    """

    name: str
    input_size: int | None = None

    @property
    def own_file(self) -> bool:
        """Whether this names a file instead of a catalogue entry."""
        return self.name.lower().endswith(".onnx")


class SessionLoader:
    """Opens networks with the device and threads that the settings ask for.

    Args:
        settings: device, threads, folders.
        store: where weights are found.
        overlapping: whether other work runs beside the networks. Their threads then sleep
            while they wait, and leave the cores to it; else they wait awake, which makes a
            single picture a fifth faster and takes a fifth more of the cores' time. No more of them
            run at the same time than there are cores, as each takes its own memory.
    """

    def __init__(self, settings: Settings, store: WeightsStore, *, overlapping: bool = False) -> None:
        self._settings = settings
        self._store = store
        self._overlapping = overlapping

    def __call__(self, choice: ModelChoice) -> Network:
        """Load a network; fetches its weights when they are not here.

        Raises:
            UnknownModel, WeightsUnavailable, WeightsDamaged: from the store.
            ModelFailed: onnxruntime or rembg would not open it.
        """
        try:
            if choice.own_file:
                return self._own(choice)
            model = model_named(choice.name)
            if model.preprocess is None or not model.files:
                return self._through_rembg(model)
            path = self._store.ensure(model)
            return self._described(model, path)
        except CutawayError:
            raise
        except Exception as error:
            raise ModelFailed(
                f"The model {Path(choice.name).name} could not be loaded ({type(error).__name__}). "
                "`python app.py models verify` checks the files that are here."
            ) from error

    def _described(self, model: Model, path: Path) -> DescribedNetwork:
        import onnxruntime

        graph: Path | bytes = path
        if model.rewritten:
            graph = flexible_graph(path, self._settings.models_dir / model.name)
        asked = self._providers()
        source = graph if isinstance(graph, bytes) else str(graph)
        runner = onnxruntime.InferenceSession(source, sess_options=self._options(), providers=asked)
        facts = self._facts(model.name, digest_of(path), asked, runner)
        return DescribedNetwork(model, self._gathered(model, runner, facts.device), facts)

    def _gathered(self, model: Model, runner: Any, device: str) -> Any:
        """The network as threads share it: shown several pictures in a run, or in so many runs at once."""
        most = self._settings.network_batch or (ON_GPU if device == "cuda" else 1)
        if most > 1 and model.flexible and not isinstance(runner.get_inputs()[0].shape[0], int):
            return Gathering(runner, most=most)
        if self._overlapping:
            kept = Shrinking(runner) if device == "cpu" else runner
            return Gathering(kept, at_once=math.ceil(core_count() / self._settings.thread_count()))
        return runner

    def _through_rembg(self, model: Model) -> RembgNetwork:
        from pipelines.models.rembg_bridge import open_session

        path = self._store.ensure(model) if model.files else None
        if path is None and self._settings.offline and not self._store.present(model):
            raise WeightsUnavailable(
                f"The weights of {model.name} can't be fetched: CUTAWAY_OFFLINE=1 forbids asking the network."
            )
        asked = self._providers()
        session = open_session(model.name, path, self._options(), asked)
        runner = getattr(session, "inner_session", None) or session.encoder
        digest = digest_of(path) if path else ""
        return RembgNetwork(model, session, self._facts(model.name, digest, asked, runner))

    def _own(self, choice: ModelChoice) -> DescribedNetwork:
        from pipelines.models.own import describe, family, input_side
        from pipelines.models.rembg_bridge import open_session

        path = Path(choice.name).expanduser()
        if not path.is_file():
            raise WeightsUnavailable(f"There is no model file at {choice.name}.")
        side = input_side(path, choice.input_size)
        asked = self._providers()
        session = open_session(family(side), path, self._options(), asked)
        facts = self._facts(path.name, digest_of(path), asked, session.inner_session)
        return DescribedNetwork(describe(path, side), session.inner_session, facts)

    def _providers(self) -> list[str]:
        import onnxruntime

        return providers_for(self._settings.device, onnxruntime.get_available_providers())

    def _options(self) -> Any:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self._settings.thread_count()
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # A pattern is laid out beside what the first run took: with it, memory doubles from the second on.
        options.enable_mem_pattern = False
        if self._overlapping:
            options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        return options

    def _facts(self, name: str, digest: str, asked: list[str], runner: Any) -> NetworkFacts:
        active = runner.get_providers()
        return NetworkFacts(
            name=name,
            digest=digest,
            device=device_in_use(active),
            threads=self._settings.thread_count(),
            warning=fallback_warning(self._settings.device, asked, active),
        )


@dataclass
class _Slot:
    lock: threading.Lock = field(default_factory=threading.Lock)
    network: Network | None = None


class SessionPool:
    """Networks in memory, shared by every request.

    Args:
        load: opens a network; called once for each choice, however many threads ask.
        capacity: how many stay loaded; the least recently used goes first.
    """

    def __init__(self, load: Callable[[ModelChoice], Network], capacity: int) -> None:
        self._load = load
        self._capacity = capacity
        self._slots: OrderedDict[ModelChoice, _Slot] = OrderedDict()
        self._guard = threading.Lock()

    def get(self, choice: ModelChoice) -> Network:
        """The loaded network, loading it first where needed.

        Raises:
            ModelError: from the loader; the next call tries again.
        """
        with self._guard:
            slot = self._slots.setdefault(choice, _Slot())
            self._slots.move_to_end(choice)
        with slot.lock:
            if slot.network is None:
                try:
                    with stage("model"):
                        slot.network = self._load(choice)
                except CutawayError:
                    self._forget(choice, slot)
                    raise
            network = slot.network
        self._trim()
        return network

    def loaded(self) -> dict[ModelChoice, NetworkFacts]:
        """What is in memory now."""
        with self._guard:
            slots = list(self._slots.items())
        return {choice: slot.network.facts for choice, slot in slots if slot.network is not None}

    def close(self) -> None:
        """Forget every network; their memory goes when the last request using one ends."""
        with self._guard:
            self._slots.clear()

    def _forget(self, choice: ModelChoice, slot: _Slot) -> None:
        with self._guard:
            if self._slots.get(choice) is slot:
                del self._slots[choice]

    def _trim(self) -> None:
        with self._guard:
            while len(self._slots) > self._capacity:
                self._slots.popitem(last=False)
