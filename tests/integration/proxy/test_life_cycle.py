"""How a run begins and ends, with real processes: what client and server see of `km`, which is nothing."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from km_schemas.headers import RUN_ENDED, RUN_STARTED

if TYPE_CHECKING:
    from tests.integration.proxy.conftest import Km

DEADLINE = 30.0


def alive(pid: int) -> bool:
    """Whether the process runs: one that has ended and is not reaped does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in {"Z", "X"}
    except (FileNotFoundError, ProcessLookupError):  # the latter where it ends while it is read
        return False


def wait_until_gone(*pids: int) -> None:
    deadline = time.monotonic() + DEADLINE
    while any(alive(pid) for pid in pids):
        assert time.monotonic() < deadline, f"still alive: {[pid for pid in pids if alive(pid)]}"
        time.sleep(0.01)


@pytest.mark.parametrize("code", [0, 1, 7, 255])
def test_the_servers_exit_code_is_kms(km: "Km", code: int) -> None:
    assert km.run("sh", "-c", f"exit {code}") == (code, b"", b"")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL, signal.SIGSEGV])
def test_a_server_that_a_signal_ended_gives_128_and_the_signal(km: "Km", number: signal.Signals) -> None:
    assert km.run("sh", "-c", f"kill -{number.value} $$")[0] == 128 + number


def test_a_command_that_is_not_found_gives_one_line_and_127(km: "Km") -> None:
    code, out, err = km.run("no-such-server")
    assert (code, out, err) == (127, b"", b"km: no-such-server: command not found\n")


def test_a_file_that_is_not_executable_gives_one_line_and_126(km: "Km") -> None:
    file = km.folder / "plain.txt"
    file.write_text("no program")
    code, out, err = km.run(str(file))
    assert (code, out) == (126, b"")
    assert err.count(b"\n") == 1
    assert b"plain.txt: cannot be executed: Permission denied" in err


def test_km_alone_gives_help_on_stderr_and_2(km: "Km") -> None:
    result = km.call()
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith("usage: km ")


