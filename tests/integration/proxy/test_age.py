"""What waits too long for acknowledgement is given up, and said."""

import time
from typing import TYPE_CHECKING

from km.settings import Installation
from km.shipper.cursor import load_cursor
from km.shipper.runs import Clocks, RunFeed
from km.spool.stream_writer import boot_clock
from km_schemas.codecs import decode
from km_schemas.headers import CAPTURE_LOST, FRAME, RUN_ENDED, RUN_STARTED
from km_schemas.identity import DEFAULT_CUSTOMER_ID
from km_schemas.records import CaptureLost

if TYPE_CHECKING:
    from integration.proxy.conftest import Km

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
