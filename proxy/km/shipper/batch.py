"""What a destination is handed, and what it answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from km.shipper.cursor import Cursor
from km_schemas.headers import EventHeaders


@dataclass(frozen=True, slots=True)
class RawRecord:
    """One record of `mcp.frames`."""

    headers: EventHeaders
    value: bytes


@dataclass(frozen=True, slots=True)
class Batch:
    """Records in the order in which they are to be published, and where each of their runs stands after them."""

    records: Sequence[RawRecord]
    positions: Mapping[str, Cursor]


class DestinationError(Exception):
    """Nothing is acknowledged of what was handed over; some of it may have arrived. To be tried again."""


class Destination(Protocol):
    """Where records go."""

    async def publish(self, batch: Batch) -> Mapping[str, Cursor]:
        """Publish in order; the position acknowledged of each run. Raises DestinationError."""

    async def close(self) -> None:
        """Let go of connections, without waiting for what is not acknowledged."""
