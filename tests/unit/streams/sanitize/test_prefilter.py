"""The engines that say which patterns occur agree, whatever the length of the text and the size of the patterns."""

import random
import string
from collections.abc import Sequence

import pytest

from km_streams.sanitize.prefilter import AutomatonPrefilter, HyperscanPrefilter, Prefilter, Re2Prefilter

EXPRESSIONS = (
    rb"(?:^|[^A-Za-z0-9])[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]){11,30}",
    rb"[0-9a-f]{24}:[0-9a-f]{64}",
    rb"(?P<value>[0-9]{3}-[0-9]{2})\b",
    rb"\xff[^a]\xfe",
)
LONG = 200_000


def other_only(_expressions: Sequence[bytes]) -> Prefilter:
    raise AssertionError("the automaton is the way")


def texts() -> list[bytes]:
    chance = random.Random(6)
    alphabets = (string.ascii_uppercase + string.digits + " ", "0123456789abcdef:", string.digits + "-", "\xff\xfeab")
    return [
        "".join(chance.choices(alphabet, k=size)).encode("latin-1")
        for alphabet in alphabets
        for size in (0, 1, 30, 100, 1_000, 20_000, LONG)
    ]


@pytest.mark.parametrize("text", texts(), ids=len)
def test_all_engines_name_the_same_patterns(text: bytes) -> None:
    said = Re2Prefilter(EXPRESSIONS).hits(text)
    assert HyperscanPrefilter(EXPRESSIONS).hits(text) == said
    assert AutomatonPrefilter(EXPRESSIONS, HyperscanPrefilter).hits(text) == said
    assert AutomatonPrefilter(EXPRESSIONS, Re2Prefilter).hits(text) == said


def test_what_stands_at_the_end_of_a_long_text_is_found() -> None:
    text = b"DE00" + b" " * LONG + b" 123-45 "
    assert AutomatonPrefilter(EXPRESSIONS, HyperscanPrefilter).hits(text) == [2]


def test_a_short_text_needs_the_automaton_alone() -> None:
    assert AutomatonPrefilter(EXPRESSIONS, other_only).hits(b"123-45") == [2]


def test_patterns_that_are_too_large_for_an_automaton_are_looked_for_by_the_other_engine() -> None:
    huge = [b"(?:[a-z]{900}|[b-y]{800})%d" % number for number in range(150)]
    prefilter = AutomatonPrefilter(huge, Re2Prefilter)
    assert prefilter.hits(b"q" * 900 + b"17 ") == [1, 17]
    assert prefilter.hits(b"q" * 9) == []
