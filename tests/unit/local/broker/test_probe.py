"""Reading the head of a broker's Metadata answer."""

import struct

from km_local.broker.probe import CORRELATION, live_brokers


def answer(correlation: int, brokers: int) -> bytes:
    return struct.pack(">iiii", 60, correlation, 0, brokers) + b"and so on"


def test_a_broker_that_lists_itself_lives() -> None:
    assert live_brokers(answer(CORRELATION, 1)) == 1


def test_a_broker_that_is_not_yet_part_of_its_cluster_does_not() -> None:
    assert live_brokers(answer(CORRELATION, 0)) == 0


def test_what_answers_something_else_is_no_broker() -> None:
    assert live_brokers(answer(CORRELATION + 1, 1)) == 0
    assert live_brokers(b"HTTP/1.1 400") == 0
