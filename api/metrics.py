"""What Prometheus reads: requests as they are answered, and runs as they stand in the database."""

from collections.abc import Callable, Iterable
from datetime import datetime

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import func, select

from api.clock import Now
from api.store import Store
from api.store.tables import RunRow

# When each series began says nothing that the process does not, and doubles what is sent.
_leave_out_beginnings: Callable[[], None] = disable_created_metrics
_leave_out_beginnings()

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
RUN_STATES = ("queued", "running", "done", "infeasible", "no_solution", "failed", "cancelled")


class Metrics:
    """The metrics of one service."""

    def __init__(self, store: Store, now: Now) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "matcher_http_requests", "Requests answered.",
            ["method", "route", "status"], registry=self.registry,
        )  # fmt: skip
        self.seconds = Histogram(
            "matcher_http_request_seconds", "Time until an answer begins.",
            ["method", "route"], buckets=BUCKETS, registry=self.registry,
        )  # fmt: skip
        self.in_flight = Gauge(
            "matcher_http_requests_in_flight", "Requests being answered.", registry=self.registry
        )
        self.registry.register(Runs(store, now))

    def text(self) -> bytes:
        """Give all of it in Prometheus' text format; reads the database."""
        return generate_latest(self.registry)


class Runs(Collector):
    """Counts runs by their state, and how long the oldest queued one has waited."""

    def __init__(self, store: Store, now: Now) -> None:
        self.store, self.now = store, now

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """Name the metrics without reading anything, when they are registered."""
        return self._empty()

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """Read the metrics."""
        by_state, age = self._empty()
        with self.store.reading() as session:
            query = select(RunRow.state, func.count().label("number")).group_by(RunRow.state)
            found = {row.state: row.number for row in session.execute(query)}
            oldest = session.scalar(
                select(func.min(RunRow.created_at)).where(RunRow.state == "queued")
            )
        for state in RUN_STATES:
            by_state.add_metric([state], found.get(state, 0))
        waited = 0.0
        if oldest is not None:
            waited = max(0.0, (self.now() - datetime.fromisoformat(oldest)).total_seconds())
        age.add_metric([], waited)
        return by_state, age

    @staticmethod
    def _empty() -> tuple[GaugeMetricFamily, GaugeMetricFamily]:
        return (
            GaugeMetricFamily("matcher_runs", "Runs by their state.", labels=["state"]),
            GaugeMetricFamily(
                "matcher_queue_oldest_seconds", "How long the oldest queued run has waited.",
                labels=[],
            ),
        )  # fmt: skip
