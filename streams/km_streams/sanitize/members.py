"""Members of JSON that stand in a text: a part of a log's line, a code block, JSON that is cut short. Pure."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

_NAME_BYTES: Final = 128
_MEMBER: Final = re.compile(rb'"\s{0,4}+:\s{0,16}+(?:"((?:[^"\\\x1f]|\\.)++)|(-?[0-9][0-9.]{2,}+)(?![\w.]))', re.DOTALL)
"""From the quote that ends a name; numbers of three digits and more, as `cvv` has."""


class Member(NamedTuple):
    """A name, and where its value stands: within the quotes of a string, or a number."""

    name: bytes
    start: int
    end: int
    is_number: bool


def members_of(text: bytes) -> Iterator[Member]:
    """What looks like a member of JSON (RFC 8259 §4) whose value is a string or a number; the string may be cut."""
    for match in _MEMBER.finditer(text):
        name = text[max(0, match.start() - _NAME_BYTES) : match.start()].rpartition(b'"')
        if name[1]:
            is_number = match[1] is None
            yield Member(name[2], *match.span(2 if is_number else 1), is_number)
