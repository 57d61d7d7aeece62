"""One stack at a time in a checkout."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from km_local.errors import AlreadyRunningError
from km_local.stack import lock


def test_a_second_stack_is_told_who_runs(tmp_path: Path) -> None:
    held = lock.take(tmp_path / "lock")
    try:
        with pytest.raises(AlreadyRunningError, match=rf"already runs in this checkout \(process {os.getpid()}\)"):
            lock.take(tmp_path / "lock")
    finally:
        os.close(held)
    os.close(lock.take(tmp_path / "lock"))


def test_what_a_killed_stack_left_running_keeps_the_lock_until_it_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "lock"
    held = lock.take(path)
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, pass_fds=[held]) as child:
        os.close(held)
        path.write_text("999999999\n")  # the process that took it is gone
        monkeypatch.setattr(lock, "LEAVING_SECONDS", 0.3)
        with pytest.raises(AlreadyRunningError):
            lock.take(path)
        child.kill()
    os.close(lock.take(path))
