"""What one frame shows by itself: all stateless families over it.

Answers that describe a server come again with each run, large and unchanged; what was found in one is kept. They are
told apart by their content alone, so that nothing depends on what was kept.
"""

import hashlib
from functools import lru_cache, partial
from typing import Final

import msgspec
import orjson

from km_schemas.records import Signal
from km_streams.score.exchange import Answer
from km_streams.score.frame_view import DESCRIBING, FrameView, Mark
from km_streams.score.ruleset import RuleSet
from km_streams.score.signals import awake_families

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
        key = _key(frame)
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
        for family in self._awake(frame.hits, from_client=frame.from_client, has_findings=bool(frame.event.findings)):
            for found in family(frame, self._rules):
                if isinstance(found, Mark):
                    marks.append(found)
                else:
                    signals.append(found)
        return signals, marks


def _key(frame: FrameView) -> bytes | None:
    """Digest of an answer that describes a server, and of what was found in it; none for any other frame."""
    if len(frame.exchanges) != 1:
        return None
    exchange = frame.exchanges[0]
    if exchange.method not in DESCRIBING or exchange.root or not isinstance(exchange.part, Answer):
        return None
    try:
        body = orjson.dumps(exchange.part.body) + msgspec.json.encode(frame.event.findings)
    except orjson.JSONEncodeError:  # deeper than orjson writes
        return None
    head = f"{frame.direction} {exchange.method} {exchange.part.is_error} ".encode()
    return hashlib.blake2b(head + body, digest_size=16).digest()
