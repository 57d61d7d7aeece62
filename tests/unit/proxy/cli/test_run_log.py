"""Reading along in a spool whose beginning is written over."""

import os
import time
import tracemalloc
from pathlib import Path

import pytest

from km.cli.run_log import RunLog
from km.spool import head as heads
from km.spool.acknowledgement import write_acknowledged
from km.spool.description import Fields, text
from km.spool.reading import is_read
from km.spool.run_id import uuid7
from km.spool.run_writer import RunWriter, open_run
from km.spool.streams import GROWN_BYTES, STDERR, STDIN, STDOUT

FRAMES_A_SEGMENT = GROWN_BYTES // 1000


@pytest.fixture
def run(tmp_path: Path) -> RunWriter:
    description: Fields = {
        "anchor": [b"%d" % time.time_ns(), b"%d" % time.clock_gettime_ns(time.CLOCK_BOOTTIME)],
        "argv": [b"npx", b"-y", b"some-server"],
        "server": text(""),
    }
    return open_run(str(tmp_path), uuid7(1, os.urandom(10)), description)


def frame(number: int) -> bytes:
    return b"%d " % number + b"x" * 990 + b"\n"


def append(run: RunWriter, numbers: range) -> None:
    """Frames, each cut in two by its chunks, as a pipe would."""
    data = b"".join(frame(number) for number in numbers)
    for start in range(0, len(data), 1500):
        run.stdout.append(data[start : start + 1500])


def seen(log: RunLog, stream: int = STDOUT) -> list[bytes]:
    return [entry.content for entry in log.read() if entry.stream == stream]


def test_a_whole_run_is_read_from_its_beginning(run: RunWriter) -> None:
    append(run, range(10))
    run.stdin.append(b"asked")
    run.end(heads.RunEnd(heads.SIGNALLED, 9, 0))
    log = RunLog(Path(run.folder))
    entries = list(log.read())
    assert [entry.content for entry in entries if entry.stream == STDOUT] == [frame(number) for number in range(10)]
    assert [entry.content for entry in entries if entry.stream == STDIN] == [b"asked"]
    assert (log.server, log.how_it_ended, list(log.read())) == ("some-server", "ended by signal 9", [])


@pytest.mark.parametrize("acknowledge_every", [1, 2])
def test_of_a_run_that_is_written_over_the_rest_is_read_from_a_whole_frame_on(
    run: RunWriter, acknowledge_every: int
) -> None:
    run.stderr.room()[:6] = b"early\n"
    run.stderr.commit(6)
    numbers = (range(start, start + FRAMES_A_SEGMENT) for start in range(0, 8 * FRAMES_A_SEGMENT, FRAMES_A_SEGMENT))
    for generation, part in enumerate(numbers):
        append(run, part)
        if generation % acknowledge_every == 0:
            write_acknowledged(run.folder, (0, generation, 0))
    log = RunLog(Path(run.folder))
    contents = seen(log)
    first = int(contents[0].split()[0])
    assert first > 0
    assert contents == [frame(number) for number in range(first, 8 * FRAMES_A_SEGMENT)]


def test_what_was_forwarded_without_being_recorded_is_told(run: RunWriter) -> None:
    append(run, range(1))
    heads.set_loss(run._head, STDOUT, 0, 0, 28)
    run.stdout._lost = True
    heads.add_loss(run._head, STDOUT, 777)
    append(run, range(1, 2 * FRAMES_A_SEGMENT))
    lost = [entry.lost for entry in RunLog(Path(run.folder)).read() if entry.lost]
    assert lost == ["777 bytes since the run's start: stdout: No space left on device"]


def test_a_run_that_is_removed_meanwhile_is_read_as_far_as_it_was_open(run: RunWriter) -> None:
    append(run, range(1))
    log = RunLog(Path(run.folder))
    reader = log._reader
    assert reader.take(complete=False) is not None
    append(run, range(1, 3))
    for path in Path(run.folder).iterdir():
        path.unlink()
    Path(run.folder).rmdir()
    assert seen(log)[-1] == frame(2)
    assert seen(log, STDERR) == []


def test_a_reader_that_is_overtaken_says_so_and_goes_on_with_what_is_there(
    run: RunWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("km.cli.run_log._CHECK_SECONDS", 0.0)
    monkeypatch.setattr("km.spool.run_reader.RunReader.is_complete", lambda _: False)
    append(run, range(10))
    log = RunLog(Path(run.folder))
    assert len(seen(log)) == 10
    for generation in range(1, 9):
        append(run, range(generation * FRAMES_A_SEGMENT, (generation + 1) * FRAMES_A_SEGMENT))
        write_acknowledged(run.folder, (0, generation, 0))
    late = [*log.read(), *log.read()]
    assert [entry.overtaken for entry in late].count(True) == 1
    contents = [entry.content for entry in late if not entry.overtaken]
    last = 9 * FRAMES_A_SEGMENT
    assert contents[-1000:] == [frame(number) for number in range(last - 1000, last)]
    assert len(contents) < last - 10


def test_a_long_run_is_read_without_holding_it_in_memory(run: RunWriter) -> None:
    append(run, range(40_000))
    log = RunLog(Path(run.folder))
    tracemalloc.start()
    assert sum(len(entry.content) for entry in log.read()) > 39_000_000
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4_000_000


def test_a_run_that_is_read_is_marked_so(run: RunWriter) -> None:
    folder = Path(run.folder)
    assert not is_read(folder)
    first, second = RunLog(folder), RunLog(folder)
    assert is_read(folder)
    first.close()
    assert is_read(folder)
    second.close()
    assert not is_read(folder)
