"""Which errors mean that the other side is away."""

import asyncpg
import pytest
from aiokafka.errors import (
    KafkaConnectionError,
    KafkaTimeoutError,
    MessageSizeTooLargeError,
    NotLeaderForPartitionError,
    TopicAuthorizationFailedError,
)

from km_streams.engine.away import broker_errors, postgres_errors
from km_streams.engine.errors import DependencyAwayError


@pytest.mark.parametrize(
    "error", [KafkaConnectionError(), KafkaTimeoutError(), NotLeaderForPartitionError(), ConnectionRefusedError()]
)
def test_a_broker_that_cannot_be_reached_is_away(error: Exception) -> None:
    with pytest.raises(DependencyAwayError, match="broker is away"), broker_errors():
        raise error


@pytest.mark.parametrize("error", [MessageSizeTooLargeError(), TopicAuthorizationFailedError(), KeyError()])
def test_what_the_broker_refuses_is_a_failure(error: Exception) -> None:
    with pytest.raises(type(error)), broker_errors():
        raise error


@pytest.mark.parametrize(
    "error",
    [
        ConnectionResetError(),
        TimeoutError(),
        asyncpg.ConnectionDoesNotExistError(),
        asyncpg.CannotConnectNowError(),
        asyncpg.AdminShutdownError(),
        asyncpg.DeadlockDetectedError(),
        asyncpg.InterfaceError("cannot perform operation: connection is closed"),
    ],
)
def test_a_database_that_does_not_answer_is_away(error: Exception) -> None:
    with pytest.raises(DependencyAwayError, match="postgres is away"), postgres_errors():
        raise error


@pytest.mark.parametrize("error", [asyncpg.UniqueViolationError(), asyncpg.InsufficientPrivilegeError(), ValueError()])
def test_what_the_database_refuses_is_a_failure(error: Exception) -> None:
    with pytest.raises(type(error)), postgres_errors():
        raise error
