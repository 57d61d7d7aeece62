"""Which loopback port is taken, and what is said when one is not free."""

import socket

import pytest

from km_local.errors import LocalError, PortTakenError
from km_local.ports import HIGHEST, HOST, LOWEST, ChosenPort, Reservations, WantedPort, choose, free_port, is_free

WANTED = WantedPort("thing", "KM_THING_PORT", 19000)


def test_the_default_is_taken_when_it_is_free() -> None:
    assert choose(WANTED, {}, free=lambda _port: True) == ChosenPort("thing", 19000)


def test_a_default_that_is_taken_is_replaced_and_said() -> None:
    chosen = choose(WANTED, {}, free=lambda port: port != 19000)
    assert chosen.instead_of == 19000
    assert LOWEST <= chosen.port <= HIGHEST


def test_a_default_that_was_given_away_is_replaced() -> None:
    assert choose(WANTED, {}, frozenset({19000}), free=lambda _port: True).port != 19000


def test_the_environment_decides() -> None:
    assert choose(WANTED, {"KM_THING_PORT": "12345"}, free=lambda _port: True) == ChosenPort("thing", 12345)


def test_a_port_of_the_environment_that_is_taken_is_an_error_that_names_the_variable() -> None:
    with pytest.raises(PortTakenError, match=r"KM_THING_PORT asks for port 12345"):
        choose(WANTED, {"KM_THING_PORT": "12345"}, free=lambda _port: False)


@pytest.mark.parametrize("text", ["0", "65536", "-1", "http", "1e3", "٣"])
def test_what_is_no_port_number_is_an_error(text: str) -> None:
    with pytest.raises(LocalError, match="KM_THING_PORT"):
        choose(WANTED, {"KM_THING_PORT": text}, free=lambda _port: True)


def test_a_port_that_somebody_listens_on_is_not_free() -> None:
    with socket.create_server((HOST, 0)) as server:
        assert not is_free(server.getsockname()[1])


def test_a_free_port_lies_below_the_range_of_outgoing_connections() -> None:
    assert LOWEST <= free_port() <= HIGHEST < 32768


def test_no_free_port_at_all_is_said() -> None:
    with pytest.raises(LocalError, match="No free TCP port"):
        free_port(free=lambda _port: False)


def test_a_port_is_given_to_one_stack_only_also_before_anything_listens_on_it() -> None:
    ours, theirs = Reservations(), Reservations()
    port = free_port()
    assert ours.take_if_free(port)
    assert not theirs.take_if_free(port)
    ours.release()
    assert theirs.take_if_free(port)
    theirs.release()


def test_a_port_that_somebody_listens_on_is_not_given() -> None:
    reservations = Reservations()
    with socket.create_server((HOST, 0)) as server:
        port = server.getsockname()[1]
        assert not reservations.take_if_free(port)
    assert reservations.take_if_free(port)
    reservations.release()
