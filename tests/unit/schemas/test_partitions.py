"""Partitions must be those every Kafka client computes."""

import pytest

from km_schemas.partitions import murmur2, partition_of


@pytest.mark.parametrize(
    ("data", "signed"),
    [  # Apache Kafka, clients/src/test/java/org/apache/kafka/common/utils/UtilsTest.java (testMurmur2)
        (b"21", -973932308),
        (b"foobar", -790332482),
        (b"a-little-bit-long-string", -985981536),
        (b"a-little-bit-longer-string", -1486304829),
        (b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971),
        (bytes([ord("a"), ord("b"), ord("c")]), 479470107),
    ],
)
def test_murmur2_gives_the_numbers_of_kafkas_own_tests(data: bytes, signed: int) -> None:
    assert murmur2(data) == signed % 2**32


def test_the_case_of_a_uuid_does_not_move_it_to_another_partition() -> None:
    key = "0198A5A1-0000-7000-8000-00000000000F"
    assert partition_of(key, 4) == partition_of(key.lower(), 4)


def test_every_partition_is_used_and_none_beyond_them() -> None:
    keys = [f"00000000-0000-7000-8000-{n:012x}" for n in range(200)]
    assert {partition_of(key, 4) for key in keys} == {0, 1, 2, 3}


def test_partitions_agree_with_the_clients_own_partitioner() -> None:
    from aiokafka.partitioner import murmur2 as clients

    for n in range(100):
        data = f"key-{n}".encode() * (n % 7)
        assert murmur2(data) == clients(data) % 2**32
