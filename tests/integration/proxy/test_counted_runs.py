"""A run that cannot be recorded is counted elsewhere, shown, and published once there is a spool again."""

import json
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from km.settings import write_config
from km.spool.refuge import refuges
from km_schemas.codecs import decode
from km_schemas.headers import CAPTURE_LOST, RUN_ENDED, RUN_STARTED
from km_schemas.records import CaptureLost, RunEnded, RunStarted

if TYPE_CHECKING:
    from tests.integration.proxy.conftest import Frames, Km

DEADLINE = 60.0
SENT = b"hello\n"


@pytest.fixture
def unusable(km: "Km") -> "Km":
    """Its home is a file, which stops root, too."""
    km.home.write_text("in the way")
    return km


def status(km: "Km") -> dict[str, Any]:
    said: dict[str, Any] = json.loads(km.call("status", "--json").stdout)
    return said


def test_a_run_without_a_spool_is_shown_with_what_passed_and_why(unusable: "Km") -> None:
    assert unusable.run("sh", "-c", "cat; echo oops >&2", stdin=SENT, options=("--server", "lost")) == (
        0,
        SENT,
        b"oops\n",
    )
    said = status(unusable)
    (run,) = said["runs"]
    assert (run["server"], run["running"], run["only_counted"]) == ("lost", False, "Not a directory")
    assert (run["lost_bytes"], run["lost_chunks"]) == (2 * len(SENT) + len(b"oops\n"), 3)
    assert (said["lost_bytes"], said["lost_chunks"]) == (run["lost_bytes"], 3)
    shown = unusable.call("status").stdout
    assert "runs that could not be recorded at all: 1" in shown
    assert "passed unrecorded: 17 bytes in 3 chunks" in shown
    done = unusable.call("doctor")
    assert done.returncode == 1
    assert "1 runs could not be recorded at all, the latest because: Not a directory" in done.stdout


def test_a_run_that_goes_on_without_a_spool_is_shown_too_and_survives_a_kill(unusable: "Km") -> None:
    process = unusable.start("cat")
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(SENT)
    assert process.stdout.read(len(SENT)) == SENT
    (run,) = status(unusable)["runs"]
    assert (run["running"], run["lost_bytes"]) == (True, 2 * len(SENT))
    assert "not recorded: Not a directory" in unusable.call("status").stdout
    process.send_signal(signal.SIGKILL)
    process.wait(DEADLINE)
    (run,) = status(unusable)["runs"]
    assert (run["running"], run["lost_bytes"]) == (False, 2 * len(SENT))


def test_its_story_is_published_by_a_run_that_has_a_spool_again(km: "Km", frames: "Frames") -> None:
    kept = km.folder / "kept"
    km.home.rename(kept)
    km.home.write_text("in the way")
    assert km.run("sh", "-c", "cat; exit 7", stdin=SENT, options=("--server", "lost")) == (7, SENT, b"")
    km.home.unlink()
    kept.rename(km.home)
    km.run("true", options=("--server", "found"))
    deadline = time.monotonic() + DEADLINE
    while len(records := frames.without_repeats()) < 6:
        assert time.monotonic() < deadline
    by_run: dict[str, list[Any]] = {}
    for record in records:
        by_run.setdefault(record.headers.run_id, []).append(record)
    (lost,) = (run for run in by_run.values() if decode(run[0].value, RunStarted).server == "lost")
    assert [record.headers.type for record in lost] == [RUN_STARTED, CAPTURE_LOST, CAPTURE_LOST, RUN_ENDED]
    losses = [decode(record.value, CaptureLost) for record in lost[1:3]]
    assert [(loss.reason, loss.lost_bytes, loss.lost_chunks) for loss in losses] == [
        ("stdin: Not a directory", len(SENT), 1),
        ("stdout: Not a directory", len(SENT), 1),
    ]
    assert decode(lost[-1].value, RunEnded).exit_code == 7
    assert not [folder for refuge in refuges(str(km.home)) for folder in Path(refuge).glob("*")]


def test_ship_once_publishes_it_too(km: "Km", frames: "Frames") -> None:
    kept = km.folder / "kept"
    km.home.rename(kept)
    km.home.write_text("in the way")
    km.run("cat", stdin=SENT)
    km.home.unlink()
    kept.rename(km.home)
    done = km.call("ship", "--once", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["shipped"] == {"records": 4, "value_bytes": 4, "runs_ended": 1} | {
        "value_bytes": sum(len(record.value) for record in frames.read())
    }
    assert status(km)["runs"] == []


def test_without_a_configuration_it_stays_shown(unusable: "Km") -> None:
    unusable.run("cat", stdin=SENT)
    unusable.home.unlink()
    unusable.run("true")
    assert [bool(run["only_counted"]) for run in status(unusable)["runs"]] == [True, False]
    write_config(unusable.home, "127.0.0.1:9")
    assert [bool(run["only_counted"]) for run in status(unusable)["runs"]] == [True, False]
