"""Values as Postgres can hold them: texts without NUL and lone surrogates, numbers within their columns."""

from typing import Final

import msgspec

_NUL: Final = "\0"
_NUL_SHOWN: Final = "\u2400"
"""SYMBOL FOR NULL stands for the one character that Postgres stores in no text."""
NAME_LIMIT: Final = 128
"""Characters of a server, method or tool name; an index row holds no more than 2,704 bytes."""

_INT4: Final = 2**31 - 1
_INT8: Final = 2**63 - 1
_INT2: Final = 2**15 - 1
_SUMMAND: Final = 2**40

_json = msgspec.json.Encoder()


def storable(text: str) -> str:
    """`text` without what Postgres refuses."""
    if text.isascii() and _NUL not in text:
        return text
    return text.replace(_NUL, _NUL_SHOWN).encode("utf-8", "replace").decode()


def storable_or_none(text: str | None) -> str | None:
    """The same, of a text that may be missing."""
    return None if text is None else storable(text)


def name(text: str | None) -> str:
    """A name as hourly_stats keys it: at most 128 characters, '' for none."""
    return "" if text is None else storable(text[:NAME_LIMIT])


def name_or_none(text: str | None) -> str | None:
    """A name at most 128 characters long."""
    return None if text is None else storable(text[:NAME_LIMIT])


def json_text(value: object) -> str:
    """`value` as JSON that jsonb takes (it refuses the escape of NUL)."""
    text = _json.encode(value).decode()
    if "\\u0000" not in text:
        return text
    return _json.encode(_without_nul(msgspec.json.decode(text))).decode()


def int2(number: int) -> int:
    """`number`, at most what a smallint holds."""
    return max(-_INT2, min(number, _INT2))


def int4(number: int) -> int:
    """`number`, at most what an integer holds."""
    return max(-_INT4, min(number, _INT4))


def int8(number: int) -> int:
    """`number`, at most what a bigint holds."""
    return max(-_INT8, min(number, _INT8))


def summand(number: int) -> int:
    """`number` as a part of a sum: from 0 to 2^40 (1 TiB, 12 days, 1,100 $), so that 2^22 of them fit a bigint."""
    return max(0, min(number, _SUMMAND))


def int4_or_none(number: int | None) -> int | None:
    """The same, of a number that may be missing."""
    return None if number is None else int4(number)


def _without_nul(value: object) -> object:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, list):
        return [_without_nul(item) for item in value]
    if isinstance(value, dict):
        return {storable(key): _without_nul(item) for key, item in value.items()}
    return value
