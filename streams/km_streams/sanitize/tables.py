"""Secrets that the head of their column names: rows of CSV, of Markdown, of `INSERT INTO`. Pure.

Validators (see `validators`) of rules in `names.yaml`. A rule shows a head with a secret's name in it; which cells
below belong to the column, and which of them hold a secret, is decided here.
"""

import re
from collections.abc import Iterator
from typing import Final

from km_streams.re2_bytes import compiled
from km_streams.sanitize.plausibility import SHORTEST, is_common, is_placeholder, is_plausible, is_sentence, is_typed

_ROWS_LIMIT: Final = 1_000
_ROW_BYTES: Final = 4_096
_DELIMITERS: Final = (b"|", b"\t", b";", b",")
_CELL: Final = {
    delimiter: re.compile(
        rb'[ ]*+(?:"((?:[^"\n]|"")*+)"|([^\n\r%b]*+))[ ]*+(?:%b|\r?$)' % (delimiter, re.escape(delimiter))
    )
    for delimiter in _DELIMITERS
}
_RULE: Final = re.compile(rb"[\s|:+-]+")
"""The line between head and rows of a table of Markdown."""
_CODE: Final = re.compile(rb"[=(){}'<>\[\]]")
"""What no head of a table has, and lines of programs do."""
_LEAST_COLUMNS: Final = 2
_SQL_VALUE: Final = re.compile(
    rb"\s*+(?:[NE]?'((?:[^'\\]|''|\\.)*+)'|([^\s,()']++(?:\([^()]*\))?))\s*+([,)]|$)", re.DOTALL
)
_SQL_ROW: Final = re.compile(rb"\s*+,?\s*+\(")
_SECRET_COLUMN: Final = compiled(
    rb"(?i)(?:pass ?word|passwd|pass ?phrase|pwd|secret|token|key|credential|kennwort|passwort|contrase\xc3\xb1a|senha)"
    rb"s?$"
)
_PASSWORD_COLUMN: Final = compiled(rb"(?i)(?:pass|pwd|kennwort|contrase|senha)")
_PROTOCOL_COLUMN: Final = compiled(
    rb"(?i)(?:(?:next|page|progress|input|output|max|sync|continuation)[ _-]?tokens?|(?:^|primary|foreign|sort"
    rb"|partition|cache|public|object|group|lookup|issue|project|row|idempotency|routing|hash|range)[ _-]?keys?)$"
)
"""Heads that only look like those of secrets."""

_HEAD_CELL: Final = re.compile(rb"<th\b[^<>]*>\s*([^<>]*?)\s*</th>", re.IGNORECASE)
_HTML_ROW: Final = re.compile(rb"<tr\b[^\x1f]*?</tr>", re.IGNORECASE)
_HTML_CELL: Final = re.compile(rb"<td\b[^<>]*>\s*([^<>]*?)\s*</td>", re.IGNORECASE)

Cell = tuple[int, int]
"""Where a cell begins and ends, without quotes and blanks."""


def column(text: bytes, start: int, _end: int) -> Iterator[tuple[int, int]]:
    """Cells under the head of a secret column; `start` is where the first line below the head begins."""
    border, head = _line_above(text, start)
    if _RULE.fullmatch(head):
        border, head = _line_above(text, border)
    delimiter = next((sign for sign in _DELIMITERS if sign in head), None)
    if delimiter is None or len(head) > _ROW_BYTES or _CODE.search(head):
        return
    heads = [text[first:last] for first, last in _cells(text, border, border + len(head), delimiter)]
    if len(list(filter(None, heads))) < _LEAST_COLUMNS or (delimiter != b"|" and not all(heads)):
        return
    yield from _rows(text, start, heads, delimiter)


