"""Which partition a key belongs to: the partitioner of Kafka's Java client, so that every producer agrees.

Partition = murmur2 of the lower-case UUID text, made positive, modulo the partition count
(Apache Kafka, `org.apache.kafka.common.utils.Utils.murmur2` and `toPositive`).
"""

from typing import Final

_SEED: Final = 0x9747B28C
_M: Final = 0x5BD1E995
_R: Final = 24
_MASK: Final = 0xFFFFFFFF


def murmur2(data: bytes) -> int:
    """Kafka's 32-bit murmur2 of `data`, as an unsigned number."""
    length = len(data)
    h = (_SEED ^ length) & _MASK
    whole = length & ~3
    for offset in range(0, whole, 4):
        k = int.from_bytes(data[offset : offset + 4], "little") * _M & _MASK
        k = (k ^ (k >> _R)) * _M & _MASK
        h = (h * _M & _MASK) ^ k
    if whole != length:
        h = (h ^ int.from_bytes(data[whole:], "little")) * _M & _MASK
    h = (h ^ (h >> 13)) * _M & _MASK
    return h ^ (h >> 15)


def partition_of(key: str, partitions: int) -> int:
    """The partition of an id such as `installation_id` (UUID text; its case does not matter)."""
    return (murmur2(key.lower().encode()) & 0x7FFFFFFF) % partitions
