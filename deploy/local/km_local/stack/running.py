"""A stack for the time of a block: started whole, or not at all; nothing is left behind."""

import os
import signal
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from km.wrapper.linux import become_subreaper
from km_local.ports import Reservations
from km_local.processes.child import kill_leftovers
from km_local.processes.descendants import end_descendants
from km_local.processes.supervisor import Narrator, Supervisor
from km_local.processes.tasks import Step, Task
from km_local.stack import lock
from km_local.stack.folders import Folders
from km_local.stack.ports import choose_ports
from km_local.stack.shipper import end_late_shippers, is_shipper, point_installation_at, stop_shipper
from km_local.stack.tasks import StackPlan, stack_tasks


@contextmanager
def running_stack(
    checkout: Path, environment: Mapping[str, str], narrator: Narrator, extra: Sequence[Task] = ()
) -> Iterator[StackPlan]:
    """Start everything and `extra`; raises the `LocalError` of what failed first. KeyboardInterrupt ends it cleanly."""
    become_subreaper()  # a `km` and its shipper outlive the client that started them
    folders = Folders(checkout)
    folders.state.mkdir(mode=0o700, exist_ok=True)
    held = lock.take(folders.lock)
    folders.make()
    reservations = Reservations()
    plan = StackPlan(folders, choose_ports(environment, reservations.take_if_free))
    for sentence in plan.ports.replaced():
        narrator.say(sentence)
    point = Step("km home", lambda: point_installation_at(folders.km_home, plan.bootstrap))
    supervisor = Supervisor((*stack_tasks(plan), point, *extra), narrator, inherit=(held,))
    try:
        supervisor.start()
        yield plan
    finally:
        _finish_undisturbed()
        narrator.say("Stopping.")
        stop_shipper(folders.km_home)
        supervisor.stop()
        kill_leftovers()
        end_descendants(is_shipper)
        end_late_shippers(folders.km_home)
        reservations.release()
        os.close(held)


def _finish_undisturbed() -> None:
    """A second Ctrl-C shall not leave half of a stack running; stopping is bounded in time."""
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGINT, signal.SIGTERM):
            # A function, not SIG_IGN: a child that is being started would inherit that and be deaf to its stop.
            signal.signal(number, lambda *_: None)
