"""The head of a run: counters, the ring, the end."""

from km.spool import head as heads
from km.spool.streams import STDOUT


def fresh_head() -> memoryview:
    return memoryview(bytearray(heads.new_head(b"description")))


def test_a_new_head_says_nothing_but_its_description() -> None:
    head = fresh_head()
    assert heads.read_end(head) is None
    assert heads.read_losses(head) == [(0, 0, 0)] * 3
    assert heads.read_ring(head) == b""
    assert heads.read_stderr_counts(head) == (0, 0)
    assert bytes(head[heads.DESCRIPTION :]) == b"description"


def test_the_end_is_read_as_it_was_written() -> None:
    head = fresh_head()
    heads.write_end(head, heads.RunEnd(heads.SIGNALLED, 9, 123))
    end = heads.read_end(head)
    assert end is not None
    assert (end.how, end.value, end.ended_at) == (heads.SIGNALLED, 9, 123)


def test_losses_add_up_by_stream() -> None:
    head = fresh_head()
    heads.set_loss(head, STDOUT, 0, 0, 28)
    heads.add_loss(head, STDOUT, 100)
    heads.add_loss(head, STDOUT, 11)
    assert heads.read_losses(head) == [(0, 0, 0), (111, 2, 28), (0, 0, 0)]


def test_the_ring_keeps_the_last_bytes_in_order() -> None:
    head = fresh_head()
    everything = bytes(number % 251 for number in range(200_000))
    for start in range(0, len(everything), 777):
        heads.put_in_ring(head, everything[start : start + 777])
        assert heads.read_ring(head) == everything[: start + 777][-heads.RING_BYTES :]


def test_a_chunk_larger_than_the_ring_leaves_its_end() -> None:
    head = fresh_head()
    everything = bytes(number % 251 for number in range(100_000))
    heads.put_in_ring(head, b"before")
    heads.put_in_ring(head, everything)
    assert heads.read_ring(head) == everything[-heads.RING_BYTES :]


def test_what_neither_lines_nor_ring_hold_is_counted() -> None:
    head = fresh_head()
    heads.count_stderr(head, 1000)
    heads.put_in_ring(head, bytes(heads.RING_BYTES + 5))
    assert heads.read_stderr_counts(head) == (1000 + heads.RING_BYTES + 5, 5)


def test_the_ring_and_the_counters_do_not_touch_the_description() -> None:
    head = fresh_head()
    heads.put_in_ring(head, b"\xff" * heads.RING_BYTES * 2)
    assert bytes(head[heads.DESCRIPTION :]) == b"description"
