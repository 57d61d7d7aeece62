"""What the service counts. Labels come from closed sets: routes of ours, methods, statuses, outcomes."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import generate_latest

_SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)


class Metrics:
    """The counters of one service, in a registry of their own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.requests = Counter(
            "km_query_requests", "Answered requests.", ("route", "method", "status"), registry=self._registry
        )
        self.seconds = Histogram(
            "km_query_request_seconds", "Until the answer began.", ("route",), buckets=_SECONDS, registry=self._registry
        )
        self.logins = Counter("km_query_logins", "Tokens tried.", ("outcome",), registry=self._registry)
        self.live_streams = Gauge("km_query_live_streams", "Pages that listen.", registry=self._registry)
        self.live_resets = Counter("km_query_live_resets", "Pages too slow for their updates.", registry=self._registry)
        self.listening = Gauge("km_query_listening", "1 while the LISTEN connection stands.", registry=self._registry)

    def exposition(self) -> bytes:
        """The text that Prometheus reads."""
        return generate_latest(self._registry)
