"""What one frame shows by itself: all stateless families over it.

Answers that describe a server come again with each run, large and unchanged; what was found in one is kept. They are
told apart by their content alone, so that nothing depends on what was kept.
"""

import hashlib
from typing import Final

import msgspec
import orjson

from km_schemas.records import Signal
from km_streams.score.exchange import Answer
from km_streams.score.frame_view import DESCRIBING, FrameView, Mark
from km_streams.score.ruleset import RuleSet
from km_streams.score.signals import FAMILIES
from km_streams.score.signals.addresses import address_signals
from km_streams.score.signals.frames import frame_signals
from km_streams.score.signals.sampling import sampling_signals
from km_streams.score.signals.secrets import secret_signals

KEPT: Final = 256
"""Descriptions that are kept, the latest ones."""

_UNTRIGGERED: Final = (secret_signals, address_signals, sampling_signals, frame_signals)
"""The families that have no triggers; of a frame without any hit the others have nothing to say (tested)."""

_UNPROMPTED: Final = (sampling_signals, frame_signals)
"""Those of them that need no finding either."""

_Found = tuple[tuple[Signal, ...], tuple[Mark, ...]]


class Stateless:
    """The stateless families by one set of rules."""

    def __init__(self, rules: RuleSet) -> None:
        """Nothing is kept yet."""
        self._rules = rules
        self._kept: dict[bytes, _Found] = {}

    def of(self, frame: FrameView) -> tuple[list[Signal], list[Mark]]:
        """Signals and marks of a frame."""
        key = _key(frame)
        found = self._found(frame) if key is None else self._remembered(key, frame)
        return list(found[0]), list(found[1])

    def _remembered(self, key: bytes, frame: FrameView) -> _Found:
        found = self._kept.get(key)
        if found is None:
            if len(self._kept) >= KEPT:
                del self._kept[next(iter(self._kept))]
            found = self._kept[key] = self._found(frame)
        return found

    def _found(self, frame: FrameView) -> _Found:
        signals: list[Signal] = []
        marks: list[Mark] = []
        families = FAMILIES if frame.hits else _UNTRIGGERED if frame.event.findings else _UNPROMPTED
        for family in families:
            for found in family(frame, self._rules):
                if isinstance(found, Mark):
                    marks.append(found)
                else:
                    signals.append(found)
        return tuple(signals), tuple(marks)


def _key(frame: FrameView) -> bytes | None:
    """Digest of an answer that describes a server, and of what was found in it; none for any other frame."""
    if len(frame.exchanges) != 1:
        return None
    (exchange,) = frame.exchanges
    if exchange.method not in DESCRIBING or exchange.root or not isinstance(exchange.part, Answer):
        return None
    try:
        body = orjson.dumps(exchange.part.body) + msgspec.json.encode(frame.event.findings)
    except orjson.JSONEncodeError:  # deeper than orjson writes
        return None
    head = f"{frame.direction} {exchange.method} {exchange.part.is_error} ".encode()
    return hashlib.blake2b(head + body, digest_size=16).digest()
