"""Children and their supervisor, with real processes."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from km_local.errors import ProcessError
from km_local.processes.child import Child, Command, run_to_end, wait_until_ready
from km_local.processes.supervisor import Supervisor
from km_local.processes.tasks import Service, Step

DEADLINE = 20.0


def python(tmp_path: Path, code: str, name: str = "child", **more: int) -> Command:
    return Command(name, (sys.executable, "-c", textwrap.dedent(code)), tmp_path / f"{name}.log", **more)  # type: ignore[arg-type]


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def runs(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):  # the latter where it ends while it is read
        return False


class Listener:
    """A narrator that keeps what it hears."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.lock = threading.Lock()

    def began(self, name: str) -> None:
        self.say(f"began {name}")

    def ended(self, name: str, seconds: float) -> None:
        assert seconds >= 0
        self.say(f"ended {name}")

    def say(self, sentence: str) -> None:
        with self.lock:
            self.heard.append(sentence)


SLEEPER = "import time; time.sleep(600)"


def test_a_child_dies_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    parent = f"""
        import sys, time
        from pathlib import Path
        from km_local.processes.child import Child, Command
        child = Child(Command("c", (sys.executable, "-c", {SLEEPER!r}), Path({str(tmp_path / "c.log")!r})))
        print(child.pid, flush=True)
        time.sleep(600)
    """
    command = [sys.executable, "-c", textwrap.dedent(parent)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        pid = int(process.stdout.readline())
        wait_for(lambda: b"sleep" in Path(f"/proc/{pid}/cmdline").read_bytes())
        process.kill()
    wait_for(lambda: not runs(pid))


def test_a_child_outlives_the_thread_that_asked_for_it(tmp_path: Path) -> None:
    children: list[Child] = []
    thread = threading.Thread(target=lambda: children.append(Child(python(tmp_path, SLEEPER))))
    thread.start()
    thread.join()
    with pytest.raises(ProcessError, match="still runs"):
        children[0].wait(0.5)
    children[0].kill()
    assert children[0].poll() == -signal.SIGKILL


def test_a_child_that_ignores_the_request_is_killed(tmp_path: Path) -> None:
    code = """
        import signal, time
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        print("deaf", flush=True)
        time.sleep(600)
    """
    command = python(tmp_path, code)
    child = Child(command)
    wait_until_ready(child, lambda: "deaf" in command.log.read_text(), DEADLINE)
    assert child.stop(grace=0.2) == -signal.SIGKILL


def test_a_child_that_ends_before_it_is_ready_is_an_error_that_names_its_log(tmp_path: Path) -> None:
    command = python(tmp_path, "raise SystemExit(3)")
    with pytest.raises(ProcessError, match=f"child ended with status 3; see {command.log}"):
        wait_until_ready(Child(command), lambda: False, DEADLINE)


def test_a_command_that_fails_or_takes_too_long_is_an_error_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ProcessError, match="failed with status 3"):
        run_to_end(python(tmp_path, "raise SystemExit(3)"), DEADLINE)
    slow = python(tmp_path, f"import os; print(os.getpid(), flush=True); {SLEEPER}", "slow")
    with pytest.raises(ProcessError, match="still runs after 1 s"):
        run_to_end(slow, 1.0)
    assert not runs(int(slow.log.read_text()))


def test_what_is_left_over_is_killed_with_its_descendants(tmp_path: Path) -> None:
    """In a process of its own: in this one the broker and the database of other tests would be left over too."""
    child = f"""
        import subprocess, sys
        print(subprocess.Popen([sys.executable, "-c", {SLEEPER!r}]).pid, flush=True)
        {SLEEPER}
    """
    log = tmp_path / "child.log"
    parent = f"""
        import sys, time
        from pathlib import Path
        from km_local.processes.child import Child, Command, kill_leftovers

        log = Path({str(log)!r})
        Child(Command("child", (sys.executable, "-c", {textwrap.dedent(child)!r}), log))
        while not (log.exists() and log.read_text().endswith("\\n")):
            time.sleep(0.01)
        kill_leftovers()
        print("killed", flush=True)
        sys.stdin.read()
    """
    argv = [sys.executable, "-c", textwrap.dedent(parent)]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "killed\n"
        wait_for(lambda: not runs(int(log.read_text())))
        process.communicate()


