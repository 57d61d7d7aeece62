"""On ordinary traffic, recorded from real servers, few frames are of risk: over all of it, and for each server."""

import json
import re
from collections import Counter
from functools import cache

import pytest
from tests.stories.scoring import scored, scored_recording
from tests.traffic import recording

from km_schemas.records import ScoredEvent
from km_schemas.words import RiskLevel

pytestmark = pytest.mark.xdist_group("traffic")  # the sessions are scored once

MOST_HIGH = 0.01
MOST_MEDIUM = 0.03
FEW_FRAMES = 100
"""Below so many, a share says little: one frame may be medium."""
SESSIONS = recording.names()


@cache
def _by_server() -> dict[str, Counter[RiskLevel]]:
    levels: dict[str, Counter[RiskLevel]] = {}
    for name in SESSIONS:
        for line, event in zip(recording.read(name), scored_recording(name), strict=True):
            levels.setdefault(line["server"], Counter())[event.level] += 1
    return levels


def _reasons(level: RiskLevel) -> Counter[tuple[str, ...]]:
    events: list[ScoredEvent] = [event for name in SESSIONS for event in scored_recording(name)]
    return Counter(tuple(sorted({signal.rule for signal in event.signals})) for event in events if event.level == level)


def test_ordinary_traffic_is_rarely_of_risk() -> None:
    total = sum(_by_server().values(), Counter[RiskLevel]())
    assert total["high"] < MOST_HIGH * total.total(), _reasons("high").most_common(10)
    assert total["medium"] < MOST_MEDIUM * total.total(), _reasons("medium").most_common(10)


def test_all_sessions_of_one_installation_are_rarely_of_risk() -> None:
    lines = sorted((line for name in SESSIONS for line in recording.read(name)), key=lambda line: line["at"])
    levels = Counter(event.level for event in scored(lines))
    assert levels["high"] < MOST_HIGH * levels.total(), levels
    assert levels["medium"] < MOST_MEDIUM * levels.total(), levels


@pytest.mark.parametrize("server", sorted({line["server"] for name in SESSIONS for line in recording.read(name)}))
def test_the_traffic_of_each_server_is_rarely_of_risk(server: str) -> None:
    levels = _by_server()[server]
    frames = max(levels.total(), FEW_FRAMES)
    assert levels["high"] <= MOST_HIGH * frames, levels
    assert levels["medium"] <= MOST_MEDIUM * frames, levels


def test_there_is_enough_traffic_of_enough_servers_and_of_both_eras() -> None:
    lines = [line for name in SESSIONS for line in recording.read(name)]
    assert len(lines) >= 3_000
    assert len({line["server"] for line in lines}) >= 9
    modern = [line for line in lines if "io.modelcontextprotocol/protocolVersion" in line["frame"]]
    legacy = {line["run"] for line in lines if '"initialize"' in line["frame"]}
    assert len(modern) >= 300
    assert len(legacy) >= 10


def test_recordings_are_small_and_name_no_machine() -> None:
    files = list(recording.FOLDER.glob("*.zst"))
    assert sum(path.stat().st_size for path in files) <= 3_000_000
    for name in SESSIONS:
        for line in recording.read(name):
            json.loads(line["frame"])
            assert not re.search(r"/root/|/tmp/km-traffic|/\.pyenv/", line["frame"])
