"""Forgetting what was used least lately, in the same way whatever order a dict came to be in. Pure."""

from collections.abc import Callable
from typing import TypeVar

V = TypeVar("V")


def trimmed(entries: dict[str, V], limit: int, used_us: Callable[[V], int]) -> dict[str, V]:
    """The entries; above the limit the seven eighths of it that were used last, ties by name."""
    if len(entries) <= limit:
        return entries
    latest = sorted(entries, key=lambda name: (used_us(entries[name]), name))[-(limit * 7 // 8) :]
    return {name: entries[name] for name in latest}
