"""Headers say which event a record is, or say clearly that they do not."""

import msgspec
import pytest

from km_schemas import headers as h
from km_schemas.errors import UnreadableHeadersError
from km_schemas.identity import DEFAULT_CUSTOMER_ID

FRAME = h.EventHeaders(
    type=h.FRAME,
    customer_id=DEFAULT_CUSTOMER_ID,
    installation_id="11111111-1111-7111-8111-111111111111",
    run_id="0198a5a1-0000-7000-8000-00000000000f",
    seq=7,
    occurred_at_us=1_790_000_000_123_456,
    direction="client_to_server",
    part=2,
    partial=True,
)


def test_headers_are_cloudevents_in_kafkas_binary_mode() -> None:
    assert dict(h.encode_headers(FRAME)) == {
        "ce_specversion": b"1.0",
        "ce_id": b"0198a5a1-0000-7000-8000-00000000000f/7",
        "ce_source": b"/installations/11111111-1111-7111-8111-111111111111",
        "ce_type": b"ai.kilometers.frame.v1",
        "ce_time": b"2026-09-21T14:13:20.123456Z",
        "content-type": b"application/octet-stream",
        "ce_customerid": DEFAULT_CUSTOMER_ID.encode(),
        "ce_runid": b"0198a5a1-0000-7000-8000-00000000000f",
        "ce_seq": b"7",
        "ce_direction": b"client_to_server",
        "ce_part": b"2",
        "ce_partial": b"true",
    }


def test_headers_survive_the_way_through_kafka() -> None:
    assert h.decode_headers(h.encode_headers(FRAME)) == FRAME


STUB = msgspec.structs.replace(FRAME, filtered="size", size=20_000_000)


def test_a_stub_says_why_and_how_large_its_frame_was() -> None:
    pairs = dict(h.encode_headers(STUB))
    assert (pairs["ce_filtered"], pairs["ce_size"]) == (b"size", b"20000000")
    assert h.decode_headers(h.encode_headers(STUB)) == STUB
    assert h.derived(STUB, h.EVENT, "sanitize").filtered == "size"


@pytest.mark.parametrize(
    ("name", "value"), [("ce_filtered", None), ("ce_size", None), ("ce_filtered", b"mood"), ("ce_size", b"0")]
)
def test_a_stub_with_half_of_its_headers_is_refused(name: str, value: bytes | None) -> None:
    pairs = dict(h.encode_headers(STUB)) | ({name: value} if value else {})
    if value is None:
        del pairs[name]
    with pytest.raises(UnreadableHeadersError):
        h.decode_headers(list(pairs.items()))


def test_a_derived_record_names_its_stage_and_keeps_its_event() -> None:
    event = h.derived(FRAME, h.EVENT, "sanitize")
    pairs = dict(h.encode_headers(event))
    assert pairs["ce_source"].endswith(b"/sanitize")
    assert pairs["ce_id"] == dict(h.encode_headers(FRAME))["ce_id"]
    assert h.decode_headers(h.encode_headers(event)) == event


@pytest.mark.parametrize(
    "name", [n for n, _ in h.encode_headers(FRAME) if n not in {"ce_direction", "ce_part", "ce_partial"}]
)
def test_a_missing_header_is_named(name: str) -> None:
    pairs = [pair for pair in h.encode_headers(FRAME) if pair[0] != name]
    with pytest.raises(UnreadableHeadersError, match=name):
        h.decode_headers(pairs)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ce_seq", b"0"),
        ("ce_seq", b"-1"),
        ("ce_seq", b"9" * 30),
        ("ce_seq", "٣".encode()),
        ("ce_runid", b"not-a-uuid"),
        ("ce_runid", b"0198A5A1-0000-7000-8000-00000000000F"),
        ("ce_id", b"another/7"),
        ("ce_time", b"yesterday"),
        ("ce_time", b"2026-09-21T14:13:20Z"),
        ("ce_direction", b"sideways"),
        ("ce_source", b"/elsewhere/11111111-1111-7111-8111-111111111111"),
        ("ce_source", b"nothing"),
        ("ce_specversion", b"0.3"),
        ("ce_partial", b"perhaps"),
        ("ce_customerid", b"\xff"),
    ],
)
def test_a_malformed_header_is_refused_without_being_quoted(name: str, value: bytes) -> None:
    pairs = [(n, value if n == name else v) for n, v in h.encode_headers(FRAME)]
    with pytest.raises(UnreadableHeadersError) as refused:
        h.decode_headers(pairs)
    assert value.decode(errors="replace") not in str(refused.value)


def test_a_header_that_stands_twice_is_refused() -> None:
    with pytest.raises(UnreadableHeadersError, match="twice"):
        h.decode_headers([*h.encode_headers(FRAME), ("ce_seq", b"8")])
