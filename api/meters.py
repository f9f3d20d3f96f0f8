"""What is counted and measured, for Prometheus. Labels are routes, methods and states: nothing of people."""

from collections.abc import Callable, Iterable

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from models.set_aside import Figures

METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Meters:
    """One per process, with a registry of its own. `outbox` is asked whenever Prometheus asks; None if it is away."""

    def __init__(self, outbox: Callable[[], Figures | None]) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(_Outbox(outbox))
        by = ["method", "route"]
        self._requests = Counter("homing_http_requests", "Answers", [*by, "status"], registry=self._registry)
        self._seconds = Histogram(
            "homing_http_request_seconds", "Until the answer", by, buckets=SECONDS, registry=self._registry
        )
        self._items = Counter("homing_items_taken", "People and events taken in", ["result"], registry=self._registry)
        self._receipts = Counter(
            "homing_receipts", "Posted by providers", ["channel", "state"], registry=self._registry
        )
        self._inbound = Counter("homing_inbound", "What people wrote", ["channel", "deed"], registry=self._registry)
        what = ["event", "about"]
        self._verifications = Counter("homing_verifications", "One-time codes", what, registry=self._registry)

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """A request is over."""
        method = method if method in METHODS else "OTHER"
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(seconds)

    def taken(self, *, new: int, repeated: int, ignored: int) -> None:
        """Items were taken in, were known already, or are of people who were erased."""
        for result, count in (("new", new), ("repeated", repeated), ("ignored", ignored)):
            self._items.labels(result).inc(count)

    def refused(self, *, rejected: int, left_out: int) -> None:
        """Calls of a batch were not taken, or parts of them, such as a phone number that is none."""
        for result, count in (("rejected", rejected), ("left_out", left_out)):
            self._items.labels(result).inc(count)

    def reported(self, receipts: Iterable[tuple[str, str]]) -> None:
        """Receipts by channel and state, also those that came before."""
        for channel, state in receipts:
            self._receipts.labels(channel, state).inc()

    def heard(self, channel: str, deed: str) -> None:
        """Somebody has written, and this was done with it."""
        self._inbound.labels(channel, deed).inc()

    def verification(self, event: str, about: str) -> None:
        """A code was sent (by which channel), refused (why), wrong, not judged, or approved."""
        self._verifications.labels(event, about).inc()

    def page(self) -> bytes:
        """All of it, in Prometheus' text format."""
        return generate_latest(self._registry)


class _Outbox(Collector):
    def __init__(self, figures: Callable[[], Figures | None]) -> None:
        self._figures = figures

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """So that registering asks no database."""
        return []

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """As it is now."""
        now = self._figures()
        if now is None:
            return
        yield GaugeMetricFamily("homing_outbox_waiting", "Rows not yet told to a workflow", now.waiting)
        yield GaugeMetricFamily("homing_outbox_oldest_seconds", "Age of the oldest of them", now.oldest_s)
        yield GaugeMetricFamily("homing_outbox_set_aside", "Rows set aside after five refusals", now.set_aside)
