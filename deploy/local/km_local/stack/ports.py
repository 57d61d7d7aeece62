"""The loopback ports of a stack."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from km_local.ports import ChosenPort, WantedPort, choose, is_free

WANTED = (
    WantedPort("kafka", "KM_LOCAL_KAFKA_PORT", 19392),
    WantedPort("kafka-controller", "KM_LOCAL_CONTROLLER_PORT", 19393),
    WantedPort("postgres", "KM_LOCAL_POSTGRES_PORT", 15442),
    WantedPort("query", "KM_PORT", 18480),
    WantedPort("sanitize", "KM_LOCAL_SANITIZE_PORT", 18481),
    WantedPort("score", "KM_LOCAL_SCORE_PORT", 18482),
    WantedPort("projector", "KM_LOCAL_PROJECTOR_PORT", 18483),
)


@dataclass(frozen=True, slots=True)
class Ports:
    """Every port by the name of what listens there."""

    chosen: tuple[ChosenPort, ...]

    def __getitem__(self, name: str) -> int:
        return next(each.port for each in self.chosen if each.name == name)

    def replaced(self) -> tuple[str, ...]:
        """A sentence for each default port that was taken."""
        return tuple(
            f"Port {each.instead_of} is taken, so {each.name} listens on {each.port}."
            for each in self.chosen
            if each.instead_of is not None
        )


def choose_ports(environment: Mapping[str, str], free: Callable[[int], bool] = is_free) -> Ports:
    """All ports of a stack, none twice; raises `PortTakenError` and `LocalError` as `km_local.ports.choose` does."""
    chosen: list[ChosenPort] = []
    # What the environment asks for comes first, so that no default is given away before it.
    for wanted in sorted(WANTED, key=lambda each: each.variable not in environment):
        chosen.append(choose(wanted, environment, frozenset(each.port for each in chosen), free))
    return Ports(tuple(chosen))
