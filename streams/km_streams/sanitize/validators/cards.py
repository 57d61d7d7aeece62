"""Payment cards: issuer, length, Luhn's digit, and groups as they are printed."""

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
_SHAPES: Final = frozenset(map(bytes, ((4, 4, 4, 4), (4, 6, 5), (4, 6, 4), (4, 4, 4, 4, 3), (8, 8))))
"""How the digits of a card are grouped in print: the length of each group."""
_SHAPES_OF: Final = {first: sorted({len(s) for s in _SHAPES if s[0] == first}, reverse=True) for first in (4, 8)}
"""Counts of groups by the length of the first, longest first."""
_UNGROUPED: Final = range(13, 20)
_LONGEST: Final = 255
"""What is counted of a group's length."""
_DOUBLED: Final = bytes.maketrans(b"0123456789", b"0246813579")
"""The sum of the digits of twice a digit."""
_ZERO: Final = ord("0")
_DIGITS: Final = b"0123456789"
_TAIL: Final = compiled(rb"[0-9]\.$|[0-9A-Fa-f]{4}-$")


def card(text: bytes, start: int, end: int) -> Spans:
    """Card numbers among groups of digits: grouped as cards are printed, of a known issuer, with Luhn's digit."""
    if _continues_before(text, start) or _continues_behind(text, end):
        return
    if text[start:end].isdigit():
        if end - start in _UNGROUPED and _is_card(text[start:end]):
            yield start, end
        return
    groups = text[start:end].replace(b"-", b" ").split(b" ")
    lengths = bytes(min(len(group), _LONGEST) for group in groups)
    first = 0
    while first < len(groups):
        count = _card_groups(groups, lengths, first)
        behind = start + sum(map(len, groups[first : first + count])) + count - 1
        if count and len(set(text[start:behind].translate(None, _DIGITS))) <= 1:
            yield start, behind
            start, first = behind + 1, first + count
        else:
            start, first = start + len(groups[first]) + 1, first + 1


def _card_groups(groups: list[bytes], lengths: bytes, first: int) -> int:
    """How many groups from `first` on are a card; 0 for none."""
    length = lengths[first]
    if length in _UNGROUPED:
        return int(_is_card(groups[first]))
    for count in _SHAPES_OF.get(length, ()):
        shape = lengths[first : first + count]
        if shape in _SHAPES and _is_card(b"".join(groups[first : first + count])):
            return len(shape)
    return 0


def _is_card(digits: bytes) -> bool:
    return _is_luhn(digits) and digits != digits[:1] * len(digits) and _CARD.fullmatch(digits) is not None


def _is_luhn(digits: bytes) -> bool:
    """ISO/IEC 7812-1 annex B; of every ten numbers one goes on to the slower questions."""
    total = sum(digits[::-2]) + sum(digits[-2::-2].translate(_DOUBLED)) - len(digits) * _ZERO
    return total % 10 == 0


def _continues_before(text: bytes, start: int) -> bool:
    """Whether digits are the tail of something longer: a word, a fraction, a UUID."""
    before = text[max(0, start - 5) : start]
    return before[-1:].isalnum() or before[-1:] == b"_" or _TAIL.search(before) is not None


def _continues_behind(text: bytes, end: int) -> bool:
    behind = text[end : end + 2]
    return behind[:1].isalnum() or behind[:1] == b"_" or (behind[:1] == b"." and behind[1:].isdigit())
