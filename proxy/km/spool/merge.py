"""The records of the three streams in the order of their tickets. Pure: sources are peeked, nothing is awaited."""

from collections.abc import Sequence
from typing import Protocol

from km.spool.stream_reader import Record


class Source(Protocol):
    """One stream, its tickets rising."""

    def peek(self) -> Record | None:
        """The next record, None where there is none (yet)."""

    def advance(self) -> None:
        """Go behind it."""


class TicketOrder:
    """Gives each record once, in the order of tickets.

    A missing ticket is waited for while its writer may still write it. Once nothing is written any more it is
    skipped and counted: each thread of a wrapper that was killed may have taken one ticket without finishing
    its record, and such a chunk was not forwarded either.
    """

    def __init__(self, sources: Sequence[Source], next_ticket: int = 1, skipped: int = 0) -> None:
        self._sources = sources
        self.next_ticket = next_ticket
        """The lowest ticket not given yet."""
        self.skipped = skipped

    def take(self, *, complete: bool) -> Record | None:
        """The next record; None where it is not written yet, or, of a `complete` spool, at the end.

        `complete`: nothing was written any more already before this call. Records below `next_ticket` are given
        first (after a restart, those that hold the beginning of an unfinished frame).
        """
        found = [(record.ticket, source) for source in self._sources if (record := source.peek()) is not None]
        if not found:
            return None
        ticket, source = min(found, key=lambda pair: pair[0])
        if ticket > self.next_ticket:
            if not complete:
                return None
            self.skipped += ticket - self.next_ticket
        record = source.peek()
        source.advance()
        self.next_ticket = max(self.next_ticket, ticket + 1)
        return record
