"""Events into scored events and alerts."""

from dataclasses import replace

import pytest

from km_schemas import topics
from km_schemas.codecs import decode, encode
from km_schemas.headers import EVENT, decode_headers, encode_headers
from km_schemas.identity import DEFAULT_CUSTOMER_ID
from km_schemas.partitions import partition_of
from km_schemas.records import Alert, Event, ScoredEvent
from km_streams.engine.processor import SourceRecord, StateKey, UnprocessableError
from km_streams.sanitize.testing import INSTALLATION_ID, raw_headers, raw_record
from km_streams.score.processor import create
from km_streams.score.state import InstallationState
from km_streams.score.testing import event_record
from km_streams.settings import SettingsError

PROCESSOR = create({})
FRAME = b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"read","arguments":{"p":"~/.ssh/id_rsa"}}}'


def test_a_scored_event_carries_its_event_and_goes_to_its_partition() -> None:
    record = replace(event_record(3, "client_to_server", FRAME), partition=2)
    scored_output, alert_output = PROCESSOR.process(record, InstallationState())
    scored, alert = decode(scored_output.value, ScoredEvent), decode(alert_output.value, Alert)
    assert (scored_output.topic, scored_output.partition, scored_output.key) == (topics.SCORED, 2, record.key)
    assert encode(scored.event) == record.value
    headers = decode_headers(scored_output.headers)
    assert (headers.type, headers.stage, headers.seq) == ("ai.kilometers.scored-event.v1", "score", 3)
    assert (alert_output.topic, alert_output.key) == (topics.ALERTS, DEFAULT_CUSTOMER_ID.encode())
    assert alert_output.partition == partition_of(DEFAULT_CUSTOMER_ID, topics.topic(topics.ALERTS).partitions)
    assert [alert] == scored.alerts


def test_the_state_is_that_of_the_installation() -> None:
    record = event_record(1, None, b"x")
    assert PROCESSOR.state_key(record) == StateKey(DEFAULT_CUSTOMER_ID, INSTALLATION_ID)
    assert PROCESSOR.state_key(replace(record, headers=[])) is None


def test_cost_is_by_the_kibibyte_in_whole_nanodollars() -> None:
    record = event_record(1, "client_to_server", b"x" * 1536)
    (output,) = create({"KM_COST_NANODOLLARS_PER_KIB": "1000"}).process(record, InstallationState())
    assert decode(output.value, ScoredEvent).cost_nanodollars == 1500
    (output,) = PROCESSOR.process(record, InstallationState())
    assert decode(output.value, ScoredEvent).cost_nanodollars == 1_500_000


@pytest.mark.parametrize("price", ["-1", "0.5", "x", "9" * 13])
def test_a_price_that_is_none_is_refused(price: str) -> None:
    with pytest.raises(SettingsError, match="KM_COST_NANODOLLARS_PER_KIB"):
        create({"KM_COST_NANODOLLARS_PER_KIB": price})


def broken(**changes: object) -> SourceRecord:
    return replace(event_record(1, "client_to_server", FRAME), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("record", "error"),
    [
        (broken(headers=[]), "headers"),
        (broken(value=b"{}"), "value"),
        (broken(value=b"\xff"), "value"),
        (broken(value=event_record(2, "client_to_server", FRAME).value), "value"),
        (broken(value=event_record(1, None, b"").value.replace(b'"occurred_at":"2', b'"occurred_at":"x')), "value"),
        (broken(headers=encode_headers(raw_headers(1, None))), "type"),
        (broken(headers=encode_headers(raw_headers(1, None, EVENT.replace("v1", "v9")))), "version"),
    ],
)
def test_what_is_no_event_is_unprocessable_and_changes_nothing(record: SourceRecord, error: str) -> None:
    state = InstallationState()
    with pytest.raises(UnprocessableError) as refused:
        PROCESSOR.process(record, state)
    assert (refused.value.error, state) == (error, InstallationState())


def test_a_placeholder_takes_the_seq_of_what_it_stands_for() -> None:
    state = InstallationState()
    (output,) = PROCESSOR.placeholder(broken(value=b"{}"), state)
    scored = decode(output.value, ScoredEvent)
    assert (scored.event.kind, scored.event.seq, scored.cost_nanodollars) == ("placeholder", 1, 0)
    assert PROCESSOR.process(event_record(1, "client_to_server", FRAME), state) == []
    assert PROCESSOR.placeholder(broken(headers=[]), state) == ()


def test_a_placeholder_of_sanitize_passes() -> None:
    from km_streams.sanitize.testing import known_processor
    from km_streams.score.testing import as_source

    raw = raw_record(raw_headers(1, None, "ai.kilometers.unheard-of.v1"), b"")
    (output,) = known_processor().placeholder(raw, None)
    (scored,) = PROCESSOR.process(as_source(output, raw), InstallationState())
    assert decode(scored.value, ScoredEvent).event == decode(output.value, Event)
