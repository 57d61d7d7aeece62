"""`km logs` and `km status` on the spool of real runs. Without a configuration nothing is shipped: it stays."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from km.cli.masking import MASK, RULE

if TYPE_CHECKING:
    from tests.integration.proxy.conftest import Frames, Km, Running

KM = Path(sys.executable).with_name("km")
DEADLINE = 30.0

SECRET = "ghp" + "_" + "A1b2" * 9
SERVER = """
import sys
sys.stderr.write("ready \\x1b[31m\\n")
for line in sys.stdin:
    sys.stdout.write('{"id":1,"result":{"text":"' + %r + '"}}\\n')
    sys.stdout.flush()
"""
REQUEST = b'{"id":1,"method":"tools/call","params":{"name":"leak"}}\n'


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def leaking(km: "Km") -> tuple[str, ...]:
    return km.python(SERVER % SECRET)


def waiting_run(km: "Km") -> "Running":
    """A run that has answered one request, and goes on."""
    run = km.start(*leaking(km), options=("--server", "leaky"))
    assert run.stdin is not None
    assert run.stdout is not None
    run.stdin.write(REQUEST)
    assert run.stdout.readline()
    return run


def end(run: "Running") -> None:
    assert run.stdin is not None
    run.stdin.close()
    assert run.wait(DEADLINE) == 0


def test_frames_are_shown_with_timing_and_without_secrets_or_escapes(km: "Km") -> None:
    km.run(*leaking(km), stdin=REQUEST, options=("--server", "leaky"))
    shown = km.call("logs").stdout
    assert "→ tools/call leak #1" in shown
    assert "← result #1 of tools/call leak after " in shown
    assert f'{{"text":"{MASK}"}}' in shown
    assert "! ready \\x1b[31m" in shown
    assert "has ended: exit code 0" in shown
    assert SECRET not in shown
    assert "\x1b" not in shown
    assert RULE.split(";")[0] in " ".join(km.call("logs", "--help").stdout.split())


def test_raw_is_every_byte(km: "Km") -> None:
    noise = km.python("import sys; sys.stdout.buffer.write(b'\\xff\\x00\\x1b\\r\\n' + b'x' * 3_000_000)")
    _, out, _ = km.run(*noise)
    done = subprocess.run([KM, "logs", "--raw"], capture_output=True, env=km.environment, timeout=DEADLINE, check=True)
    assert done.stdout == out
    assert len(out) == 3_000_005


def test_json_is_one_frame_a_line(km: "Km") -> None:
    km.run(*leaking(km), stdin=REQUEST, options=("--server", "leaky"))
    frames = [json.loads(line) for line in km.call("logs", "--json").stdout.splitlines()]
    assert {frame["stream"] for frame in frames} == {"client_to_server", "server_to_client", "stderr"}
    assert all(frame["server"] == "leaky" for frame in frames)
    assert SECRET not in json.dumps(frames)
    assert SECRET in km.call("logs", "--json", "--raw").stdout


def test_a_run_is_named_by_its_id_its_beginning_or_its_server(km: "Km") -> None:
    km.run("true", options=("--server", "first"))
    km.run("true", options=("--server", "second"))
    first, second = (run["run_id"] for run in json.loads(km.call("status", "--json").stdout)["runs"])
    assert f"run {second} of second" in km.call("logs").stdout
    for wanted in (first, first[:-2], "first"):
        assert f"run {first} of first" in km.call("logs", wanted).stdout
    assert km.call("logs", "third").returncode == 1


def test_following_a_run_ends_with_it(km: "Km") -> None:
    run = waiting_run(km)
    path = km.folder / "followed"
    with path.open("w") as file:
        following = subprocess.Popen([KM, "logs", "-f", "leaky"], stdout=file, env=km.environment)
    until(lambda: "← result #1" in path.read_text())
    assert following.poll() is None
    end(run)
    assert following.wait(DEADLINE) == 0
    assert "has ended: exit code 0" in path.read_text()


def test_following_all_shows_runs_that_begin_later(km: "Km") -> None:
    path = km.folder / "followed"
    with path.open("w") as file:
        following = subprocess.Popen([KM, "logs", "-f"], stdout=file, stderr=file, env=km.environment)
    try:
        run = waiting_run(km)
        until(lambda: "← result #1" in path.read_text())
        end(run)
        until(lambda: "has ended" in path.read_text())
        assert following.poll() is None
    finally:
        following.kill()
        following.wait()


def test_following_shows_the_end_of_a_run_that_is_shipped_and_removed_at_once(km: "Km", frames: "Frames") -> None:
    run = waiting_run(km)
    path = km.folder / "followed"
    with path.open("w") as file:
        following = subprocess.Popen([KM, "logs", "-f", "leaky"], stdout=file, stderr=file, env=km.environment)
    until(lambda: "run " in path.read_text())
    end(run)
    assert following.wait(DEADLINE) == 0
    assert "has ended: exit code 0" in path.read_text()
    until(lambda: not list((km.home / "spool").iterdir()))


def test_a_reader_that_goes_away_is_no_trouble(km: "Km") -> None:
    km.run(*km.python("import sys; sys.stdout.write('x\\n' * 500_000)"))
    command = f"'{KM}' logs --raw | head -c 1"
    done = subprocess.run(["sh", "-c", command], capture_output=True, env=km.environment, timeout=DEADLINE, check=True)
    assert (done.stdout, done.stderr) == (b"x", b"")


def test_status_tells_what_runs_and_what_waits(km: "Km") -> None:
    km.run("true", options=("--server", "done"))
    run = waiting_run(km)
    said = json.loads(km.call("status", "--json").stdout)
    assert {each["server"]: each["running"] for each in said["runs"]} == {"done": False, "leaky": True}
    assert 1_000_000 < said["spool_bytes"] < said["spool_limit_bytes"] == 1 << 30
    assert said["unshipped_since"] == said["runs"][0]["started_at"]
    assert (said["lost_bytes"], said["lost_chunks"], said["shipper_running"]) == (0, 0, False)
    assert f"leaky  {said['runs'][1]['run_id']}  since" in km.call("status").stdout
    end(run)


def test_the_damaged_and_the_foreign_are_told_and_kept(km: "Km") -> None:
    km.run("true", options=("--server", "fine"))
    odd = km.home / "spool" / "0196f3c2-0000-7000-8000-000000000001"
    odd.mkdir()
    (odd / "head").write_bytes(b"KMHEAD\x00\x63" + bytes(70_000))
    said = json.loads(km.call("status", "--json").stdout)
    assert [run["server"] for run in said["runs"]] == ["fine"]
    ((path, reason),) = (tuple(each.values()) for each in said["unreadable_runs"])
    assert (path, "another version of km" in reason) == (str(odd), True)
    assert "another version of km" in km.call("logs", odd.name).stderr
    verdicts = json.loads(km.call("doctor", "--json").stdout)["checks"]
    assert any(verdict["check"] == "spool" and "another version" in verdict["says"] for verdict in verdicts)
    assert odd.exists()
