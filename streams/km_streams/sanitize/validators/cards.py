"""Payment cards: issuer, length, Luhn's digit, and groups as they are printed."""

from itertools import pairwise
from typing import Final

from km_streams.re2_bytes import compiled
from km_streams.sanitize.validators.forms import Spans

# Issuer identification numbers and lengths (ISO/IEC 7812-1): Visa; Mastercard; American Express; Diners Club;
# Discover; JCB; UnionPay.
_CARD: Final = compiled(
    rb"4[0-9]{12}|4[0-9]{15}|4[0-9]{18}"
    rb"|5[1-5][0-9]{14}|2(?:22[1-9]|2[3-9][0-9]|[3-6][0-9]{2}|7[01][0-9]|720)[0-9]{12}"
    rb"|3[47][0-9]{13}|3(?:0[0-5]|[68][0-9])[0-9]{11}"
    rb"|6(?:011|5[0-9]{2}|4[4-9][0-9])[0-9]{12,15}|35(?:2[89]|[3-8][0-9])[0-9]{12,15}|62[0-9]{14,17}"
)
_SHAPES: Final = frozenset(
    {(length,) for length in range(13, 20)} | {(4, 4, 4, 4), (4, 6, 5), (4, 6, 4), (4, 4, 4, 4, 3), (8, 8)}
)
"""How the digits of a card are grouped in print."""
_CARD_SHAPES: Final = {first: sorted({len(s) for s in _SHAPES if s[0] == first}, reverse=True) for first in range(20)}
"""Counts of groups by the length of the first, longest first."""
_DOUBLED: Final = bytes.maketrans(b"0123456789", b"0246813579")
"""The sum of the digits of twice a digit."""
_ZERO: Final = ord("0")
_TAIL: Final = compiled(rb"[0-9]\.$|[0-9A-Fa-f]{4}-$")


def card(text: bytes, start: int, end: int) -> Spans:
    """Card numbers among groups of digits: grouped as cards are printed, of a known issuer, with Luhn's digit."""
    if _continues_before(text, start) or _continues_behind(text, end):
        return
    groups = list(_digit_groups(text, start, end))
    lengths = [end - start for start, end in groups]
    first = 0
    while first < len(groups):
        count = _card_groups(text, groups, lengths, first)
        if count:
            yield groups[first][0], groups[first + count - 1][1]
        first += count or 1


def _card_groups(text: bytes, groups: list[tuple[int, int]], lengths: list[int], first: int) -> int:
    """How many groups from `first` on are a card; 0 for none."""
    for count in _CARD_SHAPES.get(lengths[first], ()):
        shape = tuple(lengths[first : first + count])
        if len(shape) == count and shape in _SHAPES and _is_card(text, groups[first : first + count]):
            return count
    return 0


def _is_card(text: bytes, groups: list[tuple[int, int]]) -> bool:
    if len({text[before[1] : behind[0]] for before, behind in pairwise(groups)}) > 1:
        return False
    digits = b"".join(text[start:end] for start, end in groups)
    return _is_luhn(digits) and len(set(digits)) > 1 and _CARD.fullmatch(digits) is not None


def _is_luhn(digits: bytes) -> bool:
    """ISO/IEC 7812-1 annex B; of every ten numbers one goes on to the slower questions."""
    backwards = digits[::-1]
    total = sum(backwards[::2]) + sum(backwards[1::2].translate(_DOUBLED)) - len(digits) * _ZERO
    return total % 10 == 0


def _digit_groups(text: bytes, start: int, end: int) -> Spans:
    for piece in text[start:end].replace(b"-", b" ").split(b" "):
        if piece:
            yield start, start + len(piece)
        start += len(piece) + 1


def _continues_before(text: bytes, start: int) -> bool:
    """Whether digits are the tail of something longer: a word, a fraction, a UUID."""
    before = text[max(0, start - 5) : start]
    return before[-1:].isalnum() or before[-1:] == b"_" or _TAIL.search(before) is not None


def _continues_behind(text: bytes, end: int) -> bool:
    behind = text[end : end + 2]
    return behind[:1].isalnum() or behind[:1] == b"_" or (behind[:1] == b"." and behind[1:].isdigit())
