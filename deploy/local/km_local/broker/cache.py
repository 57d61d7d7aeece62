"""The one place per checkout that holds Kafka's jars and AOT cache, shared by every broker started from it."""

from pathlib import Path

from km_local.broker.aot import make_cache
from km_local.broker.download import fetch_missing
from km_local.broker.jar_list import fingerprint, pinned_jars
from km_local.broker.kafka import Distribution
from km_local.file_lock import alone


def distribution_in(cache: Path) -> Distribution:
    """Where the cache keeps the pinned Kafka, there or not yet."""
    folder = cache / f"kafka-{fingerprint()}"
    return Distribution(jars=folder / "jars", aot_cache=folder / "kafka.aot")


def ensure_jars(distribution: Distribution) -> None:
    """Fetch what is missing; who asks meanwhile waits. Raises `DownloadError` or `LocalError`."""
    folder = distribution.jars.parent
    folder.mkdir(parents=True, exist_ok=True)
    with alone(folder / "lock"):
        fetch_missing(pinned_jars(), distribution.jars)


def ensure_aot_cache(distribution: Distribution) -> None:
    """Train the JVM once; who asks meanwhile waits. Raises `ProcessError`."""
    folder = distribution.jars.parent
    with alone(folder / "lock"):
        if not distribution.aot_cache.exists():
            make_cache(distribution, folder / "training.log")


def ensure_distribution(cache: Path) -> Distribution:
    """Both at once."""
    distribution = distribution_in(cache)
    ensure_jars(distribution)
    ensure_aot_cache(distribution)
    return distribution
