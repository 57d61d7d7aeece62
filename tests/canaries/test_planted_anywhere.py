"""Any rule's fresh value, in any frame, in up to two encodings: it does not survive, and the frame stays valid."""

import json
import random
from functools import cache

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from km_streams.sanitize.sanitizer import Sanitizer
from km_streams.sanitize.splice import Sanitized
from km_streams.sanitize.testing import known_sanitizer

from .making import Canary, canaries
from .planting import ENCODINGS, encoded, in_lines
from .search import searcher_of

THE_SAME_EVERY_TIME = settings(derandomize=True, deadline=None, database=None)
"""`make fuzz` looks for what is new."""


@cache
def pool() -> tuple[Canary, ...]:
    return tuple(canaries(known_sanitizer().detector, random.Random(11)))


texts = st.text(st.characters(codec="utf-8"), max_size=30)
"""Around what is planted."""
words = (
    st.sampled_from(["", "ok", "see below:", "user: ada", "id=7", "```", "- ", "{", "[INFO]", "null", "a, b"]) | texts
)
scalars = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False) | texts


@st.composite
def planted(draw: st.DrawFn) -> tuple[bytes, Canary]:
    """A frame and the canary in it."""
    canary = pool()[draw(st.integers(0, len(pool()) - 1))]
    text = in_lines(draw(words), canary.text, draw(words))
    said = encoded(text, draw(st.lists(st.sampled_from(sorted(ENCODINGS)), max_size=2)))
    place = draw(st.sampled_from(["value", "key", "list", "nested"]))
    node: object = {"value": said, "key": {said: 1}, "list": ["--", said, 3], "nested": [[{"a": {"b": said}}]]}[place]
    members = draw(st.dictionaries(texts, scalars, max_size=3))
    frame = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {**members, "zz": node}}
    return json.dumps(frame, ensure_ascii=draw(st.booleans())).encode() + draw(st.sampled_from([b"", b"\n"])), canary


def sanitize(data: bytes, sanitizer: Sanitizer | None = None) -> Sanitized:
    return (sanitizer or known_sanitizer()).sanitize(data, 0)


@settings(THE_SAME_EVERY_TIME, max_examples=120)
@given(planted())
def test_no_canary_survives_and_the_frame_is_json_that_holds_nothing_more_to_find(made: tuple[bytes, Canary]) -> None:
    data, canary = made
    result = sanitize(data)
    searcher = searcher_of([canary])
    searcher.look("frame", result.data)
    assert not searcher.leaks, (canary.rule, data)
    assert result.findings, (canary.rule, data)
    orjson.loads(result.data)
    assert sanitize(result.data) == Sanitized(result.data)


@settings(THE_SAME_EVERY_TIME, max_examples=40)
@given(planted())
def test_without_hyperscan_the_same_canaries_are_found(made: tuple[bytes, Canary]) -> None:
    data, _ = made
    assert sanitize(data, known_sanitizer(with_hyperscan=False)) == sanitize(data)


@settings(THE_SAME_EVERY_TIME, max_examples=40)
@given(planted(), st.binary(max_size=3), st.integers(1, 3))
def test_no_canary_survives_where_the_frame_is_no_json(made: tuple[bytes, Canary], garbage: bytes, cut: int) -> None:
    """Its bytes are searched as they are: its end is cut off, and something stands before it.

    The end is `"}}` at least: a longer cut may take from the canary, and what is left of one is no secret of its form.
    """
    data, canary = made
    result = sanitize(garbage + b"{" + data[: len(data) - cut])
    searcher = searcher_of([canary])
    searcher.look("frame", result.data)
    assert not searcher.leaks, (canary.rule, data)
