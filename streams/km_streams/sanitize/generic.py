"""Secrets without a form of their own: where the value that a name is given begins and ends, and whether it is one.

Validators (see `validators`) of the rules in `names.yaml`. A match shows a name and the first word of its value; what
belongs to the value (the rest of a literal, of a line, of a passphrase) and whether it is secret is decided here.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from km_streams.re2_bytes import compiled
from km_streams.sanitize.literals import BEFORE, NEAR_PASSWORD, PASSWORD_NAME, end_of_literal, literal, paired, password
from km_streams.sanitize.plausibility import (
    SHORTEST,
    is_chosen_word,
    is_code,
    is_common,
    is_literal_key,
    is_literal_password,
    is_mixed,
    is_passphrase,
    is_placeholder,
    is_plausible,
    is_sentence,
    is_typed,
)
from km_streams.sanitize.sentences import chosen, login, prose, spoken
from km_streams.sanitize.tables import column, copied, headed, inserted
from km_streams.sanitize.validators import REPLACED, Validator
from km_streams.sanitize.vocabulary import TECHNICAL

_NEAR: Final = 40
_WORDS_LIMIT: Final = 10
_CONSTANT_NAME: Final = compiled(rb"(?:^|[^A-Za-z0-9_])[A-Z][A-Z0-9_]+\s*[=:]\s*[\"'`]?$")
_BARE_NAME: Final = compiled(rb"(?i)(?:^|[^\w.$])(?:tokens?|auth|pass|pw|signature|sas|\w*salt)\"\s*:\s*\"$")
_COMMENT: Final = re.compile(rb"\s+(?:#|//|--)\s?")
_RESOURCE: Final = compiled(rb"\barn:[\w:/.-]*$")
"""A name of a resource of AWS, which the text after it goes on with: `arn:aws:secretsmanager:…:secret:db-1`."""
_ARGUMENT: Final = compiled(rb"(?:^|[\n\x1f?&;]|^[^(\n]*[ \t]|\n[^(\n]*[ \t])[\w.=-]+=$")
_ARGUMENT_ENDS: Final = frozenset({b"", b"\n", b"\r", b" ", b"&", b";", b'"', b"'"})


def member(text: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The value of a member of JSON; names that say little need one that looks like a secret."""
    if not _BARE_NAME.search(text[max(0, start - BEFORE) : start]) or is_plausible(text[start:end]):
        yield start, end


def variable(text: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """`DB_PASSWORD=correcthorse`: of a constant all but types and code; of other names what no identifier is."""
    value = text[start:end].rstrip(b",;)")
    before = text[max(0, start - BEFORE) : start]
    if len(value) < SHORTEST or is_placeholder(value) or TECHNICAL.search(value):
        return
    is_constant = _CONSTANT_NAME.search(before) is not None and not is_code(value)
    names_password = PASSWORD_NAME.search(before) is not None
    is_word = names_password and _is_whole_argument(text, before, start + len(value)) and is_chosen_word(value)
    if is_constant or is_word or (is_typed(value) if names_password else is_plausible(value) and not is_code(value)):
        yield start, end if text[start:end].endswith(b")") and b"(" in value else start + len(value)


def _is_whole_argument(text: bytes, before: bytes, end: int) -> bool:
    """Whether `name=value` stands alone: in a query, a word of a command, a line; not in a call."""
    return _ARGUMENT.search(before) is not None and text[end : end + 1] in _ARGUMENT_ENDS


def option(text: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """`--password hunter2`; in quotes also a word."""
    is_quoted = text[start - 1 : start] in {b"'", b'"'}
    if is_quoted:
        end = end_of_literal(text, start)
    value = text[start:end]
    names_password = PASSWORD_NAME.search(text[max(0, start - BEFORE) : start]) is not None
    if len(value) < SHORTEST or (value.endswith(b",") and not is_quoted):
        return
    if is_literal_password(value) if is_quoted else is_typed(value) or (names_password and is_chosen_word(value)):
        yield start, end


def line(text: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The rest of a line of configuration: `password: correct horse`, and no type, code or sentence."""
    value = _COMMENT.split(text[start:end], maxsplit=1)[0].rstrip()
    value = value.rstrip(b",;") if value[-1:] in b",;" else value
    words = value.split()
    if len(value) < SHORTEST or value[:1] in b"\"'" or is_placeholder(value):
        return
    names_password = PASSWORD_NAME.search(text[max(0, start - BEFORE) : start]) is not None
    if len(words) == 1:
        memorable = names_password and value.isalpha() and not is_common(value)
        if memorable or (is_typed(value) if names_password else is_plausible(value) and not is_code(value)):
            yield start, start + len(value)
    elif len(words) <= _WORDS_LIMIT and not is_code(value) and not is_sentence(value):
        if is_passphrase(value.lower()):
            yield start, start + len(value)
        elif is_plausible(words[0]) and not is_placeholder(words[0]):
            yield start, start + len(words[0])


def cell(text: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The cell beside a name in a table, the text of an element: what no word of a heading is."""
    value = text[start:end].strip(b" *`_")
    start += len(text[start:end]) - len(text[start:end].lstrip(b" *`_"))
    if len(value) >= SHORTEST and not is_sentence(value) and is_typed(value):
        yield start, start + len(value)


def element(text: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The text of an element of XML or the value of one of its attributes."""
    value = text[start:end].strip()
    is_password = NEAR_PASSWORD.search(text[max(0, start - _NEAR) : start]) is not None
    if len(value) >= SHORTEST and (is_literal_password(value) if is_password else is_literal_key(value)):
        yield start, end


def header(text: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The value of a header field that carries a key."""
    value = text[start:end]
    if not is_placeholder(value) and not is_code(value) and text[end : end + 1] not in {b"<", b"(", b"["}:
        yield start, end


def _beside_tokens(validator: Validator) -> Validator:
    """What the validator finds; of what holds tokens of ours already, only what would be a secret without them."""

    def spans(text: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
        for first, last in validator(text, start, end):
            found = text[first:last]
            if _RESOURCE.search(text[max(0, first - BEFORE) : first]) is not None:
                continue
            left = REPLACED.sub(b"", found)
            if left == found or is_mixed(left) or is_plausible(left):
                yield first, last

    return spans


GENERIC_VALIDATORS: Final[Mapping[str, Validator]] = {
    validator.__name__: _beside_tokens(validator)
    for validator in (
        member, literal, password, paired, option,
        variable, line, cell, element, header,
        prose, spoken, login, chosen, column, inserted, copied, headed,
    )
}  # fmt: skip
"""By the name under which a rule asks for them."""
