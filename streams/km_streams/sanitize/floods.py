"""Floods of findings: of one rule in one leaf only so many are replaced one by one, then whole strings are. Pure."""

import re
from typing import Final

from km_streams.sanitize.frame_text import BORDER
from km_streams.sanitize.spans import Span

FLOOD: Final = 500
"""Findings of one rule in one leaf that are replaced one by one."""
_TO_QUOTE: Final = re.compile(rb'(?:[^"\\\x1f]|\\.)*+', re.DOTALL)


class Flood:
    """Counts what one rule finds in a text: behind `FLOOD` findings in a leaf, each takes the rest of its string."""

    __slots__ = ("_found", "_leaf_end", "_text", "behind")

    def __init__(self, text: bytes) -> None:
        self.behind = 0
        """What ends before is replaced already."""
        self._text = text
        self._leaf_end = self._found = 0

    def bounded(self, span: Span) -> Span:
        """The span, or a longer one; spans come in ascending order."""
        if span.start >= self._leaf_end:
            border = self._text.find(BORDER, span.start)
            self._leaf_end, self._found = border if border >= 0 else len(self._text), 0
        self._found += 1
        if self._found <= FLOOD:
            return span
        self.behind = max(span.end, self._end_of_string(span.start))
        return span._replace(end=self.behind)

    def _end_of_string(self, position: int) -> int:
        """Where the quote is that closes what stands at `position`, or the border of its leaf."""
        closed = _TO_QUOTE.match(self._text, position)
        end = closed.end() if closed else position
        return end - 1 if self._text[end - 1 : end + 2] == BORDER else end
