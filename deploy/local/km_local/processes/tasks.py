"""What a stack is made of, as data: steps that end, services that stay, and what each needs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter

from km_local.processes.child import Command


@dataclass(frozen=True, slots=True)
class Step:
    """Work that ends by itself, done once everything it needs is there. It raises `LocalError` when it fails."""

    name: str
    run: Callable[[], None]
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Service:
    """A process that stays. `command` is asked at every start, `ready` until it says yes."""

    name: str
    command: Callable[[], Command]
    ready: Callable[[], bool]
    needs: tuple[str, ...] = ()
    ready_seconds: float = 60.0


Task = Step | Service


def needs_of(tasks: Sequence[Task]) -> Mapping[str, tuple[str, ...]]:
    """The graph of tasks by name; raises ValueError for two of one name or a need that nobody meets."""
    graph = {task.name: task.needs for task in tasks}
    if len(graph) != len(tasks):
        raise ValueError("two tasks have the same name")
    if unmet := {need for needs in graph.values() for need in needs} - set(graph):
        raise ValueError(f"no task is called {', '.join(sorted(unmet))}")
    return graph


def stopping_order(graph: Mapping[str, tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Waves of names: each wave holds what nothing in a later wave needs, so dependents end first."""
    dependents: dict[str, list[str]] = {name: [] for name in graph}
    for name, needs in graph.items():
        for need in needs:
            dependents[need].append(name)
    sorter = TopologicalSorter(dependents)
    sorter.prepare()
    waves = []
    while sorter.is_active():
        waves.append(sorter.get_ready())
        sorter.done(*waves[-1])
    return waves
