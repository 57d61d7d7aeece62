"""A payload gives back the very bytes it was made of, whatever they are."""

import json

from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from km_schemas import codecs
from km_schemas.payload import EVENT_SIZE_LIMIT, JSON_DEPTH_LIMIT, bytes_of, json_depth, payload_of
from km_schemas.records import Payload

white_space = st.text(" \t\r\n", max_size=4).map(str.encode)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(st.binary(max_size=300))
def test_any_bytes_come_back(data: bytes) -> None:
    assert bytes_of(payload_of(data)) == data


@given(white_space, values, white_space)
def test_json_stands_verbatim_and_survives_the_topic_with_its_white_space(
    head: bytes, value: object, tail: bytes
) -> None:
    data = head + json.dumps(value, ensure_ascii=True).encode() + tail
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return
    payload = payload_of(data)
    again = codecs.decode(codecs.encode(payload), Payload)
    assert bytes_of(again) == data


@given(st.integers(1, JSON_DEPTH_LIMIT), st.text('[]{}\\"a', max_size=600))
def test_brackets_within_strings_are_no_depth(depth: int, text: str) -> None:
    data = b"[" * depth + json.dumps(text).encode() + b"]" * depth
    assert payload_of(data).json is not UNSET


def test_json_nested_deeper_than_the_limit_is_carried_as_bytes() -> None:
    shallow, deep = (b"[" * n + b"]" * n for n in (JSON_DEPTH_LIMIT, JSON_DEPTH_LIMIT + 1))
    assert json_depth(deep) == JSON_DEPTH_LIMIT + 1
    assert payload_of(shallow).json is not UNSET
    assert payload_of(deep).base64 is not UNSET
    assert bytes_of(payload_of(deep)) == deep


def test_a_payload_too_large_for_the_topic_leaves_size_and_digest() -> None:
    payload = payload_of(b'"' + b"x" * EVENT_SIZE_LIMIT + b'"')
    assert payload.omitted is not UNSET
    assert payload.omitted.size == EVENT_SIZE_LIMIT + 2
    assert bytes_of(payload) is None
