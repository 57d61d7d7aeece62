"""Starts tasks as early as their needs allow, keeps services running, stops them in the reverse order."""

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from graphlib import TopologicalSorter
from queue import SimpleQueue
from typing import Protocol

from km_local.processes.backoff import delay, failures_in_a_row
from km_local.processes.child import Child, wait_until_ready
from km_local.processes.tasks import Service, Step, Task, needs_of, stopping_order

WATCH_SECONDS = 0.2
STOP_SECONDS = 15.0


class Narrator(Protocol):
    """Who tells the person at the terminal what happens; called from several threads."""

    def began(self, name: str) -> None:
        """A task begins."""

    def ended(self, name: str, seconds: float) -> None:
        """A task is done, or a service ready, after so many seconds."""

    def say(self, sentence: str) -> None:
        """Anything else worth a line."""


@dataclass(slots=True)
class _Running:
    """A service's present child; `due` is when an ended one is started again (monotonic seconds)."""

    child: Child
    since: float = field(default_factory=time.monotonic)
    failures: int = 0
    due: float | None = None


class Supervisor:
    """One run of one graph of tasks: `start`, then `stop`, whatever happened between."""

    def __init__(self, tasks: Sequence[Task], narrator: Narrator, inherit: tuple[int, ...] = ()) -> None:
        self._graph = needs_of(tasks)
        self._tasks = {task.name: task for task in tasks}
        self._narrator = narrator
        self._inherit = inherit
        self._running: dict[str, _Running] = {}
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="watcher", daemon=True)

    def start(self) -> None:
        """Run every step and start every service; raises the first failure, which leaves the rest to `stop`."""
        sorter = TopologicalSorter(self._graph)
        sorter.prepare()
        results: SimpleQueue[tuple[str, BaseException | None]] = SimpleQueue()
        while sorter.is_active():
            for name in sorter.get_ready():
                threading.Thread(target=self._perform, args=(name, results), name=name, daemon=True).start()
            name, failure = results.get()
            if failure is not None:
                raise failure
            sorter.done(name)
        self._watcher.start()

    def stop(self) -> None:
        """End what runs, dependents first, each wave at once; nothing can be started any more."""
        with self._lock:
            self._stopping.set()
        for wave in stopping_order(self._graph):
            children = [self._running[name].child for name in wave if name in self._running]
            if children:
                with ThreadPoolExecutor(len(children)) as pool:
                    list(pool.map(lambda child: child.stop(STOP_SECONDS), children))

    def _perform(self, name: str, results: "SimpleQueue[tuple[str, BaseException | None]]") -> None:
        begin = time.monotonic()
        self._narrator.began(name)
        try:
            task = self._tasks[name]
            if isinstance(task, Step):
                task.run()
            else:
                wait_until_ready(self._launch(task).child, task.ready, task.ready_seconds)
        except BaseException as failure:  # noqa: BLE001 - raised again by `start`, in the main thread
            results.put((name, failure))
        else:
            self._narrator.ended(name, time.monotonic() - begin)
            results.put((name, None))

    def _launch(self, service: Service) -> _Running:
        with self._lock:
            if self._stopping.is_set():
                raise InterruptedError(f"{service.name} is not started while the stack stops")
            child = Child(replace(service.command(), inherit=self._inherit))
            running = self._running.setdefault(service.name, _Running(child))
            running.child, running.since, running.due = child, time.monotonic(), None
            return running

    def _watch(self) -> None:
        while not self._stopping.wait(WATCH_SECONDS):
            for name, running in self._running.items():
                self._keep(name, running, time.monotonic())

    def _keep(self, name: str, running: _Running, now: float) -> None:
        """Start an ended service again, later each time it ends soon after."""
        task = self._tasks[name]
        status = running.child.poll()
        if status is None or isinstance(task, Step) or self._stopping.is_set():
            return
        if running.due is None:
            running.failures = failures_in_a_row(running.failures, now - running.since)
            wait = delay(running.failures)
            running.due = now + wait
            log = running.child.command.log
            self._narrator.say(f"{name} ended with status {status}; it starts again in {wait:g} s; see {log}")
        elif now >= running.due:
            try:
                self._launch(task)
            except InterruptedError:
                return
