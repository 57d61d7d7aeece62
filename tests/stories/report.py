"""`python -m tests.stories.report [traffic] [stories]`: what ordinary traffic and attacks score, and why."""

import sys
import time
from collections import Counter
from collections.abc import Iterator

from tests.stories.scoring import is_met, scored, scored_recording
from tests.stories.story import attacks, benign
from tests.traffic import recording

from km_schemas.records import ScoredEvent
from km_schemas.words import RISK_LEVELS

ALARMS = frozenset({"medium", "high"})


def main() -> None:
    """Print the named tables, or all."""
    wanted = sys.argv[1:] or ["traffic", "stories"]
    for name in wanted:
        for line in {"traffic": traffic_lines, "stories": story_lines}[name]():
            print(line)


def traffic_lines() -> Iterator[str]:
    """Each session with its levels and each alarm with its reasons; then levels by server, and signals."""
    servers: dict[str, Counter[str]] = {}
    reasons: Counter[str] = Counter()
    for name in recording.names():
        began = time.process_time()
        events = scored_recording(name)
        spent_us = (time.process_time() - began) * 1e6 / len(events)
        yield f"{name:<16}{len(events):>6} frames {spent_us:>6.0f} µs each  {_shares(_levels(events))}"
        for event in events:
            servers.setdefault(event.server, Counter())[event.level] += 1
            reasons.update(f"{signal.id} ({signal.rule})" for signal in event.signals)
            if event.level in ALARMS:
                yield f"    {event.level} {event.score} seq {event.event.seq} {event.event.target or ''} {_told(event)}"
    for server, levels in sorted(servers.items()):
        yield f"{server:<20}{levels.total():>6} frames  {_shares(levels)}"
    total = sum(servers.values(), Counter[str]())
    yield f"{'all':<20}{total.total():>6} frames  {_shares(total)}"
    for reason, count in reasons.most_common():
        yield f"{count:>6}  {reason}"


def story_lines() -> Iterator[str]:
    """Each expectation that is not met, and each twin that is not low; then counts."""
    asked = missed = 0
    told = attacks()
    for story in told:
        events = scored(story.lines)
        for expected in story.expected:
            asked += 1
            if not is_met(expected, events):
                missed += 1
                found = [f"{events[at].score} {_told(events[at])}" for at in expected.at][-3:]
                yield f"missed: {story.name}, line {expected.at[0]}: {expected.signal or expected.level}; found {found}"
    twins = benign()
    for story in twins:
        for line, event in zip(story.lines, scored(story.lines), strict=True):
            if event.level in ALARMS:
                yield f"false alarm: {story.name}: {event.score} {_told(event)} in {line['frame'][:160]}"
    yield f"{len(told)} attack stories, {asked} expectations, {missed} missed; {len(twins)} benign twins"


def _levels(events: list[ScoredEvent]) -> Counter[str]:
    return Counter(event.level for event in events)


def _shares(levels: Counter[str]) -> str:
    return ", ".join(f"{level} {100 * levels[level] / levels.total():.2f} %" for level in RISK_LEVELS[1:])


def _told(event: ScoredEvent) -> str:
    reasons = (f"{one.id}/{one.rule} {one.weight:.2f} «{one.evidence[:60]}»" for one in event.signals)
    return "; ".join(reasons)


if __name__ == "__main__":
    main()
