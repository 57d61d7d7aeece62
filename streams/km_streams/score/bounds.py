"""Keeping an installation's state small, in the same way however its events come in batches.

Above the limit the run unheard of for longest goes, by event time; where only the event's own run is left, its calls
that are open for longest are given up.
"""

from typing import Final

from km_streams.score.state import InstallationState
from km_streams.score.weights import weight_of_run

STATE_BYTES_LIMIT: Final = 256 * 1024
KEPT_AFTER_END_US: Final = 24 * 3600 * 1_000_000
"""A run that ended is remembered so long, by event time; what is sent again later the projector drops."""

_LIGHT_RUN: Final = 8 * 1024
"""No run without calls weighs more."""


def forget_ended(state: InstallationState, now_us: int) -> None:
    """Drop the runs that ended more than a day before `now_us` (event time)."""
    oldest = now_us - KEPT_AFTER_END_US
    for run_id in [run_id for run_id, run in state.runs.items() if run.ended_us is not None and run.ended_us < oldest]:
        del state.runs[run_id]


def forget_silent_runs(state: InstallationState, current: str) -> bool:
    """Drop runs other than `current` until the state is small enough; whether it is."""
    if sum(run.weight for run in state.runs.values()) + len(state.runs) * _LIGHT_RUN <= STATE_BYTES_LIMIT:
        return True
    weights = {run_id: weight_of_run(run) for run_id, run in state.runs.items()}
    total = sum(weights.values())
    for _, run_id in sorted((run.last_us, run_id) for run_id, run in state.runs.items() if run_id != current):
        if total <= STATE_BYTES_LIMIT:
            break
        total -= weights[run_id]
        del state.runs[run_id]
    return total <= STATE_BYTES_LIMIT
