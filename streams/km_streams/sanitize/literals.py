"""Secrets between quotes: in programs, calls, statements, members of objects. Validators, as in `generic`. Pure."""

import re
from collections.abc import Iterator
from typing import Final

from km_streams.re2_bytes import compiled
from km_streams.sanitize.plausibility import (
    SHORTEST,
    is_literal_key,
    is_literal_password,
    is_mixed,
    is_placeholder,
    is_plausible,
    is_sentence,
)
from km_streams.sanitize.vocabulary import PASSWORD_WORDS

BEFORE: Final = 96
"""Bytes in front of a value in which its name is looked for."""
_LITERAL_BYTES: Final = 512
_QUOTES: Final = b"\"'`"
TRAILING: Final = b".,;:)\"'`>"
"""What ends a sentence or a bracket, and no secret."""
PASSWORD_NAME: Final = compiled(
    rb"(?i)(?:pass|pwd|kennwort|senha|contrase|pin|\bpw|community|identified|" + PASSWORD_WORDS + rb")"
    rb"(?:[\w@()\xc3\xb1 -]|\.\w){0,48}[\"'`\])*_]{0,4}"
    rb"\s*(?:is|was|=>|->|:=|=|:|,|\||>|by|lautet|ist|est|es|jest|\xef\xbc\x9a|\xe2\x86\x92)?[\s\"'`(*|]*$"
)
"""Whether the name right before a value is that of a password: people choose those."""
NEAR_PASSWORD: Final = compiled(rb"(?i)(?:pass|pwd|kennwort|senha|contrase|\bpin\b|" + PASSWORD_WORDS + rb")")
"""Whether a name in front of an attribute or member `value` is that of a password."""
_LIST: Final = compiled(rb"[\"'`]\s*,\s*[\"'`]$")
_FIRST_OF_LIST: Final = compiled(rb"(?:\(\s*[\"'`][\w.-]+|[\"'`]--?[\w-]+)[\"'`]\s*,\s*[\"'`]$")
"""The second argument of a call whose first is the name; the element behind an option."""
LINE_END: Final = re.compile(rb"[\n\r\x1f]")


def literal(text: bytes, start: int, _end: int) -> Iterator[tuple[int, int]]:
    """`dbPassword = "…"`, `setKey('…')`, `token: `…``: what stands between quotes, all of it."""
    end = end_of_literal(text, start)
    value = text[start:end]
    before = text[max(0, start - BEFORE) : start]
    if len(value) < SHORTEST:
        return
    if _LIST.search(before) and not (_FIRST_OF_LIST.search(before) and b"_" not in value):
        if (is_mixed(value) or is_plausible(value)) and not is_placeholder(value) and not is_sentence(value):
            yield start, end
    elif is_literal_password(value) if PASSWORD_NAME.search(before) else is_literal_key(value):
        yield start, end


def password(text: bytes, start: int, _end: int) -> Iterator[tuple[int, int]]:
    """The literal of a call or statement that takes a password there."""
    end = end_of_literal(text, start)
    if end - start >= SHORTEST and is_literal_password(text[start:end]):
        yield start, end


def paired(text: bytes, start: int, _end: int) -> Iterator[tuple[int, int]]:
    """`{"name": "DB_PASSWORD", "value": "…"}`: what another member than its name holds."""
    end = end_of_literal(text, start)
    value = text[start:end]
    is_password = NEAR_PASSWORD.search(text[max(0, start - BEFORE) : start]) is not None
    if len(value) >= SHORTEST and (is_literal_password(value) if is_password else is_literal_key(value)):
        yield start, end


def end_of_literal(text: bytes, start: int) -> int:
    """Where the quote is that opened right before; without one, or where no other follows, the end of the word."""
    opening = text[start - 1 : start]
    line = LINE_END.split(text[start : start + _LITERAL_BYTES], maxsplit=1)[0]
    if opening and opening in _QUOTES:
        closed = re.match(rb"(?:[^\\" + opening + rb"]|\\.)*", line)
        if closed is not None and line[closed.end() : closed.end() + 1] == opening:
            return start + closed.end()
    return start + len(line.split(None, 1)[0].rstrip(TRAILING)) if line.strip() else start
