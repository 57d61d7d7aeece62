"""Where a page ended, as text that clients hand back unread. Not signed: it holds nothing but a place in an order."""

import base64
import binascii
from typing import Annotated, Final, TypeVar
from uuid import UUID

import msgspec
from msgspec import Meta

Count = Annotated[int, Meta(ge=0, le=2**63 - 1)]
Micros = Annotated[int, Meta(ge=-62_135_596_800_000_000, le=253_402_300_799_999_999)]
"""Microseconds since the epoch of the years 1–9999."""


class BadCursorError(Exception):
    """A cursor is none of ours."""


class RunsCursor(msgspec.Struct, frozen=True, array_like=True, tag="runs", forbid_unknown_fields=True):
    """The last run of a page: newest activity first, then run_id."""

    last_occurred_at: Micros
    run_id: UUID


class CallsCursor(msgspec.Struct, frozen=True, array_like=True, tag="calls", forbid_unknown_fields=True):
    """The last call of a page: newest end first, then the call's name."""

    closed_at: Micros
    run_id: UUID
    opened_seq: Count
    item: Annotated[int, Meta(ge=0, le=2**31 - 1)]


class FramesCursor(msgspec.Struct, frozen=True, array_like=True, tag="frames", forbid_unknown_fields=True):
    """The last seq of a page, in order."""

    seq: Count


Cursor = TypeVar("Cursor", RunsCursor, CallsCursor, FramesCursor)
LENGTH_MAX: Final = 200


def encode_cursor(cursor: RunsCursor | CallsCursor | FramesCursor) -> str:
    """The text of a cursor: URL-safe without padding."""
    return base64.urlsafe_b64encode(msgspec.json.encode(cursor)).decode().rstrip("=")


def decode_cursor(text: str, kind: type[Cursor]) -> Cursor:
    """The cursor of a text; BadCursorError where it is of another kind or none."""
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        return msgspec.json.decode(data, type=kind)
    except (binascii.Error, ValueError, msgspec.DecodeError, RecursionError):
        raise BadCursorError("this text is no cursor of ours") from None
