"""Workers forked from one process that has imported everything: each is there at once instead of after a second."""

import os
import runpy
from collections.abc import Callable, Mapping
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Final

_FORKS: Final = get_context("forkserver")
_FORKS.set_forkserver_preload([
    "km_streams.cli",
    "km_streams.projector.stage",
    "km_streams.sanitize.processor",
    "km_streams.score.processor",
    "km_streams.testing.worker_process",
])  # fmt: skip


def run_stage(stage: str) -> None:
    """What `km-streams worker STAGE` does."""
    from km_streams.cli import main  # noqa: PLC0415 - the process that asks for workers has no use for it

    main(["worker", stage])


def run_module(module: str) -> None:
    """What `python -m MODULE` does."""
    runpy.run_module(module, run_name="__main__")


def start(run: Callable[[str], None], name: str, environment: Mapping[str, str], log: Path) -> ForkServerProcess:
    """A process that does `run(name)` in this environment; stdout and stderr are appended to `log`."""
    process = _FORKS.Process(target=_run, args=(run, name, dict(environment), log))
    process.start()
    return process


def _run(run: Callable[[str], None], name: str, environment: dict[str, str], log: Path) -> None:
    with log.open("ab") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    os.environ.clear()
    os.environ.update(environment)
    run(name)
