"""A change is taken back out of a text that others have changed since."""

import pytest

from km.clients.three_way import taken_back


@pytest.mark.parametrize(
    ("original", "written", "current", "wanted"),
    [
        (b"a\nb\nc\n", b"a\nX\nY\nc\n", b"a\nX\nY\nc\n", b"a\nb\nc\n"),
        (b"a\nb\nc\n", b"a\nX\nY\nc\n", b"new\na\nX\nY\nc\nend", b"new\na\nb\nc\nend"),
        (b"a\nb\nc\nd\ne\n", b"a\nX\nc\nY\ne\n", b"a\nX\nc\nchanged\ne\n", b"a\nb\nc\nchanged\ne\n"),
        (b"a\r\nb\r\n", b"a\r\nX\r\n", b"a\r\nX\r\nc\r\n", b"a\r\nb\r\nc\r\n"),
        (b"one line", b"ONE line", b"one LINE", b"one LINE"),
    ],
)
def test_lines_that_are_still_ours_become_what_they_were(
    original: bytes, written: bytes, current: bytes, wanted: bytes
) -> None:
    assert taken_back(original, written, current) == wanted
