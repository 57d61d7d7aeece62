"""The real broker and the real database for tests: what the fixtures of `tests/conftest.py` hand out."""

from km_local.testing.servers import KafkaServer, PostgresServer
from km_local.testing.stack import Stack

__all__ = ["KafkaServer", "PostgresServer", "Stack"]
