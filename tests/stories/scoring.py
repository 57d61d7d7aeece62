"""Lines scored as `km-streams score` does it: the real sanitizer, the real fold, the shipped rules."""

from collections.abc import Iterable
from functools import cache

import msgspec
from tests.stories.story import Expected
from tests.traffic import recording
from tests.traffic.recording import Line

from km_schemas.records import ScoredEvent
from km_schemas.words import RISK_LEVELS
from km_streams.sanitize.testing import known_processor
from km_streams.score.testing import known_scorer
from km_streams.score.transcript import Transcript


def scored(lines: Iterable[Line]) -> list[ScoredEvent]:
    """One scored event for each line; all lines are of one installation."""
    transcript = Transcript(known_processor(), known_scorer())
    return [event for _, event in transcript.scored(map(msgspec.json.encode, lines))]


@cache
def scored_recording(name: str) -> list[ScoredEvent]:
    """A recorded session, scored."""
    return scored(recording.read(name))


def is_met(expected: Expected, events: list[ScoredEvent]) -> bool:
    """Whether one of the lines that a story names shows what it must."""
    there = [events[at] for at in expected.at]
    if expected.level is not None:
        return any(RISK_LEVELS.index(event.level) >= RISK_LEVELS.index(expected.level) for event in there)
    return any(signal.id == expected.signal for event in there for signal in event.signals)