def test_an_unknown_option_is_named_in_front_of_the_help(km: "Km") -> None:
    result = km.call("--serve", "x", "--", "cat")
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith("km: unknown option --serve\n")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_is_passed_on_to_the_server(km: "Km", number: signal.Signals) -> None:
    process = km.start(
        *km.python(f"""
import os, signal, time
def leave(number, frame):
    os.write(1, b"caught %d\\n" % number); os._exit(40)
signal.signal({number.value}, leave)
os.write(1, b"ready\\n")
time.sleep(600)
""")
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    process.send_signal(number)
    assert process.stdout.read() == b"caught %d\n" % number
    assert process.wait(DEADLINE) == 40


@pytest.mark.parametrize("leaves_a_child", [True, False])
def test_a_signal_reaches_a_server_that_has_left_its_process_group(km: "Km", leaves_a_child: bool) -> None:
    process = km.start(
        *km.python(f"""
import os, time
if {leaves_a_child} and os.fork() == 0:
    time.sleep(600)
os.setpgid(0, os.getpgid(os.getppid()))
os.write(1, b"ready\\n")
time.sleep(600)
""")
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    process.terminate()
    assert process.wait(DEADLINE) == 128 + signal.SIGTERM


def test_a_server_that_ignores_the_signal_is_killed_before_clients_kill_km(km: "Km") -> None:
    process = km.start("sh", "-c", "trap '' TERM; echo ready; while :; do sleep 1; done")
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    start = time.monotonic()
    process.terminate()
    assert process.wait(DEADLINE) == 128 + signal.SIGKILL
    assert time.monotonic() - start >= 1.4


def test_answers_in_flight_at_the_end_of_stdin_are_delivered(km: "Km") -> None:
    server = km.python("""
import os, sys, threading, time
lock, threads = threading.Lock(), []
def answer(line):
    time.sleep(0.3)
    with lock: os.write(1, b"answer to " + line)
for line in sys.stdin.buffer:
    threads.append(threading.Thread(target=answer, args=(line,))); threads[-1].start()
for thread in threads: thread.join()
""")
    code, out, _ = km.run(*server, stdin=b"".join(b"call %d\n" % number for number in range(50)))
    assert code == 0
    assert sorted(out.splitlines()) == sorted(b"answer to call %d" % number for number in range(50))


def test_a_server_that_ends_is_not_kept_by_a_client_that_holds_stdin_open(km: "Km") -> None:
    process = km.start("sh", "-c", "read line; exit 5")
    assert process.stdin is not None
    process.stdin.write(b"go\n")
    assert process.wait(DEADLINE) == 5
    assert not process.stdin.closed


def test_the_last_words_of_a_server_are_delivered(km: "Km") -> None:
    server = km.python("import os\nfor _ in range(64): os.write(1, b'x' * 65535 + b'\\n')\nos._exit(3)")
    code, out, _ = km.run(*server)
    assert (code, len(out)) == (3, 64 * 65536)


def test_a_client_that_reads_only_after_the_servers_end_gets_everything(km: "Km") -> None:
    """Three pipes full: one before `km`, one in its hands, one behind it."""
    source = "import os\nos.write(2, b'%d\\n' % os.getpid())\nfor _ in range(3): os.write(1, b'x' * 65536)\nos._exit(3)"
    process = km.start(*km.python(source))
    assert process.stdout is not None
    assert process.stderr is not None
    wait_until_gone(int(process.stderr.readline()))
    assert len(process.stdout.read()) == 3 * 65536
    assert process.wait(DEADLINE) == 3


def test_a_client_that_never_reads_stderr_does_not_keep_a_server_that_has_ended(km: "Km") -> None:
    process = km.start(*km.python("import os\nfor _ in range(3): os.write(2, b'x' * 65536)\nos._exit(3)"))
    assert process.wait(DEADLINE) == 3


def test_a_grandchild_that_holds_the_pipe_keeps_nobody(km: "Km") -> None:
    process = km.start("sh", "-c", "setsid sh -c 'echo $$; exec sleep 600' & read line; exit 6")
    assert process.stdin is not None
    assert process.stdout is not None
    grandchild = int(process.stdout.readline())
    process.stdin.write(b"leave\n")
    assert process.stdout.read() == b""
    assert process.wait(DEADLINE) == 6
    wait_until_gone(grandchild)


DAEMON = """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.write(1, b"%d\\n" % os.getpid())
        for descriptor in (0, 1, 2): os.close(descriptor)
        time.sleep(600)
    os._exit(0)
os.wait()
os.write(1, b"%d\\n" % os.getpid())
time.sleep(600)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_after_km_no_descendant_of_the_server_lives(km: "Km", number: signal.Signals) -> None:
    process = km.start(*km.python(DAEMON))
    assert process.stdout is not None
    pids = [int(process.stdout.readline()), int(process.stdout.readline())]
    assert all(alive(pid) for pid in pids)
    process.send_signal(number)
    process.wait(DEADLINE)
    wait_until_gone(*pids)


def test_a_client_that_kills_kms_process_group_leaves_no_server_behind(km: "Km") -> None:
    process = km.start("sh", "-c", "echo $$; exec sleep 600")
    assert process.stdout is not None
    server = int(process.stdout.readline())
    os.killpg(process.pid, signal.SIGKILL)
    wait_until_gone(server)


def test_without_its_guard_km_ends_the_server(km: "Km") -> None:
    process = km.start("sh", "-c", "echo $$ $PPID; exec sleep 600")
    assert process.stdout is not None
    server, guard = map(int, process.stdout.readline().split())
    os.kill(guard, signal.SIGKILL)
    assert process.wait(DEADLINE) == 128 + signal.SIGKILL
    wait_until_gone(server)


def test_a_server_that_closes_stdout_is_seen_to_close_it(km: "Km") -> None:
    process = km.start(*km.python("import os, sys\nos.close(1)\nsys.stdin.read()\nos._exit(9)"))
    assert process.stdout is not None
    assert process.stdin is not None
    assert process.stdout.read() == b""
    assert process.poll() is None
    process.stdin.close()
    assert process.wait(DEADLINE) == 9


def test_a_client_that_stops_reading_and_writing_ends_the_run(km: "Km") -> None:
    process = km.start("sh", "-c", "echo ready; trap 'exit 4' TERM; while :; do sleep 0.1; done")
    assert process.stdout is not None
    assert process.stdin is not None
    assert process.stdout.readline() == b"ready\n"
    process.stdout.close()
    process.stdin.close()
    assert process.wait(DEADLINE) == 4


def test_without_verbose_km_writes_nothing_of_its_own(km: "Km") -> None:
    assert km.run("sh", "-c", "cat; echo oops >&2", stdin=b"hello\n") == (0, b"hello\n", b"oops\n")


def test_verbose_says_where_the_run_is_recorded(km: "Km") -> None:
    _, out, err = km.run("cat", options=("--verbose",))
    assert out == b""
    assert err.startswith(b"km: recording run ")


def test_our_own_variables_do_not_reach_the_server(km: "Km") -> None:
    km.environment.update({"KM_TOKEN_FILE": "/x", "KEPT": "yes"})
    _, out, _ = km.run("env")
    names = {line.partition(b"=")[0] for line in out.splitlines()}
    assert b"KEPT" in names
    assert not [name for name in names if name.startswith(b"KM_")]


def test_the_server_inherits_working_folder_umask_and_open_descriptors(km: "Km") -> None:
    read, write = os.pipe()
    os.set_inheritable(write, True)
    source = f"import os\nos.write({write}, os.getcwdb() + b' %o' % os.umask(0))"
    command = km.python(source)
    umask = os.umask(0o027)
    try:
        subprocess.run(
            [Path(sys.executable).with_name("km"), "--", *command],
            env=km.environment,
            cwd=km.folder,
            pass_fds=[write],
            timeout=DEADLINE,
            check=True,
            stdin=subprocess.DEVNULL,
        )
    finally:
        os.umask(umask)
    assert os.read(read, 4096) == os.fsencode(km.folder) + b" 27"
    os.close(read)
    os.close(write)


def test_the_run_is_described_from_start_to_end(km: "Km") -> None:
    km.run("sh", "-c", "cat; exit 7", stdin=b"a\n", options=("--server", "mine"))
    records = km.spooled()
    assert [record.headers.type for record in records[:: len(records) - 1]] == [RUN_STARTED, RUN_ENDED]
    assert b'"server":"mine"' in records[0].value
    assert b'"exit_code":7' in records[-1].value
    assert [record.headers.seq for record in records] == list(range(1, len(records) + 1))
