"""Ask a broker whether it serves: one Metadata request by hand, so that no client has to be imported.

Wire format: Kafka protocol, request header v1 and Metadata v4 (kafka.apache.org/protocol).
"""

import socket
import struct

METADATA, VERSION, CORRELATION = 3, 4, 1
# header: api key, version, correlation id, client id null; body: no topics, no creation of topics
REQUEST = struct.pack(">hhih", METADATA, VERSION, CORRELATION, -1) + struct.pack(">i?", 0, False)


def is_serving(host: str, port: int, seconds: float = 1.0) -> bool:
    """Whether the broker answers and knows itself as a live broker of its cluster."""
    try:
        with socket.create_connection((host, port), timeout=seconds) as connection:
            connection.sendall(struct.pack(">i", len(REQUEST)) + REQUEST)
            return live_brokers(connection.recv(16)) > 0
    except OSError:
        return False


def live_brokers(answer: bytes) -> int:
    """How many brokers the head of an answer lists: size, correlation id, throttle time, count."""
    if len(answer) < 16:
        return 0
    _size, correlation, _throttle, count = struct.unpack(">iiii", answer[:16])
    return int(count) if correlation == CORRELATION else 0
