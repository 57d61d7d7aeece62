"""Behind so many findings of one rule in one leaf, each takes the rest of its string."""

from km_streams.sanitize.floods import FLOOD, Flood
from km_streams.sanitize.frame_text import BORDER
from km_streams.sanitize.spans import Span


def flood_of(text: bytes) -> Flood:
    """Of the first rule."""
    flood = Flood(text)
    flood.next_rule()
    return flood


def after_a_flood(text: bytes) -> tuple[Flood, Span]:
    """Of a text that begins with `FLOOD` findings of one byte: what becomes of one more, behind them."""
    flood = flood_of(b"x" * FLOOD + text + BORDER + b" " * 100 * FLOOD)
    for start in range(FLOOD):
        assert flood.bounded(Span(start, start + 1, "email", "r@1")) == Span(start, start + 1, "email", "r@1")
    return flood, flood.bounded(Span(FLOOD, FLOOD + 1, "email", "r@1"))


def test_the_rest_of_a_string_ends_at_the_quote_that_closes_it() -> None:
    flood, span = after_a_flood(b'x \\" y", "z')
    assert (span.start, span.end) == (FLOOD, FLOOD + 6)
    assert flood.behind == span.end


def test_the_rest_of_a_leaf_ends_at_its_border_and_the_next_leaf_is_counted_anew() -> None:
    text = b"x yz" + BORDER + b"x yz"
    flood, span = after_a_flood(text)
    assert span.end == FLOOD + 4
    next_leaf = Span(FLOOD + 4 + len(BORDER), FLOOD + 5 + len(BORDER), "email", "r@1")
    assert flood.bounded(next_leaf) == next_leaf


def test_a_finding_that_holds_a_quote_is_not_cut() -> None:
    flood = flood_of(b"x" * FLOOD + b'a"bcd efg' + b" " * 100 * FLOOD)
    for start in range(FLOOD):
        flood.bounded(Span(start, start + 1, "email", "r@1"))
    assert flood.bounded(Span(FLOOD, FLOOD + 5, "email", "r@1")).end == FLOOD + 5
