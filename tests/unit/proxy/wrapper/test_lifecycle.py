"""When the server is told to end."""

from km.wrapper.lifecycle import GIVE_UP, GRACE, KILL_LIMIT, QUIET_LIMIT, SIGKILL, SIGTERM, Lifecycle


def test_a_running_server_is_left_alone_for_ever() -> None:
    lifecycle = Lifecycle()
    assert lifecycle.wait(1e9, 0) is None
    assert lifecycle.due(1e9, 0) == 0


def test_after_stdin_has_ended_the_server_may_answer_until_it_is_quiet_for_30_seconds() -> None:
    lifecycle = Lifecycle()
    lifecycle.client_closed_stdin(100)
    assert lifecycle.wait(100, 0) == QUIET_LIMIT
    assert lifecycle.due(129.9, 0) == 0
    assert lifecycle.due(131, last_output=120) == 0
    assert lifecycle.wait(131, last_output=120) == 19
    assert lifecycle.due(150, last_output=120) == SIGTERM


def test_a_server_that_ignores_sigterm_is_killed_and_one_that_survives_that_is_left() -> None:
    lifecycle = Lifecycle()
    lifecycle.client_closed_stdin(0)
    assert lifecycle.due(QUIET_LIMIT, 0) == SIGTERM
    assert lifecycle.due(QUIET_LIMIT + GRACE - 0.1, 0) == 0
    assert lifecycle.due(QUIET_LIMIT + GRACE, 0) == SIGKILL
    assert lifecycle.due(QUIET_LIMIT + GRACE + KILL_LIMIT, 0) == GIVE_UP


def test_output_after_sigterm_does_not_postpone_sigkill() -> None:
    lifecycle = Lifecycle()
    lifecycle.signalled(10)
    assert lifecycle.due(10 + GRACE, last_output=10 + GRACE) == SIGKILL


def test_a_second_signal_does_not_postpone_sigkill() -> None:
    lifecycle = Lifecycle()
    lifecycle.signalled(10)
    lifecycle.signalled(11)
    assert lifecycle.wait(11, 0) == GRACE - 1


def test_a_client_that_neither_writes_nor_reads_ends_the_run_soon() -> None:
    lifecycle = Lifecycle()
    lifecycle.nobody_reads(5)
    assert lifecycle.wait(5, 0) is None
    lifecycle.client_closed_stdin(6)
    assert lifecycle.wait(6, last_output=6) == GRACE
    assert lifecycle.due(6 + GRACE, last_output=6 + GRACE) == SIGTERM


def test_a_client_that_stops_reading_while_answers_are_awaited_ends_the_run_soon() -> None:
    lifecycle = Lifecycle()
    lifecycle.client_closed_stdin(6)
    lifecycle.nobody_reads(8)
    assert lifecycle.due(8 + GRACE, 0) == SIGTERM


def test_a_server_that_stops_reading_may_speak_for_as_long_as_somebody_listens() -> None:
    lifecycle = Lifecycle()
    lifecycle.server_closed_stdin(1)
    assert lifecycle.wait(1e6, 0) is None
    lifecycle.nobody_reads(1e6)
    assert lifecycle.due(1e6 + GRACE, 0) == SIGTERM
