"""Every command says what it is for, by examples, and with which code it ends."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from km.main import _COMMANDS

if TYPE_CHECKING:
    from tests.integration.proxy.conftest import Km

KM = Path(sys.executable).with_name("km")


@pytest.mark.parametrize("command", _COMMANDS)
def test_help_has_examples_and_exit_codes(km: "Km", command: str) -> None:
    done = km.call(command, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    for part in (f"usage: km {command}", f"examples:\n  km {command}", "exit code: ", "--json"):
        assert part in done.stdout
    assert all(len(line) <= 120 for line in done.stdout.splitlines())


@pytest.mark.parametrize("command", _COMMANDS)
def test_an_unknown_flag_is_a_matter_of_usage(km: "Km", command: str) -> None:
    done = km.call(command, "--loud")
    assert done.returncode == 2
    assert "--loud" in done.stderr


@pytest.mark.parametrize(
    "command",
    [("init", "--yes"), ("wrap",), ("unwrap",), ("status",), ("doctor",), ("logs",), ("ship", "--once")],
    ids=lambda command: command[0],
)
@pytest.mark.parametrize("trouble", ["a file", "under a file", "relative"])
def test_a_home_that_cannot_be_used_is_said_in_a_sentence(km: "Km", command: tuple[str, ...], trouble: str) -> None:
    km.home.write_text("in the way")
    if trouble == "under a file":
        km.environment["KM_HOME"] = str(km.home / "below")
    elif trouble == "relative":
        km.environment["KM_HOME"] = os.path.relpath(km.home)
    done = km.call(*command)
    assert "Traceback" not in done.stderr
    assert done.returncode in ({0} if command[0] in {"wrap", "unwrap", "status"} else {1}), done
    if done.returncode:
        assert str(km.home) in done.stdout + done.stderr


def test_without_a_home_folder_of_the_user_the_password_file_knows_it(km: "Km") -> None:
    for name in ("HOME", "KM_HOME"):
        del km.environment[name]
    km.environment["XDG_STATE_HOME"] = str(km.folder / "state")
    said = json.loads(km.call("status", "--json").stdout)
    assert said["home"] == str(km.folder / "state" / "kilometers")


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize("command", ["status", "status --json", "logs -f nothing", "doctor", "wrap --dry-run"])
def test_streams_that_are_closed_at_the_start_are_no_trouble(km: "Km", command: str, closed: str) -> None:
    error = km.folder / "error"
    line = f"'{KM}' {command} {closed}" if "2>" in closed else f"'{KM}' {command} {closed} 2>'{error}'"
    done = subprocess.run(["sh", "-c", line], capture_output=True, env=km.environment, check=False, timeout=60)
    assert done.returncode in {0, 1}
    assert done.stderr == b""
    assert not error.exists() or "Traceback" not in error.read_text()
