"""What one frame shows by itself: all stateless families over it.

Answers that describe a server come again with each run, large and unchanged; what was found in one is kept. They are
told apart by their content alone, so that nothing depends on what was kept.
"""

import hashlib
from functools import lru_cache, partial
from typing import Final

import msgspec

from km_schemas.records import Signal
from km_streams.score.exchange import Answer
from km_streams.score.frame_view import FrameView, Mark
from km_streams.score.ruleset import RuleSet
from km_streams.score.signals import Traits, awake_families
from km_streams.score.signals.sampling import asks

KEPT: Final = 256
"""Descriptions that are kept, the latest ones."""

_Found = tuple[tuple[Signal, ...], tuple[Mark, ...]]


class Stateless:
    """The stateless families by one set of rules."""

    def __init__(self, rules: RuleSet) -> None:
        """Nothing is kept yet."""
        self._rules = rules
        self._kept: dict[bytes, _Found] = {}
        self._awake = lru_cache(maxsize=1024)(partial(awake_families, rules))

    def of(self, frame: FrameView) -> tuple[list[Signal], list[Mark]]:
        """Signals and marks of a frame."""
        key = None if frame.from_client else _key(frame)
        if key is None:
            return self._found(frame)
        signals, marks = self._remembered(key, frame)
        return list(signals), list(marks)

    def _remembered(self, key: bytes, frame: FrameView) -> _Found:
        found = self._kept.get(key)
        if found is None:
            if len(self._kept) >= KEPT:
                del self._kept[next(iter(self._kept))]
            signals, marks = self._found(frame)
            found = self._kept[key] = tuple(signals), tuple(marks)
        return found

    def _found(self, frame: FrameView) -> tuple[list[Signal], list[Mark]]:
        signals: list[Signal] = []
        marks: list[Mark] = []
        event, from_client = frame.event, frame.from_client
        is_asking = not from_client and asks(frame)
        traits = Traits(from_client, bool(event.findings), event.kind == "noise", is_asking)
        for family in self._awake(frame.hits, traits):
            for found in family(frame, self._rules):
                if isinstance(found, Mark):
                    marks.append(found)
                else:
                    signals.append(found)
        return signals, marks


def _key(frame: FrameView) -> bytes | None:
    """Digest of an answer that describes a server, and of what was found in it; none for any other frame."""
    exchange = frame.description
    if exchange is None:
        return None
    assert isinstance(exchange.part, Answer)  # noqa: S101 - only those describe
    head = f"{frame.direction} {exchange.method} {exchange.part.is_error} ".encode()
    body = exchange.part.fingerprint
    if body is None:
        return None
    return hashlib.sha256(b"".join((head, body, msgspec.json.encode(frame.event.findings)))).digest()
