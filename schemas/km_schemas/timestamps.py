"""Points in time on the wire: RFC 3339, UTC, always six digits; inside: whole microseconds since the Unix epoch."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_NAIVE_EPOCH: Final = _EPOCH.replace(tzinfo=None)
_TEXT_LENGTH: Final = len("2026-07-28T12:34:56.789012Z")


def rfc3339(micros: int) -> str:
    """`2026-07-28T12:34:56.789012Z` of microseconds since the epoch; OverflowError outside the years 1–9999."""
    seconds, rest = divmod(micros, 1_000_000)
    return f"{_second(seconds)}.{rest:06d}Z"


@lru_cache(maxsize=1024)
def _second(seconds: int) -> str:
    """Records come in the order of their times: many within one second."""
    return (_NAIVE_EPOCH + timedelta(seconds=seconds)).isoformat(timespec="seconds")


def micros_of(text: str) -> int:
    """The inverse of `rfc3339`; ValueError for any other form, so that equal times have equal texts."""
    if len(text) != _TEXT_LENGTH or text[-1] != "Z" or text[10] != "T":
        raise ValueError("a time on the wire is written YYYY-MM-DDThh:mm:ss.ffffffZ")
    since = datetime.fromisoformat(text) - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def datetime_of(text: str) -> datetime:
    """The aware datetime of a time on the wire (as asyncpg wants it); ValueError for any other form."""
    return _EPOCH + timedelta(microseconds=micros_of(text))
