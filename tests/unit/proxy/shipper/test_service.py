"""The shipper's loop, on a real spool and with a destination in memory that fails when told to."""

import asyncio
import itertools
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from km.settings import Installation
from km.shipper.batch import Batch, DestinationError, RawRecord
from km.shipper.breaker import Breaker
from km.shipper.cursor import Cursor
from km.shipper.runs import Runs
from km.shipper.service import Service
from km.spool.head import EXITED, RunEnd
from km.spool.reading import ReadMark
from km.spool.run_id import uuid7
from km.spool.run_writer import RunWriter, open_run
from km_schemas.headers import FRAME, RUN_ENDED

INSTALLATION = Installation("0196f3c2-0000-4000-8000-000000000001", "0196f3c2-0000-7000-8000-000000000002")
RUN_NUMBERS = itertools.count(1)


class Memory:
    """A destination whose next batches can be refused; what arrives before a refusal stays, as on a broker."""

    def __init__(self) -> None:
        self.records: list[RawRecord] = []
        self.refuse = 0

    async def publish(self, batch: Batch) -> Mapping[str, Cursor]:
        if self.refuse:
            self.refuse -= 1
            self.records += batch.records[: len(batch.records) // 2]
            raise DestinationError("refused")
        self.records += batch.records
        return batch.positions

    async def close(self) -> None:
        """Nothing to let go of."""

    def frames(self) -> list[bytes]:
        return [record.value for record in self.records if record.headers.type == FRAME]


@pytest.fixture
def memory() -> Memory:
    return Memory()


@pytest.fixture
def service(tmp_path: Path, memory: Memory) -> Service:
    return Service(Runs(tmp_path, INSTALLATION), memory, Breaker(lambda: 1.0), idle_seconds=0)


def start_run(spool: Path) -> RunWriter:
    description = {
        "anchor": [b"1000000", b"1000"],
        "argv": [b"server"],
        "cwd": [b"/"],
        "server": [b""],
        "km_version": [b"1"],
        "os": [b"Linux"],
        "host": [b"box"],
        "uid": [b"0"],
        "parent_pids": [],
        "parent_executables": [],
        "environment_names": [],
    }
    return open_run(str(spool), uuid7(next(RUN_NUMBERS), bytes(10)), description)


@contextmanager
def living(run: RunWriter) -> Iterator[None]:
    """The run's lock is held by another process for the time of the block, as by its wrapper."""
    hold = "import os, sys; fd = os.open(sys.argv[1], os.O_RDWR); os.lockf(fd, os.F_LOCK, 0); print(); input()"
    os.lockf(run._fd, os.F_ULOCK, 0)
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(Path(run.folder) / "head")], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as wrapper:
        assert wrapper.stdout is not None
        wrapper.stdout.readline()
        yield
        wrapper.kill()


def test_a_run_is_shipped_and_its_folder_removed(tmp_path: Path, service: Service, memory: Memory) -> None:
    run = start_run(tmp_path)
    run.stdin.append(b"a\n")
    run.end(RunEnd(EXITED, 0, 2000))
    asyncio.run(service.run())
    assert memory.frames() == [b"a\n"]
    assert [record.headers.seq for record in memory.records] == [1, 2, 3]
    assert list(tmp_path.iterdir()) == []
    assert (service.shipped.records, service.shipped.runs_ended) == (3, 1)


