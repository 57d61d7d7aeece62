"""Rows of events and blocks of payloads."""

from typing import TYPE_CHECKING

import pytest

from km_schemas.payload_blocks import decode_block
from km_streams.projector.derive import events as module
from km_streams.projector.derive.calls import CALL_COLUMNS, OPEN_COLUMNS, CallRow, OpenCallRow
from km_streams.projector.derive.events import BLOCK_COLUMNS, COLUMNS, BlockRow, EventRow, in_blocks

if TYPE_CHECKING:
    from tests.unit.streams.projector.conftest import MakesProjected


def test_rows_have_the_columns_that_the_statements_name() -> None:
    assert EventRow._fields == tuple(COLUMNS)
    assert BlockRow._fields == tuple(BLOCK_COLUMNS)
    assert OpenCallRow._fields == tuple(OPEN_COLUMNS)
    assert CallRow._fields == tuple(CALL_COLUMNS)


def test_each_payload_is_found_where_its_row_says(event: "MakesProjected") -> None:
    other = "20000000-0000-4000-8000-000000000002"
    taken = [event(seq, payload=b"%d" % seq) for seq in range(1, 101)]
    taken += [event(seq, payload=b"other %d" % seq, run_id=other) for seq in range(1, 4)]
    rows, blocks = in_blocks(taken)
    stored = {(block.run_id, block.first_seq): decode_block(block.block) for block in blocks}
    assert sorted(block.payloads for block in blocks) == [3, 36, 64]

    def payload_at(row: EventRow) -> bytes:
        assert row.block_seq is not None
        assert row.block_index is not None
        return stored[row.run_id, row.block_seq][row.block_index]

    assert {(str(row.run_id), row.seq): payload_at(row) for row in rows} == {
        (str(each.run_id), each.event.seq): each.payload for each in taken
    }


def test_a_block_is_closed_before_it_grows_too_large(event: "MakesProjected", monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BLOCK_BYTES_LIMIT", 10)
    _, blocks = in_blocks([event(seq, payload=b"123456") for seq in (1, 2, 3)])
    assert [block.payloads for block in blocks] == [1, 1, 1]


def test_what_is_absent_takes_no_room(event: "MakesProjected") -> None:
    (row,), _ = in_blocks([event(1)])
    assert (row.findings, row.signals, row.omitted, row.part) == (None, None, None, None)
