"""What a batch becomes, record by record."""

import hashlib

import pytest

from km_schemas.codecs import decode
from km_schemas.headers import EVENT, EventHeaders, decode_headers, encode_headers
from km_schemas.identity import DEFAULT_CUSTOMER_ID
from km_schemas.records import DeadLetter
from km_schemas.topics import ALERTS, DEAD_LETTERS, EVENTS
from km_streams.engine import handle as module
from km_streams.engine.dead_letters import DeadLetterOffice
from km_streams.engine.errors import FailureLimitError
from km_streams.engine.failure_limit import FailureLimit, LimitSettings
from km_streams.engine.handle import SLICE_RECORDS, Handled, handle, state_key
from km_streams.engine.processor import SourceRecord
from km_streams.engine.state_cache import StateSlot
from km_streams.testing.tally import FAULT, Tallied, TallyProcessor, number_record

INSTALLATION = "10000000-0000-4000-8000-000000000001"
RUN = "20000000-0000-4000-8000-000000000001"
PROCESSOR = TallyProcessor()
OFFICE = DeadLetterOffice("tally", DEFAULT_CUSTOMER_ID, 1)


def headers(seq: int) -> EventHeaders:
    return EventHeaders(
        type=EVENT, customer_id=DEFAULT_CUSTOMER_ID, installation_id=INSTALLATION, run_id=RUN, seq=seq,
        occurred_at_us=1_790_000_000_000_000,
    )  # fmt: skip


def record(seq: int, number: int | None) -> SourceRecord:
    value, encoded = number_record(headers(seq), number or 0)
    if number is None:
        value = b"no number"
    return SourceRecord(EVENTS, 2, seq - 1, 1_790_000_000_500_000, b"key", value, encoded)


def handled(records: list[SourceRecord], limit: LimitSettings = LimitSettings()) -> tuple[Handled, int]:  # noqa: B008
    keyed = [(each, state_key(PROCESSOR, each)) for each in records]
    slots = {key: StateSlot(key, PROCESSOR.decode_state(key, None), None) for _, key in keyed if key is not None}
    work = handle(PROCESSOR, keyed, slots, OFFICE, FailureLimit(limit))
    pauses = 0
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value, pauses
        pauses += 1


def tallied(result: Handled) -> list[Tallied]:
    return [decode(output.value, Tallied) for output in result.outputs if output.topic == ALERTS]


def letters(result: Handled) -> list[DeadLetter]:
    return [decode(output.value, DeadLetter) for output in result.outputs if output.topic == DEAD_LETTERS]


def test_an_unprocessable_record_becomes_a_dead_letter_and_its_placeholder() -> None:
    result, _ = handled([record(1, 5), record(2, None), record(3, 7)])
    assert [(each.seq, each.total, each.placeholder) for each in tallied(result)] == [
        (1, 5, False), (2, 5, True), (3, 12, False),
    ]  # fmt: skip
    (letter,) = letters(result)
    assert letter == DeadLetter(
        stage="tally", topic=EVENTS, partition=2, offset=1, error="value", size=len(b"no number"),
        sha256=hashlib.sha256(b"no number").hexdigest(), received_at="2026-09-21T14:13:20.500000Z",
        customer_id=DEFAULT_CUSTOMER_ID, installation_id=INSTALLATION, run_id=RUN, seq=2,
    )  # fmt: skip


def test_a_dead_letter_stands_beside_its_source_and_names_it() -> None:
    result, _ = handled([record(1, None)])
    letter = next(output for output in result.outputs if output.topic == DEAD_LETTERS)
    assert (letter.partition, letter.key) == (2, b"key")
    assert dict(letter.headers)["ce_id"] == b"tally/mcp.events/2/0"


def test_a_fault_of_ours_costs_one_record_and_leaves_the_state_as_it_was() -> None:
    result, _ = handled([record(1, 5), record(2, None), record(3, FAULT), record(4, 7)])
    assert [(each.seq, each.count, each.total) for each in tallied(result)] == [
        (1, 1, 5), (2, 1, 5), (3, 1, 5), (4, 2, 12),
    ]  # fmt: skip
    assert [letter.error for letter in letters(result)] == ["value", "internal"]
    fault = result.failures[1].fault
    assert fault is not None
    assert fault.startswith("ZeroDivisionError in process at tally.py:")


def test_a_record_that_names_no_seq_becomes_a_dead_letter_alone() -> None:
    without = SourceRecord(EVENTS, 2, 9, 1_790_000_000_000_000, None, b"{}", [("ce_id", b"x"), ("ce_id", b"x")])
    result, _ = handled([without, record(1, 5)])
    assert [letter.error for letter in letters(result)] == ["headers"]
    assert letters(result)[0].run_id is None
    assert [each.seq for each in tallied(result)] == [1]


def test_an_output_that_no_topic_takes_is_not_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "OUTPUT_LIMIT", 70)
    result, _ = handled([record(1, 5)])
    assert [letter.error for letter in letters(result)] == ["too_large"]
    assert tallied(result) == []


def test_too_many_failures_stop_the_batch() -> None:
    with pytest.raises(FailureLimitError):
        handled([record(seq, None) for seq in range(1, 10)], LimitSettings(run=5, window=100, window_failures=50))


def test_a_long_batch_pauses_between_slices() -> None:
    _, pauses = handled([record(seq, 1) for seq in range(1, 3 * SLICE_RECORDS + 2)])
    assert pauses == 3


def test_large_records_pause_sooner(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SLICE_BYTES", 1)
    _, pauses = handled([record(1, 1), record(2, 2)])
    assert pauses == 2


def test_outputs_carry_the_headers_of_their_source() -> None:
    result, _ = handled([record(1, 5)])
    out = decode_headers(result.outputs[0].headers)
    assert (out.run_id, out.seq, out.stage) == (RUN, 1, "tally")
    assert encode_headers(out) == result.outputs[0].headers
