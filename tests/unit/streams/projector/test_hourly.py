"""What one scored event adds to its hour."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from msgspec.structs import replace

from km_schemas.histogram import bucket_of
from km_schemas.records import ClosedCall, Finding
from km_streams.projector.derive.hourly import NAMES_LIMIT, HourKey, Names, Sums, book, deltas

if TYPE_CHECKING:
    from tests.unit.streams.projector.conftest import MakesProjected


def call(**fields: object) -> ClosedCall:
    given = ClosedCall(
        opened_seq=1, direction="client_to_server", rpc_id="1", method="tools/call", target="git_log",
        opened_at="2026-11-23T10:59:58.000000Z", closed_at="2026-11-23T10:59:59.000000Z", outcome="ok",
        request_bytes=10, response_bytes=20, duration_us=1500,
    )  # fmt: skip
    return replace(given, **fields)


def test_a_request_is_booked_in_the_hour_it_occurred_not_the_one_it_arrived(event: "MakesProjected") -> None:
    ((key, names, sums),) = deltas(event(method="tools/call", target="git_log"))
    assert key.hour == datetime(2026, 11, 23, 10, tzinfo=UTC)
    assert key.partition == 3
    assert names == Names("git", "tools/call", "git_log")
    assert (sums.frames, sums.calls, sums.bytes, sums.cost_nanodollars) == (1, 0, 18, 7)


def test_an_answer_is_booked_under_the_call_it_ended(event: "MakesProjected") -> None:
    frame, ended = deltas(event(kind="result", closed=[call()]))
    assert frame[1] == ended[1] == Names("git", "tools/call", "git_log")
    assert (frame[2].frames, frame[2].calls, ended[2].frames, ended[2].calls) == (1, 0, 0, 1)
    assert ended[2].duration_us == 1500
    assert ended[2].durations[bucket_of(1500)] == 1
    assert sum(ended[2].durations) == 1


def test_failed_calls_count_as_errors_and_unanswered_ones_have_no_duration(event: "MakesProjected") -> None:
    closed = [call(outcome="error"), call(outcome="tool_error"), call(outcome="cancelled", duration_us=None)]
    ended = [sums for _, _, sums in deltas(event(kind="lifecycle", closed=closed))[1:]]
    assert [sums.errors for sums in ended] == [1, 1, 0]
    assert sum(ended[2].durations) == 0


def test_what_the_recorder_says_is_no_frame_and_parts_of_one_count_once(event: "MakesProjected") -> None:
    kinds = {kind: deltas(event(kind=kind))[0][2].frames for kind in ("stderr", "lifecycle", "placeholder", "noise")}
    assert kinds == {"stderr": 0, "lifecycle": 0, "placeholder": 0, "noise": 1}
    assert [deltas(event(kind="noise", part=part))[0][2].frames for part in (1, 2)] == [1, 0]


def test_findings_and_high_risk_are_counted(event: "MakesProjected") -> None:
    finding = Finding(type="email", rule="email@1", path="$", token="t")
    _, _, sums = deltas(event(findings=[finding, finding], level="high", score=90))[0]
    assert (sums.redactions, sums.high_risk) == (2, 1)


def test_only_tools_are_told_apart_by_target(event: "MakesProjected") -> None:
    assert deltas(event(method="resources/read", target="file:///x"))[0][1] == Names("git", "resources/read", "")


def test_equal_names_add_up(event: "MakesProjected") -> None:
    booked = book([*deltas(event(1)), *deltas(event(2))], {})
    ((_, hour),) = booked.items()
    assert hour == {Names("git", "", ""): Sums(frames=2, bytes=36, cost_nanodollars=14)}


def test_names_beyond_a_thousand_fold_into_other(event: "MakesProjected") -> None:
    added = [delta for n in range(NAMES_LIMIT + 5) for delta in deltas(event(method="tools/call", target=f"tool-{n}"))]
    ((_, hour),) = book(added, {}).items()
    assert len(hour) == NAMES_LIMIT + 1
    assert hour[Names("other", "other", "other")].frames == 5


def test_names_that_an_hour_has_already_never_fold(event: "MakesProjected") -> None:
    ((key, names, _),) = deltas(event(method="tools/call", target="known"))
    full = frozenset(Names("s", "m", str(n)) for n in range(NAMES_LIMIT - 1)) | {names}
    new = deltas(event(method="tools/call", target="new"))
    booked = book([*deltas(event(method="tools/call", target="known")), *new], {key: full})
    assert booked[HourKey(*key)].keys() == {names, Names("other", "other", "other")}
