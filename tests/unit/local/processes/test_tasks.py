"""The graph of a stack's tasks."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from km_local.processes.tasks import Step, needs_of, stopping_order


def step(name: str, *needs: str) -> Step:
    return Step(name, lambda: None, needs)


@st.composite
def graphs(draw: st.DrawFn) -> Mapping[str, tuple[str, ...]]:
    names = [f"t{n}" for n in range(draw(st.integers(1, 8)))]
    return {name: tuple(draw(st.sets(st.sampled_from(names[:n])))) if n else () for n, name in enumerate(names)}


def test_two_tasks_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="same name"):
        needs_of([step("a"), step("a")])


def test_a_need_that_nobody_meets_is_refused() -> None:
    with pytest.raises(ValueError, match="no task is called b"):
        needs_of([step("a", "b")])


def test_who_serves_others_stops_after_them() -> None:
    graph = {"kafka": (), "postgres": (), "worker": ("kafka", "postgres"), "query": ("postgres",)}
    assert [set(wave) for wave in stopping_order(graph)] == [{"worker", "query"}, {"kafka", "postgres"}]


@given(graphs())
def test_nothing_stops_before_what_needs_it(graph: Mapping[str, tuple[str, ...]]) -> None:
    wave_of = {name: n for n, wave in enumerate(stopping_order(graph)) for name in wave}
    assert set(wave_of) == set(graph)
    assert all(wave_of[name] < wave_of[need] for name, needs in graph.items() for need in needs)
