"""When an ended process is started again."""

from km_local.processes.backoff import LONGEST_SECONDS, delay, failures_in_a_row


def test_each_failure_doubles_the_wait_up_to_a_limit() -> None:
    assert [delay(n) for n in (1, 2, 3, 4)] == [0.5, 1.0, 2.0, 4.0]
    assert delay(50) == LONGEST_SECONDS


def test_a_process_that_was_well_for_a_minute_begins_anew() -> None:
    assert failures_in_a_row(7, ran_seconds=61) == 1
    assert failures_in_a_row(7, ran_seconds=59) == 8
