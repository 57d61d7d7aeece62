"""`km` by hand: with a terminal as stdin, and a progress bar on one."""

import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.integration.proxy.conftest import Frames, Km

DEADLINE = 30.0
KM = Path(sys.executable).with_name("km")


def test_a_server_that_ends_is_not_kept_by_a_terminal(km: "Km") -> None:
    terminal, stdin = pty.openpty()
    process = subprocess.Popen([KM, "--", "sh", "-c", "read line; echo got $line; exit 5"], env=km.environment,
                               stdin=stdin, stdout=subprocess.PIPE, start_new_session=True)  # fmt: skip
    os.close(stdin)
    os.write(terminal, b"hello\n")
    out, _ = process.communicate(timeout=DEADLINE)
    os.close(terminal)
    assert (process.returncode, out) == (5, b"got hello\n")


def test_a_terminal_that_is_closed_is_the_end_of_stdin(km: "Km") -> None:
    terminal, stdin = pty.openpty()
    process = subprocess.Popen([KM, "--", "sh", "-c", "echo ready; cat; exit 6"], env=km.environment, stdin=stdin,
                               stdout=subprocess.PIPE, start_new_session=True)  # fmt: skip
    os.close(stdin)
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    os.close(terminal)
    process.communicate(timeout=DEADLINE)
    assert process.returncode == 6


def test_on_a_terminal_ship_once_shows_how_far_it_is(km: "Km", frames: "Frames") -> None:
    config = km.home / "config.toml"
    config.rename(km.home / "kept.toml")
    km.run("sh", "-c", "cat > /dev/null", stdin=b"x" * 999 + b"\n" + b"y\n" * 300_000)
    (km.home / "kept.toml").rename(config)
    terminal, stderr = pty.openpty()
    process = subprocess.Popen([KM, "ship", "--once"], env=km.environment, stderr=stderr, stdout=subprocess.PIPE)
    os.close(stderr)
    shown = b""
    while chunk := _read(terminal):
        shown += chunk
    out, _ = process.communicate(timeout=DEADLINE)
    os.close(terminal)
    assert process.returncode == 0
    assert b" records" in shown
    assert b"100%" in shown
    assert shown.endswith(b"\r\x1b[K")
    assert b"acknowledged by Kafka" in out


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:  # how Linux says that the other side is closed
        return b""
