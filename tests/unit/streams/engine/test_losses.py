"""What retention took before it was read."""

import pytest

from km_streams.engine.batch import Place, Span
from km_streams.engine.errors import RefusedError
from km_streams.engine.losses import overtaken

A, B = Place("mcp.frames", 0), Place("mcp.frames", 1)


def test_a_position_before_the_logs_start_is_a_loss_up_to_there() -> None:
    assert overtaken({A: 5, B: 20}, {A: (12, 40), B: (12, 40)}) == [Span(A, 5, 12)]


def test_a_position_at_the_logs_end_is_none() -> None:
    assert overtaken({A: 40}, {A: (12, 40)}) == []


def test_a_position_past_the_logs_end_is_refused() -> None:
    with pytest.raises(RefusedError, match="past the log's end"):
        overtaken({A: 41}, {A: (12, 40)})