def test_after_a_refusal_the_same_records_are_sent_again(tmp_path: Path, service: Service, memory: Memory) -> None:
    run = start_run(tmp_path)
    for number in range(10):
        run.stdout.append(b"%d\n" % number)
    memory.refuse = 2
    for _ in range(2):
        with pytest.raises(DestinationError):
            asyncio.run(service.ship_batch())
    refused, memory.records = memory.records, []
    assert asyncio.run(service.ship_batch())
    assert refused[: len(refused) // 2] == refused[len(refused) // 2 :] == memory.records[: len(refused) // 2]
    assert memory.frames() == [b"%d\n" % number for number in range(10)]


def test_where_it_cannot_be_written_how_far_is_shipped_it_goes_on(
    tmp_path: Path, service: Service, memory: Memory, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk: what is complete is shipped and removed, which is what makes room."""

    def full(*_: object) -> None:
        raise OSError(28, "full")

    monkeypatch.setattr("km.shipper.runs.save_cursor", full)
    run = start_run(tmp_path)
    run.stdin.append(b"a\n")
    run.end(RunEnd(EXITED, 0, 2000))
    asyncio.run(service.run())
    assert memory.frames() == [b"a\n"]
    assert list(tmp_path.iterdir()) == []
    assert caplog.text.count("how far is shipped cannot be written: No space left on device") == 1


def test_a_restarted_shipper_goes_on_behind_what_was_acknowledged(
    tmp_path: Path, service: Service, memory: Memory
) -> None:
    run = start_run(tmp_path)
    run.stdin.append(b"a\nunfini")
    run.stdout.append(b"b\n")
    with living(run):
        assert asyncio.run(service.ship_batch())
        assert not asyncio.run(service.ship_batch())
    run.stdin.append(b"shed\n")
    run.end(RunEnd(EXITED, 0, 2000))
    asyncio.run(Service(Runs(tmp_path, INSTALLATION), memory, Breaker(lambda: 1.0), idle_seconds=0).run())
    assert memory.frames() == [b"a\n", b"b\n", b"unfinished\n"]
    assert [record.headers.seq for record in memory.records] == [1, 2, 3, 4, 5]


def test_two_runs_share_the_way(tmp_path: Path, service: Service, memory: Memory) -> None:
    for name in (b"one", b"two"):
        run = start_run(tmp_path)
        run.stdin.append(name + b"\n")
        run.end(RunEnd(EXITED, 0, 2000))
    asyncio.run(service.run())
    assert sorted(memory.frames()) == [b"one\n", b"two\n"]
    assert sum(record.headers.type == RUN_ENDED for record in memory.records) == 2


def test_a_spool_of_a_newer_version_is_kept_and_does_not_stop_the_others(
    tmp_path: Path, service: Service, memory: Memory, caplog: pytest.LogCaptureFixture
) -> None:
    newer, run = start_run(tmp_path), start_run(tmp_path)
    with (Path(newer.folder) / "head").open("r+b") as head:
        head.write(b"KMHEAD\x00\x02")
    run.stdin.append(b"a\n")
    run.end(RunEnd(EXITED, 0, 2000))
    asyncio.run(service.run())
    assert memory.frames() == [b"a\n"]
    assert Path(newer.folder).exists()
    assert "was written by another version of km; update km, or move the folder away" in caplog.text


def test_a_folder_that_was_half_removed_is_removed_and_not_read(tmp_path: Path, memory: Memory) -> None:
    run = start_run(tmp_path)
    run.stdin.append(b"a\n")
    Path(run.folder).rename(tmp_path / ".done-x")
    asyncio.run(Service(Runs(tmp_path, INSTALLATION), memory, Breaker(lambda: 1.0), idle_seconds=0).run())
    assert memory.records == []
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_no_run_is_kept_and_said(
    tmp_path: Path, service: Service, memory: Memory, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "notes").mkdir()
    asyncio.run(service.run())
    assert memory.records == []
    assert (tmp_path / "notes").is_dir()
    assert "notes is not named as a run is" in caplog.text


def test_a_run_that_somebody_reads_is_removed_when_he_has_read_it(
    tmp_path: Path, service: Service, memory: Memory
) -> None:
    run = start_run(tmp_path)
    run.stdin.append(b"a\n")
    run.end(RunEnd(EXITED, 0, 2000))
    reading = ReadMark(Path(run.folder))
    assert asyncio.run(service.ship_batch())
    assert not asyncio.run(service.ship_batch())
    assert (Path(run.folder) / "in-0").exists()
    reading.close()
    assert not asyncio.run(service.ship_batch())
    assert list(tmp_path.iterdir()) == []
    assert memory.frames() == [b"a\n"]


def test_a_reader_that_never_ends_keeps_nothing_for_ever(
    tmp_path: Path, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("km.shipper.runs._READERS_SECONDS", -1.0)
    run = start_run(tmp_path)
    run.end(RunEnd(EXITED, 0, 2000))
    reading = ReadMark(Path(run.folder))
    asyncio.run(service.run())
    reading.close()
    assert list(tmp_path.iterdir()) == []
