"""Every attack is found at its frame; the same shapes without the attack stay low."""

import pytest
from tests.stories.scoring import is_met, scored
from tests.stories.story import Story, attacks, benign

from km_schemas.records import ScoredEvent

ATTACKS = attacks()
BENIGN = benign()


def _reasons(events: list[ScoredEvent]) -> list[tuple[int, int, list[str]]]:
    return [
        (at, event.score, [signal.id for signal in event.signals]) for at, event in enumerate(events) if event.score
    ]


@pytest.mark.parametrize("story", ATTACKS, ids=[story.name for story in ATTACKS])
def test_an_attack_is_found_where_it_happens(story: Story) -> None:
    events = scored(story.lines)
    missed = [expected for expected in story.expected if not is_met(expected, events)]
    assert not missed, f"{story.source}: {missed}; found (line, score, signals): {_reasons(events)}"


@pytest.mark.parametrize("story", BENIGN, ids=[story.name for story in BENIGN])
def test_the_same_shape_without_an_attack_stays_low(story: Story) -> None:
    events = scored(story.lines)
    assert [reason for reason in _reasons(events) if events[reason[0]].level in {"medium", "high"}] == []


def test_there_are_enough_stories_of_all_kinds() -> None:
    assert len(ATTACKS) >= 60
    assert all(story.source and story.expected for story in ATTACKS)
    assert sum("io.modelcontextprotocol" in story.lines[0]["frame"] for story in ATTACKS) >= 15
    assert len({expected.signal for story in ATTACKS for expected in story.expected if expected.signal}) >= 30
