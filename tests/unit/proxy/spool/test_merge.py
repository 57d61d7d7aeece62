"""The order of tickets."""

from collections import deque

from km.spool.merge import TicketOrder
from km.spool.record import CHUNK
from km.spool.stream_reader import Position, Record


class Queue:
    """A stream in memory."""

    def __init__(self, *tickets: int) -> None:
        self.records = deque(Record(0, ticket, CHUNK, 0, b"", Position(), Position()) for ticket in tickets)

    def add(self, ticket: int) -> None:
        self.records.append(Record(0, ticket, CHUNK, 0, b"", Position(), Position()))

    def peek(self) -> Record | None:
        return self.records[0] if self.records else None

    def advance(self) -> None:
        self.records.popleft()


def tickets(order: TicketOrder, *, complete: bool) -> list[int]:
    found = []
    while (record := order.take(complete=complete)) is not None:
        found.append(record.ticket)
    return found


def test_three_streams_become_one_in_the_order_of_tickets() -> None:
    assert tickets(TicketOrder([Queue(1, 5, 6), Queue(2, 4), Queue(3)]), complete=False) == [1, 2, 3, 4, 5, 6]


def test_a_missing_ticket_is_waited_for_while_it_may_still_come() -> None:
    late = Queue(1)
    order = TicketOrder([late, Queue(3)])
    assert tickets(order, complete=False) == [1]
    late.add(2)
    assert tickets(order, complete=False) == [2, 3]
    assert order.skipped == 0


def test_a_missing_ticket_is_skipped_and_counted_once_nothing_can_come() -> None:
    order = TicketOrder([Queue(1, 4), Queue(7)])
    assert tickets(order, complete=True) == [1, 4, 7]
    assert order.skipped == 4


def test_after_a_restart_older_records_of_unfinished_frames_come_first() -> None:
    order = TicketOrder([Queue(2, 12), Queue(9, 11), Queue(10)], next_ticket=10)
    assert tickets(order, complete=False) == [2, 9, 10, 11, 12]
    assert (order.skipped, order.next_ticket) == (0, 13)
