"""Who an event belongs to, and its name for ever."""

import re
from typing import Final
from uuid import UUID

DEFAULT_CUSTOMER_ID: Final = "00000000-0000-7000-8000-000000000001"
"""The customer of every installation that publishes straight to Kafka; the one row `core.customers` starts with."""

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")


def event_id(run_id: str, seq: int) -> str:
    """The CloudEvents `id` of what was recorded at `seq` (1, 2, …) of a run."""
    return f"{run_id}/{seq}"


def is_canonical_uuid(text: str) -> bool:
    """Whether `text` is a UUID in the one form we write: lower case with hyphens (RFC 9562 §4)."""
    return _UUID.match(text) is not None


def canonical_uuid(text: str) -> str:
    """`text` in lower case with hyphens; ValueError where it is no UUID."""
    return str(UUID(text))