def inserted(text: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Values of `INSERT INTO t (columns) VALUES (…), (…)` whose column is secret; the match is the list of columns."""
    heads = [head.strip(b' \t\r\n`"[]') for head in text[start:end].split(b",")]
    wanted = {place: head for place, head in enumerate(heads) if _is_secret(head)}
    behind = text.find(b"(", end + 1)
    row = _SQL_ROW.match(text, behind) if behind >= 0 else None
    for _ in range(_ROWS_LIMIT if wanted else 0):
        if row is None:
            return
        cells, behind = _sql_cells(text, row.end())
        if len(cells) != len(heads):
            return
        yield from (cells[place] for place, head in wanted.items() if _holds_secret(head, text[slice(*cells[place])]))
        row = _SQL_ROW.match(text, behind)


def copied(text: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Rows of PostgreSQL's `COPY t (columns) FROM stdin`; the match is the list of columns."""
    heads = [head.strip(b' \t\r\n"') for head in text[start:end].split(b",")]
    yield from _rows(text, _end_of_line(text, end) + 1, heads, b"\t")


def headed(text: bytes, start: int, _end: int) -> Iterator[tuple[int, int]]:
    """Cells of HTML under a `th` that ends at `start`."""
    head = text[max(0, start - _ROW_BYTES) : start]
    heads = _HEAD_CELL.findall(head[max(0, head.lower().rfind(b"<tr")) :])
    place = len(heads) - 1
    if place < 0 or not _is_secret(heads[place]):
        return
    for row in _HTML_ROW.finditer(text, start, start + _ROWS_LIMIT * 1_000):
        cells = list(_HTML_CELL.finditer(text, *row.span()))
        if len(cells) > place and _holds_secret(heads[place], cells[place][1]):
            yield cells[place].span(1)


def _rows(text: bytes, start: int, heads: list[bytes], delimiter: bytes) -> Iterator[tuple[int, int]]:
    """Secret cells of the lines from `start` on that have as many cells as there are heads."""
    wanted = {place: head for place, head in enumerate(heads) if _is_secret(head)}
    for _ in range(_ROWS_LIMIT if wanted else 0):
        if start >= len(text):
            return
        end = _end_of_line(text, start)
        cells = list(_cells(text, start, end, delimiter))
        if len(cells) != len(heads):
            return
        yield from (cells[place] for place, head in wanted.items() if _holds_secret(head, text[slice(*cells[place])]))
        start = end + 1


def _line_above(text: bytes, start: int) -> tuple[int, bytes]:
    """Where the line before the one at `start` begins, and what it says."""
    border = max(text.rfind(b"\n", 0, max(0, start - 1)), text.rfind(b"\x1f", 0, max(0, start - 1))) + 1
    return border, text[border:start].rstrip(b"\r\n")


def _cells(text: bytes, start: int, end: int, delimiter: bytes) -> Iterator[Cell]:
    for match in _CELL[delimiter].finditer(text, start, end):
        first, last = match.span(1) if match[1] is not None else match.span(2)
        blank = len(text[first:last]) - len(text[first:last].rstrip())
        yield first, last - blank
        if match.end() >= end and text[end - 1 : end] != delimiter:
            return


def _sql_cells(text: bytes, position: int) -> tuple[list[Cell], int]:
    """The literals of one row, and where it ends."""
    cells: list[Cell] = []
    while match := _SQL_VALUE.match(text, position):
        cells.append(match.span(1) if match[1] is not None else match.span(2))
        position = match.end()
        if match[3] != b",":
            break
    return cells, position


def _end_of_line(text: bytes, start: int) -> int:
    ends = [end for end in (text.find(b"\n", start), text.find(b"\x1f", start)) if end >= 0]
    return min(min(ends, default=len(text)), start + _ROW_BYTES)


def _is_secret(head: bytes) -> bool:
    head = head.strip(b" *_`'\"")
    return _SECRET_COLUMN.search(head) is not None and _PROTOCOL_COLUMN.search(head) is None


def _holds_secret(head: bytes, cell: bytes) -> bool:
    """Any word under a password's head; under others what no identifier is."""
    cell = cell.strip(b" *`_")
    if len(cell) < SHORTEST or is_placeholder(cell) or is_sentence(cell):
        return False
    if _PASSWORD_COLUMN.search(head) is None:
        return is_plausible(cell)
    return is_typed(cell) or (cell.isalpha() and not is_common(cell))
