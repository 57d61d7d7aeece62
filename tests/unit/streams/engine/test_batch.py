"""Spans of successive batches."""

import pytest

from km_streams.engine.batch import Place, Span, joined

A, B = Place("mcp.events", 0), Place("mcp.events", 1)


def test_successive_spans_of_a_partition_are_one() -> None:
    assert joined([Span(A, 0, 5), Span(B, 7, 8), Span(A, 5, 9)]) == (Span(A, 0, 9), Span(B, 7, 8))


def test_spans_that_leave_a_hole_are_an_error() -> None:
    with pytest.raises(ValueError, match="do not join"):
        joined([Span(A, 0, 5), Span(A, 6, 9)])
