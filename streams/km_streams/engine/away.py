"""Which errors of Kafka's and Postgres's clients mean that the other side is away, rather than that work failed.

Away is what a later, equal attempt may survive: connection errors, timeouts, a server that starts or stops,
a deadlock that Postgres resolved against us. Everything else is a failure.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import asyncpg
from aiokafka.errors import KafkaConnectionError, KafkaError, KafkaTimeoutError, NodeNotReadyError

from km_streams.engine.errors import DependencyAwayError

_POSTGRES_AWAY: Final = (
    OSError,  # with TimeoutError and ConnectionError
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.QueryCanceledError,
    asyncpg.TransactionTimeoutError,
)
_BROKER_AWAY: Final = (OSError, KafkaConnectionError, KafkaTimeoutError, NodeNotReadyError)


@contextmanager
def broker_errors() -> Iterator[None]:
    """Raises DependencyAwayError in place of what says that the broker is away."""
    try:
        yield
    except _BROKER_AWAY as error:
        raise DependencyAwayError("broker", error) from None
    except KafkaError as error:
        if error.retriable:
            raise DependencyAwayError("broker", error) from None
        raise


@contextmanager
def postgres_errors() -> Iterator[None]:
    """Raises DependencyAwayError in place of what says that Postgres is away."""
    try:
        yield
    except _POSTGRES_AWAY as error:
        raise DependencyAwayError("postgres", error) from None
    except asyncpg.InterfaceError as error:
        # Of a connection that broke between two operations; the client has no class for it.
        if "connection is closed" not in str(error):
            raise
        raise DependencyAwayError("postgres", error) from None
