"""Why work stops or waits. No message quotes a record, a row or what a parser or database said of one."""

import traceback
from pathlib import Path
from typing import Literal

Dependency = Literal["broker", "postgres"]


class DependencyAwayError(Exception):
    """The broker or Postgres does not answer: nothing is wrong with the work, it is tried again."""

    def __init__(self, dependency: Dependency, cause: BaseException | None = None) -> None:
        super().__init__(f"{dependency} is away" + (f" ({type(cause).__name__})" if cause is not None else ""))
        self.dependency = dependency


class StoppingError(Exception):
    """The process is asked to stop, so waiting has no end; offsets have not moved."""


class WorkerStoppedError(Exception):
    """The worker must end, offsets unmoved; its sentence says what happened and what to do."""


class FencedError(WorkerStoppedError):
    """Another worker owns a partition of ours now, or has moved its offset."""


class RefusedError(WorkerStoppedError):
    """What the worker found at its start is not what the contracts say."""


class FailureLimitError(WorkerStoppedError):
    """So many records failed that the fault is likely ours: the topic is kept rather than emptied."""


def describe(error: BaseException) -> str:
    """Class and place of an exception, without its text."""
    frames = traceback.extract_tb(error.__traceback__)
    if not frames:
        return type(error).__name__
    last = frames[-1]
    return f"{type(error).__name__} in {last.name} at {Path(last.filename).name}:{last.lineno}"
