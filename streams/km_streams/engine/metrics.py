"""What a worker tells Prometheus. Labels come from closed sets; a registry of its own for each app."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from km_streams.engine.dead_letters import KNOWN_ERRORS

_FRESHNESS_BUCKETS = (0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0, 600.0)
_BATCH_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class Metrics:
    """The metrics of one worker; every series carries its stage."""

    def __init__(self, stage: str) -> None:
        self.registry = CollectorRegistry()
        self._stage = stage
        self._records = self._counter("km_records", "Records whose offsets were moved over.")
        self._repeats = self._counter("km_repeats", "Records dropped because their seq was projected before.")
        self._lost = self._counter("km_lost_records", "Records that retention deleted before they were read.")
        self._rebalances = self._counter("km_rebalances", "Changes of the partitions this worker owns.")
        self._letters = self._counter("km_dead_letters", "Records that could not be processed.", "error")
        self._lag = self._gauge("km_lag_records", "Records that wait in the partitions this worker owns.")
        self._away = self._gauge("km_dependency_away", "1 while the dependency does not answer.", "dependency")
        self._batch = self._histogram("km_batch_seconds", "From a batch's poll to its acknowledgement.", _BATCH_BUCKETS)
        self._freshness = self._histogram(
            "km_freshness_seconds", "From an event's time to its commit in the read models.", _FRESHNESS_BUCKETS
        )

    def moved(self, records: int) -> None:
        """Offsets moved over so many records."""
        self._records.labels(self._stage).inc(records)

    def repeats(self, records: int) -> None:
        """So many records were projected before."""
        self._repeats.labels(self._stage).inc(records)

    def lost(self, records: int) -> None:
        """Retention took so many records before they were read."""
        self._lost.labels(self._stage).inc(records)

    def rebalanced(self) -> None:
        """Ownership was taken anew."""
        self._rebalances.labels(self._stage).inc()

    def dead_letter(self, error: str) -> None:
        """A record failed with this error class; one outside the closed set counts as `other`."""
        self._letters.labels(self._stage, error if error in KNOWN_ERRORS else "other").inc()

    def lag(self, records: int) -> None:
        """How many records wait."""
        self._lag.labels(self._stage).set(records)

    def away(self, dependency: str, *, away: bool) -> None:
        """Whether a dependency answers."""
        self._away.labels(self._stage, dependency).set(away)

    def batch(self, seconds: float) -> None:
        """How long a batch took."""
        self._batch.labels(self._stage).observe(seconds)

    def freshness(self, seconds: float) -> None:
        """How old an event was when it was committed."""
        self._freshness.labels(self._stage).observe(seconds)

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(name, text, ("stage", *labels), registry=self.registry)

    def _gauge(self, name: str, text: str, *labels: str) -> Gauge:
        return Gauge(name, text, ("stage", *labels), registry=self.registry)

    def _histogram(self, name: str, text: str, buckets: tuple[float, ...]) -> Histogram:
        return Histogram(name, text, ("stage",), registry=self.registry, buckets=buckets)
