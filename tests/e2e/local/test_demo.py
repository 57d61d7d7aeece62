"""The demo with its checks, as a person starts it, beside another stack on the same machine."""

import re
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from km_local.stack.ports import WANTED

DEADLINE = 120.0
CHECKS = 9

pytestmark = [pytest.mark.xdist_group("whole-stacks"), pytest.mark.timeout(400)]

Start = Callable[..., subprocess.Popen[str]]


def processes_of(checkout: Path) -> list[str]:
    """Command lines of what runs from a checkout's own folder, or has it in its environment."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            what = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
        except OSError:
            continue
        if str(checkout).encode() in what:
            found.append(what.partition(b"\0\0")[0].decode(errors="replace"))
    return found


def wait_until_nothing_runs(checkout: Path) -> None:
    deadline = time.monotonic() + DEADLINE
    while left := processes_of(checkout):
        assert time.monotonic() < deadline, left
        time.sleep(0.05)


def wait_until_up(process: subprocess.Popen[str]) -> str:
    """What it printed until it was up; its stdout is read line by line, it ends with a hint on Ctrl-C."""
    assert process.stdout is not None and process.stderr is not None  # noqa: PT018
    said = ""
    for line in process.stdout:
        said += line
        if "Ctrl-C ends everything" in line:
            return said
    raise AssertionError(said + process.stderr.read())


def ports_of(said: str) -> set[int]:
    """The ports of a stack: the defaults, and what it said of those that it replaced."""
    replaced = re.findall(r"^Port \d+ is taken, so (.+) listens on (\d+)\.$", said, re.MULTILINE)
    return set(({wanted.name: wanted.default for wanted in WANTED} | {name: int(p) for name, p in replaced}).values())


def test_the_demo_holds_all_its_checks_beside_another_stack_and_neither_leaves_anything(
    new_checkout: Callable[[str], Path], km_local: Start
) -> None:
    first, second = new_checkout("first"), new_checkout("second")
    up = km_local(first, "up")
    first_said = wait_until_up(up)

    done = km_local(second, "demo", "--once")
    said, complaints = done.communicate(timeout=DEADLINE)
    assert done.returncode == 0, said + complaints
    assert len(re.findall(r"^✓ .*: .*\d", said, re.MULTILINE)) == CHECKS, said
    assert "FAILED" not in said
    assert not ports_of(first_said) & ports_of(said)
    assert int(re.findall(r"^Calls +(\d+)$", said, re.MULTILINE)[0]) >= 60
    wait_until_nothing_runs(second)

    again = km_local(first, "up")
    _said, complaint = again.communicate(timeout=DEADLINE)
    assert again.returncode == 1
    assert complaint.strip().endswith("use it, or end it with Ctrl-C there.")
    assert f"(process {up.pid})" in complaint

    up.send_signal(signal.SIGINT)
    up.communicate(timeout=DEADLINE)
    wait_until_nothing_runs(first)


def test_a_killed_stack_leaves_nothing_and_starts_again_at_once(
    new_checkout: Callable[[str], Path], km_local: Start
) -> None:
    checkout = new_checkout("killed")
    up = km_local(checkout, "up")
    wait_until_up(up)
    up.kill()
    up.communicate()
    up = km_local(checkout, "up")
    wait_until_up(up)
    up.kill()
    up.communicate()
    wait_until_nothing_runs(checkout)


@pytest.mark.parametrize("command", ["up", "demo"])
def test_a_port_that_the_environment_asks_for_and_another_holds_is_one_sentence(
    new_checkout: Callable[[str], Path], km_local: Start, command: str, taken_port: int
) -> None:
    checkout = new_checkout(command)
    done = km_local(checkout, command, KM_PORT=str(taken_port))
    _said, complaint = done.communicate(timeout=DEADLINE)
    assert done.returncode == 1
    assert complaint == (
        f"km-local: KM_PORT asks for port {taken_port} for query, but another program holds it: "
        "end that program or unset KM_PORT.\n"
    )
    assert processes_of(checkout) == []


def test_without_a_network_the_first_start_is_one_sentence_and_leaves_nothing(
    new_checkout: Callable[[str], Path], km_local: Start
) -> None:
    checkout = new_checkout("offline")
    (checkout / ".km" / "cache").unlink()
    done = km_local(checkout, "up", KM_MAVEN_REPOSITORY="http://127.0.0.1:1")
    _said, complaint = done.communicate(timeout=DEADLINE)
    assert done.returncode == 1
    assert re.fullmatch(r"km-local: The Kafka file \S+ could not be fetched \(no connection\): .*\n", complaint)
    wait_until_nothing_runs(checkout)


@pytest.mark.parametrize("moment", ["· kafka\n", "· score\n", "· traffic\n"])
def test_ctrl_c_at_any_moment_ends_everything_cleanly(
    new_checkout: Callable[[str], Path], km_local: Start, moment: str
) -> None:
    checkout = new_checkout("interrupted")
    demo = km_local(checkout, "demo")
    assert demo.stdout is not None
    assert moment in iter(demo.stdout.readline, "")
    demo.send_signal(signal.SIGINT)
    _said, complaint = demo.communicate(timeout=DEADLINE)
    assert (demo.returncode, complaint.strip()) == (130, "")
    wait_until_nothing_runs(checkout)
