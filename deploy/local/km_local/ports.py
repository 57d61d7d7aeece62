"""TCP ports of the loopback interface: which to take, and what to say when one is taken."""

import random
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from km_local.errors import LocalError, PortTakenError

HOST = "127.0.0.1"
# Below Linux's range for outgoing connections (32768…): a client that keeps calling a dead server's port in that
# range may be given the same port as its own and then talks to itself.
LOWEST, HIGHEST = 20_000, 32_000


@dataclass(frozen=True, slots=True)
class WantedPort:
    """What listens, the variable that sets its port, and the port taken when that is not set."""

    name: str
    variable: str
    default: int


@dataclass(frozen=True, slots=True)
class ChosenPort:
    """The port taken; `instead_of` is the default port when that was held by another program."""

    name: str
    port: int
    instead_of: int | None = None


def is_free(port: int) -> bool:
    """Whether nothing listens on or is bound to the port of the loopback interface."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


class Reservations:
    """Ports given to one stack: free now, and not given to another that is only about to listen on them.

    A reservation is a name among the abstract Unix sockets (unix(7)), which belong to the network namespace as ports
    do and end with the process that holds them.
    """

    def __init__(self) -> None:
        self._held: list[socket.socket] = []

    def take_if_free(self, port: int) -> bool:
        """Whether the port is this stack's from now on."""
        name = socket.socket(socket.AF_UNIX)
        try:
            name.bind(f"\0kilometers-port-{port}")
        except OSError:
            name.close()
            return False
        if not is_free(port):
            name.close()
            return False
        self._held.append(name)
        return True

    def release(self) -> None:
        """Give all of them back."""
        while self._held:
            self._held.pop().close()


def free_port(taken: frozenset[int] = frozenset(), free: Callable[[int], bool] = is_free) -> int:
    """A free port, not among `taken`, from the range no outgoing connection uses."""
    for _ in range(1000):
        port = random.randint(LOWEST, HIGHEST)  # noqa: S311 - spreads checkouts apart, guards nothing
        if port not in taken and free(port):
            return port
    raise LocalError(f"No free TCP port between {LOWEST} and {HIGHEST} was found: end programs that listen there.")


def choose(
    wanted: WantedPort,
    environment: Mapping[str, str],
    taken: frozenset[int] = frozenset(),
    free: Callable[[int], bool] = is_free,
) -> ChosenPort:
    """The port of the environment, else the default, else a free one; `taken` are ports already given away.

    Raises `PortTakenError` when the environment names a port that is not free, `LocalError` when it names none.
    """
    if text := environment.get(wanted.variable):
        return ChosenPort(wanted.name, _from_environment(wanted, text, taken, free))
    if wanted.default not in taken and free(wanted.default):
        return ChosenPort(wanted.name, wanted.default)
    return ChosenPort(wanted.name, free_port(taken, free), instead_of=wanted.default)


def _from_environment(wanted: WantedPort, text: str, taken: frozenset[int], free: Callable[[int], bool]) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65_535:
        raise LocalError(f"{wanted.variable} must be a port number from 1 to 65535.")
    port = int(text)
    if port in taken or not free(port):
        raise PortTakenError(
            f"{wanted.variable} asks for port {port} for {wanted.name}, but another program holds it: "
            f"end that program or unset {wanted.variable}."
        )
    return port
