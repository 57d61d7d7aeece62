"""How many records may fail."""

import pytest

from km_streams.engine.errors import FailureLimitError
from km_streams.engine.failure_limit import FailureLimit, LimitSettings


def test_a_run_of_failures_has_a_limit() -> None:
    limit = FailureLimit(LimitSettings(run=3, window=100, window_failures=100))
    for _ in range(3):
        limit.failed()
    with pytest.raises(FailureLimitError):
        limit.failed()


def test_a_success_ends_the_run() -> None:
    limit = FailureLimit(LimitSettings(run=1, window=1000, window_failures=1000))
    for _ in range(100):
        limit.failed()
        limit.passed()


def test_scattered_failures_have_a_limit_too() -> None:
    limit = FailureLimit(LimitSettings(run=10, window=100, window_failures=5))
    for _ in range(5):
        limit.failed()
        limit.passed()
    with pytest.raises(FailureLimitError):
        limit.failed()


def test_few_failures_in_each_window_go_on_for_ever() -> None:
    limit = FailureLimit(LimitSettings(run=10, window=10, window_failures=2))
    for _ in range(100):
        limit.failed()
        limit.failed()
        for _ in range(8):
            limit.passed()
