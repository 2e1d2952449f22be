"""What ``/metrics`` tells, in Prometheus' words: how much, how fast, what failed. Nobody's name or address.

Latency buckets are wide: a click takes milliseconds, a 50-megapixel picture a minute.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    start_http_server,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from pipelines.errors import InputError
from pipelines.stages import Stage
from pipelines.workbench import Workbench
from server.addresses import PAGE_FILES, PROBES
from server.reception import RequestFacts

_SECONDS: Final = (0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0)
_QUIET: Final = (
    *PROBES,
    PAGE_FILES,
    "/gradio_api/heartbeat",
    "/studio/samples/{name}",
    "/studio/backdrops/{name}",
)
"""Asked for so often that a line for each is told at level ``debug`` alone."""

_log: Final = logging.getLogger("cutaway")


class Metrics:
    """Everything that is counted.

    Args:
        bench: its gate and networks are looked at when somebody asks.
    """

    def __init__(self, bench: Workbench) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # a second figure for each, which nobody reads
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.registry.register(_Busyness(bench))
        self._requests = Counter(
            "cutaway_requests", "Requests answered.", ("method", "route", "status"), registry=self.registry
        )
        self._errors = Counter(
            "cutaway_errors", "Errors answered, by their code.", ("code",), registry=self.registry
        )
        self._under_way = Gauge("cutaway_requests_in_progress", "Requests under way.", registry=self.registry)
        self._latency = Histogram(
            "cutaway_request_seconds",
            "From a request's first byte to its answer's last.",
            ("route",),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._stages = Histogram(
            "cutaway_stage_seconds",
            "Waiting for a turn, opening a network (model), and each stage of the work.",
            ("stage",),
            buckets=_SECONDS,
            registry=self.registry,
        )

    def begin(self, _facts: RequestFacts) -> None:
        """A request has come (:class:`server.reception.Ledger`)."""
        self._under_way.inc()

    def end(self, facts: RequestFacts) -> None:
        """It was answered, or its client left (:class:`server.reception.Ledger`)."""
        self._under_way.dec()
        self._requests.labels(facts.method, facts.route, facts.status).inc()
        self._latency.labels(facts.route).observe(facts.seconds)
        if facts.error:
            self._errors.labels(facts.error).inc()
        log_request(facts)

    def stage(self, stage: Stage, seconds: float) -> None:
        """A stage has ended (:func:`pipelines.stages.listen`)."""
        self._stages.labels(stage).observe(seconds)


def log_request(facts: RequestFacts) -> None:
    """Write a request's line into the log."""
    told = {
        "method": facts.method,
        "route": facts.route,
        "status": facts.status,
        "ms": round(facts.seconds * 1000, 1),
    }
    if facts.error:
        told["code"] = facts.error
    quiet = facts.route in _QUIET and facts.status < 400
    _log.log(logging.DEBUG if quiet else logging.INFO, "request", extra={"fields": told})


def serving_metrics(metrics: Metrics, where: str) -> Callable[[], None]:
    """Answer at an address of its own, where the setting names one.

    Args:
        metrics: what is counted.
        where: ``HOST:PORT``; anything else does nothing.
    Returns:
        Ends it.
    Raises:
        InputError: the address is in use or not ours.
    """
    host, _, port = where.rpartition(":")
    if not host:
        return lambda: None
    try:
        server, thread = start_http_server(int(port), host.strip("[]"), metrics.registry)
    except OSError as error:
        raise InputError(f"Can't listen on CUTAWAY_METRICS={where}: {error.strerror}.") from None

    def stop() -> None:
        server.shutdown()
        server.server_close()
        thread.join()

    return stop


class _Busyness(Collector):
    """What is looked up when somebody asks."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench

    def collect(self) -> Iterator[Metric]:
        """The figures of this moment."""
        facts = self._bench.gate.facts()
        yield GaugeMetricFamily("cutaway_queue_working", "Pictures worked on.", facts.working)
        yield GaugeMetricFamily("cutaway_queue_waiting", "Pictures that wait for their turn.", facts.waiting)
        yield CounterMetricFamily("cutaway_queue_refused", "Sent away: too many waited.", facts.refused)
        yield CounterMetricFamily("cutaway_queue_left", "Gone before their turn came.", facts.left)
        loaded = len(self._bench.service.pool.loaded())
        yield GaugeMetricFamily("cutaway_models_loaded", "Networks in memory.", loaded)
