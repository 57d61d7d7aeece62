"""Phone numbers, by the numbering plans of the `phonenumbers` library, which sees one bounded candidate at a time."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

import phonenumbers

from km_streams.re2_bytes import compiled
from km_streams.sanitize.validators.forms import Spans, is_alone

_LONGEST: Final = 40
_DIGITS: Final = range(7, 16)
"""ITU-T E.164 §6.2.1: at most 15 digits."""
_DIGIT_BYTES: Final = frozenset(b"0123456789")
_DISTINCT_DIGITS: Final = 3
"""Fewer are a binary number, or a filler."""
_NATIONAL_DIGITS: Final = 9
_ANY_SUBSCRIBER: Final = b"2345678"
"""Of the North American Numbering Plan: its area code decides whether a number is one, the pattern does the rest."""
_TRUNK_REGIONS: Final = ("GB", "DE", "FR", "NL", "BE", "CH", "AT", "IT", "SE", "IN", "AU", "JP")
"""Those where a national number begins with 0."""
_FRACTION: Final = re.compile(rb"[./-][0-9]$")
_HEX_BEFORE: Final = re.compile(rb"(?:^|\s)(?:[0-9a-f]{4}|[0-9a-f]{2}) $")
_NO_HEX: Final = frozenset({b"+", b"("})
_HEX_BEHIND: Final = re.compile(rb" (?:[0-9a-f]{4}|[0-9a-f]{2})(?![0-9A-Za-z])")
_DAY: Final = rb"(?:0?[1-9]|[12]\d|3[01])[-./ ]"
_DATE: Final = compiled(rb"^(?:19|20)\d\d[-./ ](?:0?[1-9]|1[0-2])[-./ ]|^" + _DAY + _DAY + rb"(?:19|20)?\d\d$")


def international_phone(text: bytes, start: int, end: int) -> Spans:
    """A number with its country code: `+44 20 7946 0958`, `0049 …`."""
    literal = text[start:end]
    if not _is_free(text, start, end) or len(set(literal) & _DIGIT_BYTES) < _DISTINCT_DIGITS:
        return
    if _is_valid(b"+" + literal[2:], (None,)) if literal.startswith(b"00") else _is_possible(literal):
        yield start, end


def north_american_phone(text: bytes, start: int, end: int) -> Spans:
    """A number of the North American Numbering Plan in its printed form: `(212) 555-0143`."""
    digits = bytes(filter(_DIGIT_BYTES.__contains__, text[start:end]))
    if _is_free(text, start, end) and _is_valid(digits[-10:-7] + _ANY_SUBSCRIBER, ("US",)):
        yield start, end


def national_phone(text: bytes, start: int, end: int) -> Spans:
    """A number that begins with the trunk prefix 0, in groups: `020 7946 0958`, `06 12 34 56 78`."""
    is_long = _digits(text[start:end]) >= _NATIONAL_DIGITS
    if is_long and _is_free(text, start, end) and _is_valid(text[start:end], _TRUNK_REGIONS):
        yield start, end


def named_phone(text: bytes, start: int, end: int) -> Spans:
    """A number in any form, next to a word for a phone: seven digits and more, and no date."""
    literal = text[start:end]
    is_date = _DATE.search(literal) is not None or _FRACTION.search(literal) is not None
    if _digits(literal) in _DIGITS and not is_date and is_alone(text, start, end):
        yield start, end


def _is_free(text: bytes, start: int, end: int) -> bool:
    literal = text[start:end]
    if _FRACTION.search(literal) or _is_hexdump(text, start, end):
        return False
    return (
        len(literal) <= _LONGEST
        and _digits(literal) in _DIGITS
        and is_alone(text, start, end)
        and not _DATE.search(literal)
    )


def _is_hexdump(text: bytes, start: int, end: int) -> bool:
    """Whether groups of hexadecimal digits go on before or behind."""
    if text[start : start + 1] in _NO_HEX:
        return False
    return _HEX_BEFORE.search(text[max(0, start - 6) : start]) is not None or _HEX_BEHIND.match(text, end) is not None


def _digits(literal: bytes) -> int:
    return sum(byte in _DIGIT_BYTES for byte in literal)


@lru_cache(maxsize=4096)
def _is_possible(literal: bytes) -> bool:
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(literal.decode("ascii", "replace"), None))
    except phonenumbers.NumberParseException:
        return False


@lru_cache(maxsize=4096)
def _is_valid(literal: bytes, regions: Iterable[str | None]) -> bool:
    return any(_is_valid_in(literal.decode("ascii", "replace"), region) for region in regions)


def _is_valid_in(literal: str, region: str | None) -> bool:
    try:
        number = phonenumbers.parse(literal, region)
        return bool(phonenumbers.is_valid_number(number))
    except phonenumbers.NumberParseException:
        return False
