"""Raw records into events."""

import hashlib
from dataclasses import replace

import msgspec
import pytest

from km_schemas import topics
from km_schemas.codecs import decode, encode
from km_schemas.headers import CAPTURE_LOST, FRAME, RUN_ENDED, RUN_STARTED, STDERR, decode_headers, encode_headers
from km_schemas.identity import DEFAULT_CUSTOMER_ID
from km_schemas.payload import EVENT_SIZE_LIMIT, bytes_of
from km_schemas.records import CaptureLost, Event, RunEnded, RunStarted
from km_streams.engine.processor import SourceRecord, UnprocessableError
from km_streams.sanitize.processor import create
from km_streams.sanitize.testing import known_processor, raw_headers, raw_record
from km_streams.settings import SettingsError

PROCESSOR = known_processor()
GITHUB = b"ghp_" + b"A1b2" * 9


def event_of(record: SourceRecord) -> Event:
    (output,) = PROCESSOR.process(record, None)
    return decode(output.value, Event)


def frame(value: bytes, **changes: object) -> SourceRecord:
    headers = msgspec.structs.replace(raw_headers(7, "client_to_server"), **changes)
    return raw_record(headers, value)


def test_an_event_says_what_its_record_said() -> None:
    value = (
        b'{"jsonrpc":"2.0","id":"a","method":"tools/call","params":{"name":"echo","arguments":{"t":"'
        + GITHUB
        + b'"}}}\n'
    )
    record = frame(value)
    (output,) = PROCESSOR.process(record, None)
    event = decode(output.value, Event)
    assert (output.topic, output.partition, output.key) == (topics.EVENTS, record.partition, record.key)
    assert (event.kind, event.method, event.rpc_id, event.target) == ("request", "tools/call", '"a"', "echo")
    assert (event.raw_partition, event.raw_offset, event.size) == (record.partition, record.offset, len(value))
    assert event.findings[0].path == "$['params']['arguments']['t']"
    assert bytes_of(event.payload) == value.replace(GITHUB, event.findings[0].token.encode())
    headers = decode_headers(output.headers)
    assert (headers.type, headers.stage, headers.seq) == ("ai.kilometers.event.v1", "sanitize", 7)


def test_the_customer_is_that_of_the_settings() -> None:
    other = DEFAULT_CUSTOMER_ID[:-1] + "9"
    (output,) = PROCESSOR.process(frame(b"{}", customer_id=other), None)
    assert decode(output.value, Event).customer_id == DEFAULT_CUSTOMER_ID
    assert decode_headers(output.headers).customer_id == DEFAULT_CUSTOMER_ID


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (b'{"jsonrpc":"2.0","id":1,"result":{}}', "result"),
        (b'{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":""}}', "error"),
        (b'{"jsonrpc":"2.0","method":"notifications/initialized"}', "notification"),
        (b'[{"jsonrpc":"2.0","id":1,"method":"ping"}]', "batch"),
        (b'{"level":"info","method":"GET","id":1}', "noise"),
        (b"Server started\n", "noise"),
        (b"[]", "noise"),
        (b"", "noise"),
        (b'{"jsonrpc":"2.0","id":true,"method":[1]}', "noise"),
    ],
)
def test_kinds_of_frames(value: bytes, kind: str) -> None:
    assert event_of(frame(value)).kind == kind


def test_ids_of_other_types_differ_and_long_ones_are_digests() -> None:
    ids = [b"1", b'"1"', b"1.5", b'"' + b"x" * 10_000 + b'"']
    texts = [event_of(frame(b'{"jsonrpc":"2.0","method":"ping","id":' + rpc_id + b"}")).rpc_id for rpc_id in ids]
    assert texts[:3] == ["1", '"1"', "1.5"]
    assert len(texts[3] or "") < 100


def test_lifecycle_records_are_sanitized_and_stay_readable() -> None:
    started = RunStarted(
        argv=["srv", "--token", "opaque1"], cwd="/home/ada", server="srv", km_version="1", os="l", host="h", user="u"
    )
    event = event_of(raw_record(raw_headers(1, None, RUN_STARTED), encode(started)))
    data = bytes_of(event.payload)
    assert event.kind == "lifecycle"
    assert data is not None
    assert decode(data, RunStarted).argv == ["srv", "--token", event.findings[0].token]