def test_what_detached_itself_or_is_being_forked_is_seen_to_its_end(tmp_path: Path) -> None:
    detached = tmp_path / "detached"
    code = f"""
        import os, sys, time
        from km.wrapper.linux import become_subreaper
        from km_local.processes.descendants import end_descendants

        def hop(times, seconds):
            for _ in range(times):  # a new process each time, whose parent ends at once
                if os.fork():
                    os._exit(0)
            open({str(detached)!r}, "a").write(str(os.getpid()) + " ")
            time.sleep(seconds)
            os._exit(0)

        become_subreaper()
        for seconds in (0, 0.2, 600):
            if not os.fork():
                os.setsid()
                hop(20, seconds)
        end_descendants(lambda pid: False, patience=2.0)
        print("ended", flush=True)
        """
    script = [sys.executable, "-c", textwrap.dedent(code)]
    done = subprocess.run(script, check=False, stdout=subprocess.PIPE, timeout=DEADLINE)
    pids = [int(pid) for pid in detached.read_text().split()]
    assert (done.returncode, done.stdout, len(pids)) == (0, b"ended\n", 3)
    assert not any(runs(pid) for pid in pids)


def test_what_lingers_is_asked_to_end_and_all_else_ends_by_itself(tmp_path: Path) -> None:
    signals = tmp_path / "signals"
    code = f"""
        import os, signal, time
        from km.wrapper.linux import become_subreaper
        from km_local.processes.descendants import end_descendants

        def child(seconds):
            pid = os.fork()
            if not pid:
                def end(*_):
                    open({str(signals)!r}, "a").write(f"{{seconds}} ")
                    os._exit(0)

                signal.signal(signal.SIGTERM, end)
                signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM])
                time.sleep(seconds)
                os._exit(0)
            return pid

        become_subreaper()
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
        lingering = {{child(600), child(500)}}
        child(0.3)
        end_descendants(lingering.__contains__, patience={DEADLINE})
        """
    begin = time.monotonic()
    subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=True, timeout=DEADLINE)
    assert sorted(signals.read_text().split()) == ["500", "600"]
    assert 0.3 <= time.monotonic() - begin < DEADLINE


def service(tmp_path: Path, name: str, code: str, *needs: str, first: str = "") -> Service:
    """A service that is ready after the code given as `first`: what handles a signal must stand before one comes."""
    ready = tmp_path / f"{name}.ready"
    says_so = f"""
import os
with open({str(ready)!r} + ".new", "w") as file:
    file.write(str(os.getpid()))
os.replace({str(ready)!r} + ".new", {str(ready)!r})
"""
    body = "\n".join((textwrap.dedent(first), says_so, textwrap.dedent(code)))
    return Service(name, lambda: python(tmp_path, body, name), ready.exists, needs)


def test_tasks_start_after_what_they_need_and_stop_before_it(tmp_path: Path) -> None:
    handler = f"""
        import atexit, signal, sys
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        atexit.register(lambda: open({str(tmp_path / "ended")!r}, "a").write(NAME))
    """

    def service_of(name: str, *needs: str) -> Service:
        return service(tmp_path, name, SLEEPER, *needs, first=handler.replace("NAME", repr(name)))

    listener = Listener()
    steps: list[Step | Service] = [service_of("b", "s"), Step("s", lambda: None, ("a",)), service_of("a")]
    supervisor = Supervisor(steps, listener)
    try:
        supervisor.start()
        assert listener.heard == ["began a", "ended a", "began s", "ended s", "began b", "ended b"]
    finally:
        supervisor.stop()
    assert (tmp_path / "ended").read_text() == "ba"


def test_a_service_that_ends_is_started_again(tmp_path: Path) -> None:
    listener = Listener()
    supervisor = Supervisor([service(tmp_path, "a", SLEEPER)], listener)
    try:
        supervisor.start()
        first = int((tmp_path / "a.ready").read_text())
        os.kill(first, signal.SIGKILL)
        wait_for(lambda: (tmp_path / "a.ready").read_text() != str(first))
        second = int((tmp_path / "a.ready").read_text())
        assert runs(second)
    finally:
        supervisor.stop()
    assert not runs(second)
    assert any(line.startswith("a ended with status -9; it starts again in 0.5 s") for line in listener.heard)


def test_the_first_failure_ends_a_start_and_nothing_stays(tmp_path: Path) -> None:
    def fail() -> None:
        raise ProcessError("no luck")

    supervisor = Supervisor([service(tmp_path, "a", SLEEPER), Step("b", fail, ("a",))], Listener())
    with pytest.raises(ProcessError, match="no luck"):
        supervisor.start()
    supervisor.stop()
    assert not runs(int((tmp_path / "a.ready").read_text()))
