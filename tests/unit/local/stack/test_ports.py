"""All ports of a stack."""

import pytest

from km_local.errors import PortTakenError
from km_local.stack.ports import WANTED, choose_ports


def test_every_part_has_its_default_port_and_nothing_is_said() -> None:
    ports = choose_ports({}, free=lambda _port: True)
    assert {wanted.name: ports[wanted.name] for wanted in WANTED} == {w.name: w.default for w in WANTED}
    assert ports.replaced() == ()


def test_a_second_stack_gets_other_ports_and_says_so() -> None:
    defaults = {wanted.default for wanted in WANTED}
    ports = choose_ports({}, free=lambda port: port not in defaults)
    chosen = {ports[wanted.name] for wanted in WANTED}
    assert len(chosen) == len(WANTED)
    assert not chosen & defaults
    assert f"Port 18480 is taken, so query listens on {ports['query']}." in ports.replaced()


def test_a_default_gives_way_to_a_port_that_the_environment_asks_for() -> None:
    ports = choose_ports({"KM_PORT": "19392"}, free=lambda _port: True)
    assert ports["query"] == 19392
    assert ports["kafka"] != 19392


def test_one_port_for_two_parts_is_an_error() -> None:
    with pytest.raises(PortTakenError):
        choose_ports({"KM_PORT": "2000", "KM_LOCAL_KAFKA_PORT": "2000"}, free=lambda _port: True)