def test_numbers_of_our_own_records_are_left_alone() -> None:
    ended = RunEnded(reason="exited", duration_us=4111111111111111)
    event = event_of(raw_record(raw_headers(2, None, RUN_ENDED), encode(ended)))
    assert bytes_of(event.payload) == encode(ended)
    lost = encode(CaptureLost(reason="disk full", lost_bytes=1, lost_chunks=1))
    assert event_of(raw_record(raw_headers(3, None, CAPTURE_LOST), lost)).findings == []


def test_stderr_is_sanitized_text() -> None:
    event = event_of(raw_record(raw_headers(4, None, STDERR), b"failed with " + GITHUB + b"\n"))
    assert event.kind == "stderr"
    assert GITHUB not in (bytes_of(event.payload) or b"")


def test_a_part_of_a_cut_frame_is_noise_with_masked_cuts() -> None:
    event = event_of(frame(b'{"jsonrpc":"2.0"}' + b" " * 10_000, part=2, partial=True))
    assert (event.kind, event.part, event.partial) == ("noise", 2, True)
    assert [finding.type for finding in event.findings] == ["cut", "cut"]


def test_an_event_too_large_for_its_topic_has_size_and_digest_in_place_of_its_payload() -> None:
    value = b'"' + b"x" * EVENT_SIZE_LIMIT + b'"'
    (output,) = PROCESSOR.process(frame(value), None)
    event = decode(output.value, Event)
    assert event.payload.omitted == msgspec.convert(
        {"size": len(value), "sha256": hashlib.sha256(value).hexdigest()}, type(event.payload.omitted)
    )


def test_of_a_frame_with_a_flood_of_findings_the_payload_is_kept_without_them() -> None:
    event = event_of(frame(b'["' + b'a@b.cc","' * 120_000 + b'"]'))
    assert event.payload.json
    assert b"@" not in bytes(event.payload.json)
    assert event.finding_counts["flood"] == 1
    assert event.findings[-1].rule == "findings-limit@1"


def test_the_same_record_gives_the_same_output() -> None:
    record = frame(b'{"a": "' + GITHUB + b'", "b": "a@b.cc"}')
    assert PROCESSOR.process(record, None) == PROCESSOR.process(record, None)


def without(record: SourceRecord, name: str) -> SourceRecord:
    return replace(record, headers=[(header, value) for header, value in record.headers if header != name])


def test_a_record_without_its_seq_is_unprocessable_and_has_no_placeholder() -> None:
    record = without(frame(b"{}"), "ce_seq")
    with pytest.raises(UnprocessableError) as refused:
        PROCESSOR.process(record, None)
    assert refused.value.error == "headers"
    assert PROCESSOR.placeholder(record, None) == ()


@pytest.mark.parametrize(
    ("type_", "value", "error"),
    [
        (RUN_STARTED, b"{}", "value"),
        (RUN_ENDED, b"\xff", "value"),
        (FRAME.replace(".v1", ".v2"), b"{}", "version"),
        ("ai.kilometers.unheard-of.v1", b"{}", "type"),
        ("unheard of", b"{}", "type"),
    ],
)
def test_other_unprocessable_records_leave_a_placeholder(type_: str, value: bytes, error: str) -> None:
    record = raw_record(raw_headers(9, None, type_), value)
    with pytest.raises(UnprocessableError) as refused:
        PROCESSOR.process(record, None)
    assert refused.value.error == error
    (output,) = PROCESSOR.placeholder(record, None)
    event = decode(output.value, Event)
    assert (event.kind, event.seq, event.findings) == ("placeholder", 9, [])
    assert bytes_of(event.payload) is None


def test_settings_that_are_missing_are_named() -> None:
    with pytest.raises(SettingsError, match="KM_KEYRING"):
        create({})
    with pytest.raises(SettingsError, match="KM_CUSTOMER_ID"):
        create({"KM_KEYRING": "/nowhere", "KM_CUSTOMER_ID": "me"})


def test_headers_survive_the_way() -> None:
    record = frame(b"{}", part=3)
    (output,) = PROCESSOR.process(record, None)
    assert decode_headers(output.headers).part == 3
    assert encode_headers(decode_headers(output.headers)) == output.headers


def test_a_frame_that_a_capture_rule_left_out_keeps_its_seq_and_its_size() -> None:
    event = event_of(frame(b"", filtered="method", size=1234))
    assert (event.kind, event.size, event.seq) == ("placeholder", 1234, 7)
    assert bytes_of(event.payload) == b""
