"""Floods of findings: so many are replaced one by one, then whole strings are, then all that is behind. Pure.

Of one rule `FLOOD` in one leaf; then the rest of its string is. Of all rules `limit_of` the text's size; then the rest
of the text is. What is replaced one by one takes time; so a flood costs little, and hides nothing.
"""

import re
from typing import Final

from km_streams.sanitize.frame_text import BORDER
from km_streams.sanitize.spans import Span

FLOOD: Final = 500
"""Findings of one rule in one leaf that are replaced one by one."""
_IN_TEXT: Final = 1_000
"""Findings in one text that are replaced one by one at the least."""
_DENSITY: Final = 100
"""Bytes for each finding, from which on they are a flood of the whole text."""
_SHARE: Final = 4
"""One rule alone may find one in so many of what all may, however much the others have found before."""
_TRIED_DENSITY: Final = 64
"""Bytes for each value that its name makes worth a look, from which on no text is but one made to take long."""
FLOOD_TYPE: Final = "flood"
FLOOD_RULE: Final = "text-flood@1"
"""Of what is replaced because it stands behind a flood."""
_TO_QUOTE: Final = re.compile(rb'(?:[^"\\\x1f]|\\.)*+', re.DOTALL)


def limit_of(size: int) -> int:
    """How many findings in a text of `size` bytes are replaced one by one."""
    return max(_IN_TEXT, size // _DENSITY)


def rest_of(start: int, end: int) -> Span:
    """What stands behind a flood."""
    return Span(start, end, FLOOD_TYPE, FLOOD_RULE)


class Flood:
    """Counts what the rules find in a text, one rule after the other."""

    __slots__ = ("_found", "_leaf_end", "_left", "_limit", "_text", "_total", "_tried", "_tries", "behind")

    def __init__(self, text: bytes) -> None:
        self.behind = 0
        """What ends before is replaced already, of what the rule finds."""
        self._text = text
        self._limit = limit_of(len(text))
        self._total = self._left = 0
        self._tried = self._tries = 0
        self._leaf_end = self._found = 0

    def next_rule(self) -> None:
        """Another rule begins at the start of the text."""
        self.behind = self._leaf_end = self._found = 0
        self._left = max(self._limit - self._total, self._limit // _SHARE)
        tries = max(_IN_TEXT, len(self._text) // _TRIED_DENSITY)
        self._tries = max(2 * tries - self._tried, tries // _SHARE) if self._tried > tries else tries

    def is_tired(self) -> bool:
        """Whether too many values were looked at because of their names; this is one more."""
        self._tried += 1
        self._tries -= 1
        return self._tries < 0

    def rest(self, start: int) -> Span:
        """All from `start` on."""
        self.behind = len(self._text)
        return rest_of(start, self.behind)

    def bounded(self, span: Span) -> Span:
        """The span, or a longer one; spans of one rule come in ascending order."""
        if self._left <= 0:
            return self.rest(span.start)
        self._total += 1
        self._left -= 1
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
