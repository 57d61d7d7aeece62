"""What the projector takes in, and what it refuses before any database sees it."""

from typing import TYPE_CHECKING

import msgspec
import pytest

from km_schemas.codecs import encode
from km_schemas.headers import SCORED_EVENT, EventHeaders, encode_headers
from km_schemas.records import Alert, Payload, ScoredEvent
from km_schemas.topics import SCORED
from km_streams.engine.dead_letters import DeadLetterOffice
from km_streams.engine.failure_limit import FailureLimit, LimitSettings
from km_streams.engine.processor import SourceRecord, UnprocessableError
from km_streams.projector.derivation import derive
from km_streams.projector.scored_event import SEQ_LIMIT, placeholder, read

if TYPE_CHECKING:
    from tests.unit.streams.projector.conftest import MakesProjected, MakesScored


def record(scored: ScoredEvent, *, ce_type: str = SCORED_EVENT, value: bytes | None = None) -> SourceRecord:
    event = scored.event
    headers = EventHeaders(
        type=ce_type, customer_id=event.customer_id, installation_id=event.installation_id, run_id=event.run_id,
        seq=min(event.seq, 2**63 - 1), occurred_at_us=1_790_000_000_000_000, stage="score",
    )  # fmt: skip
    return SourceRecord(
        SCORED, 3, 77, 1_790_000_000_000_000, None, encode(scored) if value is None else value, encode_headers(headers)
    )


def test_a_time_after_the_append_is_clamped_and_said(event: "MakesProjected") -> None:
    late = event(occurred_at="2026-11-23T11:00:01.001000Z")
    assert late.skewed
    assert late.occurred_at == late.received_at


def test_a_time_within_the_millisecond_of_the_append_is_no_skew(event: "MakesProjected") -> None:
    same = event(occurred_at="2026-11-23T11:00:01.000999Z")
    assert not same.skewed
    assert same.occurred_at == same.received_at


def test_the_payload_is_the_bytes_that_were_recorded(event: "MakesProjected") -> None:
    assert event(payload=b' {"a": 1}\r\n').payload == b' {"a": 1}\r\n'
    assert event(payload=b"\xff\xfe no JSON").payload == b"\xff\xfe no JSON"


@pytest.mark.parametrize(
    "fields",
    [
        {"run_id": "RUN"},
        {"customer_id": "none"},
        {"installation_id": "x"},
        {"seq": 0},
        {"seq": SEQ_LIMIT},
        {"occurred_at": "yesterday"},
        {"received_at": "2026-13-01T00:00:00.000000Z"},
        {"payload": Payload(base64="*")},
    ],
)
def test_what_no_table_could_hold_is_unprocessable(scored: "MakesScored", fields: dict[str, object]) -> None:
    good = scored()
    payload = fields.pop("payload", good.event.payload)
    bad = msgspec.structs.replace(good, event=msgspec.structs.replace(good.event, **fields, payload=payload))
    source = record(good, value=encode(bad))
    with pytest.raises(UnprocessableError, match="value"):
        read(source)


def test_an_alert_without_a_uuid_is_unprocessable(scored: "MakesScored") -> None:
    alert = Alert(
        alert_id="x", customer_id="x", installation_id="x", run_id="x", seq=1, rule="r", level="high", score=80,
        occurred_at="2026-11-23T11:00:01.000000Z", sentence="s",
    )  # fmt: skip
    with pytest.raises(UnprocessableError):
        read(record(scored(alerts=[alert])))


def test_a_newer_version_and_unreadable_headers_have_their_own_classes(scored: "MakesScored") -> None:
    with pytest.raises(UnprocessableError, match="version"):
        read(record(scored(), ce_type="ai.kilometers.scored-event.v2"))
    with pytest.raises(UnprocessableError, match="headers"):
        read(SourceRecord(SCORED, 3, 77, 0, None, b"{}", []))


def test_an_unreadable_record_leaves_a_placeholder_and_a_dead_letter(scored: "MakesScored") -> None:
    source = record(scored(seq=9), value=b"{")
    work = derive([source], DeadLetterOffice("projector", scored().event.customer_id, 1), FailureLimit(LimitSettings()))
    with pytest.raises(StopIteration) as end:
        next(work)
    derived = end.value.value
    assert [failure.error for failure in derived.failures] == ["value"]
    assert len(derived.letters) == 1
    (stand_in,) = derived.events
    assert (stand_in.projected.event.kind, stand_in.projected.event.seq, stand_in.projected.payload) == (
        "placeholder", 9, None,
    )  # fmt: skip


def test_a_record_without_headers_leaves_none() -> None:
    assert placeholder(SourceRecord(SCORED, 3, 77, 0, None, b"{}", [])) is None
