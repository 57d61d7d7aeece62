"""Values are decoded strictly, and older versions step by step."""

import pytest

from km_schemas import codecs
from km_schemas.errors import UnknownVersionError, UnreadableValueError
from km_schemas.records import CaptureLost, Payload, RunEnded
from km_schemas.upcasters import split_version, upcast


def test_a_record_survives_encoding() -> None:
    lost = CaptureLost(reason="disk full", lost_bytes=10, lost_chunks=2)
    assert codecs.decode(codecs.encode(lost), CaptureLost, "ai.kilometers.capture-lost.v1") == lost


def test_fields_that_say_nothing_are_left_out() -> None:
    assert codecs.encode(RunEnded(reason="exited", exit_code=0)) == b'{"reason":"exited","exit_code":0}'
    assert codecs.encode(Payload(base64="")) == b'{"base64":""}'


@pytest.mark.parametrize("value", [b"", b"{", b"[]", b'{"reason":3}', b"\xff", b"[" * 100_000])
def test_a_value_that_is_not_of_its_type_is_refused_without_being_quoted(value: bytes) -> None:
    with pytest.raises(UnreadableValueError, match=f"{len(value)} bytes"):
        codecs.decode(value, RunEnded)


def test_old_versions_become_the_present_one_a_step_at_a_time() -> None:
    steps = {("t", 1): lambda v: v + b"2", ("t", 2): lambda v: v + b"3"}
    assert upcast(b"1", "t.v1", steps, {"t": 3}) == b"123"
    assert upcast(b"1", "t.v2", steps, {"t": 3}) == b"13"
    assert upcast(b"1", "t.v3", steps, {"t": 3}) == b"1"


@pytest.mark.parametrize("ce_type", ["t.v4", "unknown.v1"])
def test_a_version_from_the_future_asks_for_an_update(ce_type: str) -> None:
    with pytest.raises(UnknownVersionError, match="update"):
        upcast(b"", ce_type, {}, {"t": 3})


@pytest.mark.parametrize("ce_type", ["t", "t.v", "t.vx", ".v-1", "t.v٣"])
def test_a_type_without_a_version_is_refused(ce_type: str) -> None:
    with pytest.raises(UnknownVersionError):
        split_version(ce_type)
