"""What events add to the row of their run."""

from typing import TYPE_CHECKING

import msgspec

from km_schemas.headers import CAPTURE_LOST, RUN_ENDED, RUN_STARTED
from km_schemas.records import CaptureLost, RunEnded, RunFacts, RunStarted
from km_streams.projector.derive.runs import RunChange, begin, judge, take_in
from km_streams.projector.progress import Progress
from km_streams.projector.scored_event import Projected

if TYPE_CHECKING:
    from tests.unit.streams.projector.conftest import MakesProjected


def change_of(*events: Projected) -> RunChange:
    change = begin(events[0], Progress())
    for each in events:
        if judge(change, each) != "repeat":
            take_in(change, each)
    return change


def lifecycle(event: "MakesProjected", seq: int, kind: str, record: msgspec.Struct) -> Projected:
    return event(seq, kind="lifecycle", type=kind, direction=None, payload=msgspec.json.encode(record))


def test_a_run_lives_from_its_start_to_its_end(event: "MakesProjected") -> None:
    started = RunStarted(
        argv=["git", "a\0b"], cwd="/w", server="git", km_version="1", os="Linux", host="h", user="u"
    )  # fmt: skip
    change = change_of(
        lifecycle(event, 1, RUN_STARTED, started),
        event(2, run_facts=RunFacts(client_name="Claude", era="modern")),
        event(3, run_facts=RunFacts(client_version="2")),
        lifecycle(event, 4, CAPTURE_LOST, CaptureLost(reason="disk", lost_bytes=5, lost_chunks=2)),
        lifecycle(event, 5, RUN_ENDED, RunEnded(reason="signalled", signal=9)),
    )
    assert (change.argv, change.os_user) == (["git", "a␀b"], "u")
    assert (change.client_name, change.client_version, change.era) == ("Claude", "2", "modern")
    assert (change.end_reason, change.signal, change.exit_code) == ("signalled", 9, None)
    assert (change.lost_bytes, change.lost_chunks) == (5, 2)
    assert (change.frames, change.events) == (2, 5)
    assert change.ended
    assert change.started_at is not None


def test_a_lifecycle_record_that_sanitizing_changed_beyond_reading_still_ends_the_run(event: "MakesProjected") -> None:
    change = change_of(event(1, kind="lifecycle", type=RUN_ENDED, payload=b"[]"))
    assert change.ended
    assert change.end_reason is None


def test_repeats_are_counted_and_add_nothing(event: "MakesProjected") -> None:
    change = change_of(event(1), event(1), event(2), event(1))
    assert (change.repeats, change.events, change.progress) == (2, 2, Progress(3))


def test_a_server_name_once_known_is_not_forgotten(event: "MakesProjected") -> None:
    assert change_of(event(1, server="git"), event(2, server="")).server == "git"
