"""How far a run is acknowledged, on disk."""

from pathlib import Path

import pytest

from km.shipper.cursor import Cursor, StreamCursor, UnreadableCursorError, load_cursor, save_cursor
from km.spool.acknowledgement import read_acknowledged

CURSOR = Cursor(
    next_seq=2**53,
    next_ticket=7,
    streams=(StreamCursor(generation=3, offset=64, skip=5, parts=2), StreamCursor(generation=4), StreamCursor()),
)


def test_a_run_without_a_cursor_stands_at_its_beginning(tmp_path: Path) -> None:
    assert load_cursor(tmp_path) == Cursor()


def test_what_is_saved_is_loaded_and_segments_before_it_are_free(tmp_path: Path) -> None:
    save_cursor(tmp_path, CURSOR)
    assert load_cursor(tmp_path) == CURSOR
    assert read_acknowledged(str(tmp_path)) == (3, 4, 0)
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}


def test_a_damaged_cursor_is_refused_rather_than_begun_anew(tmp_path: Path) -> None:
    (tmp_path / "cursor").write_text('{"next_seq":')
    with pytest.raises(UnreadableCursorError, match="is not a cursor"):
        load_cursor(tmp_path)
