"""Leaves of JSON, each where it stands."""

import json

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from km_streams.sanitize.leaves import leaves_of

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
)


def strings_of(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for name, inner in value.items() for text in [name, *strings_of(inner)]]
    if isinstance(value, list):
        return [text for inner in value for text in strings_of(inner)]
    return [value] if isinstance(value, str) else [str(value)] if type(value) is int else []


@settings(deadline=None)
@given(JSON, st.booleans(), st.sampled_from([None, 1]))
def test_the_leaves_are_all_strings_names_and_numbers_in_order(value: object, ascii_: bool, indent: int | None) -> None:
    data = json.dumps(value, ensure_ascii=ascii_, indent=indent).encode()
    leaves = list(leaves_of(data))
    assert [leaf.text.decode() for leaf in leaves] == strings_of(value)
    for leaf in leaves:
        assert orjson.loads(data[leaf.start : leaf.end]) == (int(leaf.text) if leaf.is_number else leaf.text.decode())


def test_duplicates_of_a_member_are_two_leaves() -> None:
    assert [leaf.text for leaf in leaves_of(b'{"a": "x", "a": 1}')] == [b"a", b"x", b"a", b"1"]


def test_a_number_with_an_exponent_is_written_out() -> None:
    assert [leaf.text for leaf in leaves_of(b"[4.111111111111111e15, 1.5, 2e3, 1e300]")] == [
        b"4111111111111111", b"1.5", b"2000", b"1e300",
    ]  # fmt: skip


def test_a_thousand_levels_take_no_recursion() -> None:
    assert [leaf.text for leaf in leaves_of(b"[" * 1000 + b'"x"' + b"]" * 1000)] == [b"x"]


def test_a_string_of_escapes_alone_is_read() -> None:
    assert [leaf.text for leaf in leaves_of(b'"' + b"\\\\" * 50_000 + b'"')] == [b"\\" * 50_000]
