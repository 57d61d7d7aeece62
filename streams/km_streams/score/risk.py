"""From reasons to a score: noisy-OR, where no family of reasons counts for more than its cap."""

from collections.abc import Iterable, Mapping
from math import prod

from km_schemas.records import Signal


def risk_score(signals: Iterable[Signal], families: Mapping[str, str], caps: Mapping[str, float]) -> int:
    """0–100: 100 · (1 - ∏ over families of (1 - min(cap, 1 - ∏ (1 - weight))))."""
    signals = list(signals)
    if not signals:
        return 0
    misses: dict[str, list[float]] = {}
    for signal in signals:
        misses.setdefault(families[signal.id], []).append(1.0 - signal.weight)
    return round(100 * (1.0 - prod(1.0 - min(caps[family], 1.0 - prod(misses[family])) for family in sorted(misses))))
