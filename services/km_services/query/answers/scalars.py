"""Values that several answers and parameters share."""

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, PlainSerializer, StringConstraints, WithJsonSchema

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_RFC_3339: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)\Z", re.ASCII)


def micros_since_epoch(moment: datetime) -> int:
    """Whole microseconds since the Unix epoch."""
    return (moment - _EPOCH) // _MICROSECOND


def moment_of(micros: int) -> datetime:
    """The inverse of `micros_since_epoch`."""
    return _EPOCH + timedelta(microseconds=micros)


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def _rfc3339(text: str) -> str:
    # pydantic would read numbers as seconds, and more forms than the document names.
    if not _RFC_3339.match(text):
        raise ValueError("no RFC 3339 time with an offset")
    return text


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("outside the years 1–9999") from None


Moment = Annotated[
    datetime,
    PlainSerializer(_text, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""RFC 3339, UTC, six digits, as everywhere on the wire (`km_schemas.timestamps`)."""

MomentParameter = Annotated[AwareDatetime, BeforeValidator(_rfc3339), AfterValidator(_in_utc)]
"""RFC 3339 with an offset."""

Name = Annotated[str, StringConstraints(min_length=1, max_length=256, pattern=r"^[^\x00]*$")]
"""A server, method or tool; Postgres takes no NUL in text."""
