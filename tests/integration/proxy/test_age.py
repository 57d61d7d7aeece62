"""What waits too long for acknowledgement is given up, and said."""

import json
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from km.settings import Installation
from km.shipper.cursor import load_cursor
from km.shipper.runs import Clocks, RunFeed, Runs
from km.spool.age import CHECKED_FILE, is_look_due, note_look
from km.spool.run_id import uuid7
from km.spool.stream_writer import boot_clock
from km.wrapper.linux import boot_id
from km_schemas.codecs import decode
from km_schemas.headers import CAPTURE_LOST, FRAME, RUN_ENDED, RUN_STARTED
from km_schemas.identity import DEFAULT_CUSTOMER_ID
from km_schemas.records import CaptureLost

if TYPE_CHECKING:
    from tests.integration.proxy.conftest import Km

DAY = 86_400 * 10**9
INSTALLATION = Installation("0196f3c2-0000-4000-8000-000000000001", DEFAULT_CUSTOMER_ID)
SENT = b"".join(b"frame %d\n" % number for number in range(300_000))


def this_boot(days: int) -> Clocks:
    """So many days from now."""
    now = Clocks.now()
    return Clocks(now.wall_ns + days * DAY, now.boot_ns + days * DAY, now.boot_id)


def recorded_run(km: "Km") -> RunFeed:
    km.run("sh", "-c", "cat >/dev/null", stdin=SENT)
    (folder,) = (km.home / "spool").iterdir()
    return RunFeed(folder, INSTALLATION)


def test_a_run_that_waited_too_long_is_given_up_but_for_its_story(km: "Km") -> None:
    feed = recorded_run(km)
    folder = next((km.home / "spool").iterdir())
    segments = len(list(folder.glob("in-*")))
    feed.expire(this_boot(8), 7 * DAY)
    assert len(list(folder.glob("in-*"))) == 1 < segments
    records = feed.take(1 << 30)
    assert [record.headers.type for record in records] == [RUN_STARTED, CAPTURE_LOST, RUN_ENDED]
    lost = decode(records[1].value, CaptureLost)
    assert (lost.reason, lost.lost_bytes, lost.lost_chunks) == ("not shipped in time", len(SENT), 300_000)
    assert [record.headers.seq for record in records] == [1, 300_002, 300_003]


def test_what_is_given_up_stays_so_after_a_restart(km: "Km") -> None:
    feed = recorded_run(km)
    feed.expire(this_boot(8), 7 * DAY)
    first = feed.take(1 << 30)
    feed.close()
    folder = next((km.home / "spool").iterdir())
    again = RunFeed(folder, INSTALLATION)
    assert again.take(1 << 30) == first
    again.acknowledge(again.position)
    assert load_cursor(folder).ended
    assert load_cursor(folder).expired_frames == 0


def test_what_is_young_enough_stays(km: "Km") -> None:
    feed = recorded_run(km)
    feed.expire(this_boot(6), 7 * DAY)
    records = feed.take(1 << 30)
    assert sum(record.headers.type == FRAME for record in records) == 300_000
    assert not [record for record in records if record.headers.type == CAPTURE_LOST]


def test_a_wall_clock_that_is_set_gives_up_nothing_of_this_boot(km: "Km") -> None:
    feed = recorded_run(km)
    now = Clocks.now()
    for years in (-30, 30):
        feed.expire(Clocks(now.wall_ns + years * 365 * DAY, boot_clock(), now.boot_id), 7 * DAY)
    assert sum(record.headers.type == FRAME for record in feed.take(1 << 30)) == 300_000


def test_after_another_boot_the_wall_clock_counts(km: "Km") -> None:
    feed = recorded_run(km)
    feed.expire(Clocks(time.time_ns() + 8 * DAY, 1, b"another"), 7 * DAY)
    assert not [record for record in feed.take(1 << 30) if record.headers.type == FRAME]


def made_older(km: "Km", days: int) -> None:
    """The one run began so many days ago, before the last boot."""
    (folder,) = (km.home / "spool").iterdir()
    head = (folder / "head").read_bytes()
    began = RunFeed(folder, INSTALLATION)
    wall_ns = began._anchor.wall_ns
    began.close()
    older = wall_ns - days * DAY
    for now, then in ((b"%d" % wall_ns, b"%d" % older), (boot_id(), bytes(len(boot_id())))):
        assert head.count(now) == 1
        head = head.replace(now, then)
    (folder / "head").write_bytes(head)
    folder.rename(folder.with_name(uuid7(older // 1_000_000, bytes(10))))


def status(km: "Km") -> dict[str, Any]:
    said: dict[str, Any] = json.loads(km.call("status", "--json").stdout)
    return said


def test_without_a_destination_too_the_next_run_gives_up_what_is_too_old(km: "Km") -> None:
    km.run("sh", "-c", "cat >/dev/null", stdin=SENT)
    made_older(km, 8)
    (before,) = status(km)["runs"]
    assert before["expired_frames"] == 0
    run = km.start("cat")
    deadline = time.monotonic() + 60
    while status(km)["expired_frames"] != 300_000:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert status(km)["runs"][0]["bytes"] < before["bytes"]
    assert "given up after waiting too long: 300,000 frames" in km.call("status").stdout
    assert run.stdin is not None
    run.stdin.close()
    assert run.wait(60) == 0


def test_a_look_at_the_age_is_due_once_an_hour_and_only_for_old_runs(tmp_path: Path) -> None:
    spool = tmp_path / "spool"
    assert not is_look_due(str(tmp_path))
    now_ms = time.time_ns() // 1_000_000
    (spool / uuid7(now_ms - 6 * 86_400_000, bytes(10))).mkdir(parents=True)
    assert not is_look_due(str(tmp_path))
    (spool / uuid7(now_ms - 8 * 86_400_000, bytes(10))).mkdir()
    assert is_look_due(str(tmp_path))
    note_look(str(tmp_path))
    assert not is_look_due(str(tmp_path))
    os.utime(tmp_path / CHECKED_FILE, (now_ms / 1000 - 4000,) * 2)
    assert is_look_due(str(tmp_path))


def test_more_runs_than_may_be_open_at_once_are_all_given_up(km: "Km", monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("km.shipper.runs._OPEN_RUNS", 1)
    for _ in range(3):
        km.run("cat", stdin=b"a\n" * 10)
    runs = Runs(km.home / "spool", INSTALLATION)
    runs.discover()
    later = this_boot(8)
    monkeypatch.setattr("km.shipper.runs.Clocks.now", lambda: later)
    runs.expire(7 * 86_400)
    runs.close()
    assert [run["expired_frames"] for run in status(km)["runs"]] == [20, 20, 20]
