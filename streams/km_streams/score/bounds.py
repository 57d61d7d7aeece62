"""Keeping an installation's state small, in the same way however its events come in batches.

Above a limit the run or server unheard of for longest goes, by event time; where only the event's own run is left, its
calls that are open for longest are given up. What is remembered across servers has limits by number (`history/`).
"""

from typing import Final

from km_streams.score.state import InstallationState, RunState, ServerState
from km_streams.score.weights import of_text, weight_of_run, weight_of_server

STATE_BYTES_LIMIT: Final = 256 * 1024
MEMORY_BYTES: Final = 56 * 1024
"""The most that `Memory` takes (tested)."""
SERVERS_BYTES_LIMIT: Final = 128 * 1024
RUNS_BYTES_LIMIT: Final = STATE_BYTES_LIMIT - SERVERS_BYTES_LIMIT - MEMORY_BYTES - 64
KEPT_AFTER_END_US: Final = 24 * 3600 * 1_000_000
"""A run that ended is remembered so long, by event time; what is sent again later the projector drops."""


def forget_ended(state: InstallationState, now_us: int) -> None:
    """Drop the runs that ended more than a day before `now_us` (event time)."""
    oldest = now_us - KEPT_AFTER_END_US
    for run_id in [run_id for run_id, run in state.runs.items() if run.ended_us is not None and run.ended_us < oldest]:
        _forget_run(state, run_id)


def weigh_run(state: InstallationState, run: RunState) -> None:
    """Take into account what a run weighs now."""
    weight = weight_of_run(run)
    state.runs_weight += weight - run.counted_weight
    run.counted_weight = weight


def forget_silent_runs(state: InstallationState, current: str) -> bool:
    """Drop runs other than `current` until the rest is small enough; whether it is."""
    if state.runs_weight > RUNS_BYTES_LIMIT:
        for _, run_id in sorted((run.last_us, run_id) for run_id, run in state.runs.items() if run_id != current):
            _forget_run(state, run_id)
            if state.runs_weight <= RUNS_BYTES_LIMIT:
                break
    return state.runs_weight <= RUNS_BYTES_LIMIT


def weigh_server(state: InstallationState, name: str) -> None:
    """Weigh the server of this name anew, as its tools changed, and keep the limit."""
    server = state.servers[name]
    server.weight = of_text(name) + weight_of_server(server)
    forget_silent_servers(state, name)


def forget_silent_servers(state: InstallationState, current: str) -> None:
    """Drop servers other than `current` until all are small enough, or only it is left."""
    server = state.servers[current]
    total = sum([one.weight for one in state.servers.values()])
    for _, name in sorted((one.last_us, name) for name, one in state.servers.items() if name != current):
        if total <= SERVERS_BYTES_LIMIT:
            return
        total -= state.servers.pop(name).weight
    if total > SERVERS_BYTES_LIMIT:
        _shrink(server)


def _shrink(server: ServerState) -> None:
    """Drop tools of the one server that is left: calls of them are no signals any more."""
    server.listed = False
    for name in sorted(server.tools, key=lambda name: (server.tools[name].last_us, name)):
        if weight_of_server(server) <= SERVERS_BYTES_LIMIT * 3 // 4:
            break
        del server.tools[name]
    server.weight = weight_of_server(server)


def _forget_run(state: InstallationState, run_id: str) -> None:
    state.runs_weight -= state.runs.pop(run_id).counted_weight
