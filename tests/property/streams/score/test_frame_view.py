"""What is scanned of a frame holds every string of it, as a parser reads it."""

import orjson
from hypothesis import given
from hypothesis import strategies as st

from km_streams.score.exchange import Request
from km_streams.score.testing import event, frame_of
from km_streams.score.triggers import BORDER, text_of_json

TEXTS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs", "Cc")), max_size=30)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


def strings(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        return [text for inner in value for text in strings(inner)]
    return [*value, *strings(list(value.values()))] if isinstance(value, dict) else []


@given(VALUES)
def test_every_string_stands_between_line_ends(value: object) -> None:
    text = text_of_json(orjson.dumps(value))
    if text is None:
        return  # escapes of code points: a parser reads them
    for string in strings(value):
        assert b"\n" + string.encode() + b"\n" in text


@given(VALUES)
def test_leaves_are_the_strings_with_their_places(value: object) -> None:
    frame = frame_of(event(1, "client_to_server", {"jsonrpc": "2.0", "id": 1, "method": "m", "params": {"a": value}}))
    (part,) = frame.parts
    assert isinstance(part, Request)
    assert sorted(leaf.text for leaf in frame.leaves) == sorted(strings(part.params)), "as the sanitizer left them"
    for leaf in frame.leaves:
        assert leaf.steps[:2] == ("params", "a")
        assert leaf.path.startswith("$['params']['a']")


@given(VALUES)
def test_the_scanned_text_holds_every_leaf(value: object) -> None:
    frame = frame_of(event(1, "client_to_server", {"jsonrpc": "2.0", "id": 1, "method": "m", "params": {"a": value}}))
    lines = BORDER + frame.text + BORDER
    assert all(BORDER + leaf.text + BORDER in lines for leaf in frame.leaves)
