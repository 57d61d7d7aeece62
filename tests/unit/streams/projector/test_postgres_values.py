"""Values as Postgres can hold them."""

import json
from collections.abc import Callable

import pytest

from km_streams.projector import postgres_values as values


@pytest.mark.parametrize(
    ("text", "stored"), [("plain", "plain"), ("a\0b", "a␀b"), ("é\0", "é␀"), ("lone \ud800", "lone ?"), ("", "")]
)
def test_texts_lose_only_what_postgres_refuses(text: str, stored: str) -> None:
    assert values.storable(text) == stored
    stored.encode()


def test_names_are_cut_to_128_characters() -> None:
    assert values.name("x" * 500) == "x" * 128
    assert values.name(None) == ""
    assert values.name_or_none(None) is None


def test_json_has_no_escape_of_nul_but_keeps_one_that_is_text() -> None:
    assert json.loads(values.json_text({"a\0": ["b\0", 1, None]})) == {"a␀": ["b␀", 1, None]}
    assert json.loads(values.json_text({"a": "\\u0000"})) == {"a": "\\u0000"}


@pytest.mark.parametrize(
    ("clamp", "most"), [(values.int2, 2**15 - 1), (values.int4, 2**31 - 1), (values.int8, 2**63 - 1)]
)
def test_numbers_are_clamped_to_their_columns(clamp: Callable[[int], int], most: int) -> None:
    assert clamp(5) == 5
    assert clamp(10**30) == most
    assert clamp(-(10**30)) == -most
