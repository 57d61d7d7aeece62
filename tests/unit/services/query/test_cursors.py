"""Cursors: what goes out comes back, and nothing else is understood."""

import base64
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from km_services.query.cursors import (
    LENGTH_MAX,
    BadCursorError,
    CallsCursor,
    FramesCursor,
    RunsCursor,
    decode_cursor,
    encode_cursor,
)

micros = st.integers(-62_135_596_800_000_000, 253_402_300_799_999_999)
counts = st.integers(0, 2**63 - 1)


@given(micros, st.uuids(), counts, st.integers(0, 2**31 - 1))
def test_a_cursor_comes_back_as_it_went_out(closed_at: int, run_id: UUID, seq: int, item: int) -> None:
    cursor = CallsCursor(closed_at, run_id, seq, item)
    text = encode_cursor(cursor)
    assert decode_cursor(text, CallsCursor) == cursor
    assert len(text) <= LENGTH_MAX
    assert text == base64.urlsafe_b64encode(base64.urlsafe_b64decode(text + "==")).decode().rstrip("=")


@given(st.text(max_size=LENGTH_MAX))
def test_any_other_text_is_refused_without_another_error(text: str) -> None:
    with pytest.raises(BadCursorError):
        decode_cursor(text, FramesCursor)


def test_a_cursor_of_another_list_is_refused() -> None:
    text = encode_cursor(RunsCursor(0, UUID(int=1)))
    with pytest.raises(BadCursorError):
        decode_cursor(text, FramesCursor)


@pytest.mark.parametrize(
    "content", [b'["frames",-1]', b'["frames",9223372036854775808]', b'["frames",1,2]', b'["frames"]']
)
def test_a_cursor_outside_the_bounds_of_postgres_is_refused(content: bytes) -> None:
    with pytest.raises(BadCursorError):
        decode_cursor(base64.urlsafe_b64encode(content).decode(), FramesCursor)
