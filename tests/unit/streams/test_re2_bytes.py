"""google-re2 over bytes."""

import pytest

from km_streams.re2_bytes import PatternError, compiled


def test_bytes_that_are_no_utf_8_are_characters() -> None:
    match = compiled(rb"[^a](b+)").search(b"\xffbb")
    assert match is not None
    assert match.span(1) == (1, 3)


def test_groups_are_known_by_name() -> None:
    assert compiled(rb"(?P<name>a)(?P<value>b)").groupindex == {b"name": 1, b"value": 2}


def test_an_expression_of_another_syntax_is_refused() -> None:
    with pytest.raises(PatternError, match="RE2"):
        compiled(rb"(?<=a)b")
