"""What cannot be recorded is forwarded all the same, in silence, and the loss is counted."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from km.spool.budget import spool_bytes
from km_schemas.codecs import decode
from km_schemas.headers import CAPTURE_LOST, FRAME
from km_schemas.records import CaptureLost

if TYPE_CHECKING:
    from tests.integration.proxy.conftest import Frames, Km


def test_a_home_that_is_a_file_stops_nothing(km: "Km") -> None:
    km.home.write_text("in the way")
    assert km.run("cat", stdin=b"hello\n") == (0, b"hello\n", b"")


def test_a_home_that_cannot_be_written_is_said_with_verbose(km: "Km") -> None:
    km.environment["KM_HOME"] = "/proc/nowhere"
    code, out, err = km.run("cat", stdin=b"hello\n", options=("--verbose",))
    assert (code, out) == (0, b"hello\n")
    assert err.startswith(b"km: this run is not recorded: /proc/nowhere: ")


def test_folders_and_files_are_readable_by_their_owner_alone(km: "Km") -> None:
    km.run("sh", "-c", "cat; echo x >&2", stdin=b"hello\n")
    paths = [km.home, *km.home.rglob("*")]
    assert {path.name for path in paths} >= {"spool", "head", "in-0", "out-0", "err-0"}
    modes = {(path.is_dir(), path.stat().st_mode & 0o777) for path in paths}
    assert modes == {(True, 0o700), (False, 0o600)}


def test_when_no_segment_can_be_made_the_stream_goes_on_and_the_loss_is_a_record(km: "Km") -> None:
    """A limit on file size stands for a full disk: the head (70 KiB) fits, no segment (256 KiB, 1 MiB) does."""
    sent = b"".join(b"frame %d\n" % number for number in range(1000))
    limited = 'ulimit -f 400; exec "$@"'
    command = ["sh", "-c", limited, "sh", str(Path(sys.executable).with_name("km")), "--", "cat"]
    process = subprocess.run(command, check=False, input=sent, capture_output=True, env=km.environment, timeout=30)
    assert (process.returncode, process.stdout, process.stderr) == (0, sent, b"")
    records = km.spooled()
    assert not [record for record in records if record.headers.type == FRAME]
    losses = [decode(record.value, CaptureLost) for record in records if record.headers.type == CAPTURE_LOST]
    assert [(loss.reason, loss.lost_bytes) for loss in losses] == [
        ("stdin: File too large", len(sent)),
        ("stdout: File too large", len(sent)),
    ]


@contextmanager
def mounted(folder: Path, *options: str) -> Iterator[Path]:
    """A file system of its own, in memory."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", ",".join(["mode=700", *options]), "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("only root may mount a small file system, and not everywhere")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def losses(km: "Km") -> list[CaptureLost]:
    return [decode(record.value, CaptureLost) for record in km.spooled() if record.headers.type == CAPTURE_LOST]


def recorded(km: "Km", direction: str) -> bytes:
    return b"".join(record.value for record in km.spooled() if record.headers.direction == direction)


def test_on_a_full_disk_the_stream_goes_on_and_recording_with_it_when_there_is_room(km: "Km") -> None:
    with mounted(km.folder / "small", "size=6m") as small:
        km.environment["KM_HOME"] = str(small)
        km.home = small
        filler = small / "filler"
        process = km.start("cat")
        echo(process, b"first\n")
        with suppress(OSError):
            filler.write_bytes(bytes(8 << 20))
        for number in range(100):
            echo(process, b"%04d %s\n" % (number, b"x" * 60_000))
        filler.unlink()
        deadline = time.monotonic() + 30
        sent = 0
        while not any(b"again" in record.value for record in km.spooled()):
            assert time.monotonic() < deadline
            echo(process, b"again\n")
            sent += 1
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(30) == 0
        lost = {loss.reason: loss for loss in losses(km)}
        assert set(lost) == {f"{stream}: No space left on device" for stream in ("stdin", "stdout")}
        whole = len(b"first\n") + 100 * 60_006 + sent * len(b"again\n")
        for stream, direction in (("stdin", "client_to_server"), ("stdout", "server_to_client")):
            kept = recorded(km, direction)
            assert kept.startswith(b"first\n")
            assert len(kept) + lost[f"{stream}: No space left on device"].lost_bytes == whole


def echo(process: "subprocess.Popen[bytes]", frame: bytes) -> None:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(frame)
    answer = b""
    while not answer.endswith(b"\n"):
        answer += process.stdout.read(65536)
    assert answer == frame


def test_a_disk_that_may_only_be_read_stops_nothing(km: "Km") -> None:
    with mounted(km.folder / "read-only", "ro") as folder:
        km.environment["KM_HOME"] = str(folder / "home")
        assert km.run("cat", stdin=b"hello\n") == (0, b"hello\n", b"")
        _, _, err = km.run("cat", options=("--verbose",))
        assert b"this run is not recorded: " in err
        assert b"Read-only file system" in err


def test_a_short_run_that_has_ended_keeps_little_more_than_what_passed(km: "Km") -> None:
    km.run("sh", "-c", "cat; echo x >&2", stdin=b"hello\n")
    assert spool_bytes(str(km.home / "spool")) < 100_000
    assert recorded(km, "client_to_server") == recorded(km, "server_to_client") == b"hello\n"


def test_a_run_whose_client_holds_stdin_open_keeps_room_for_one_chunk_more(km: "Km") -> None:
    process = km.start("sh", "-c", "read line; echo $line")
    assert process.stdin is not None
    process.stdin.write(b"hello\n")
    process.stdin.flush()
    assert process.wait(10) == 0
    process.communicate()
    assert spool_bytes(str(km.home / "spool")) < 180_000
    assert recorded(km, "client_to_server") == recorded(km, "server_to_client") == b"hello\n"


def test_beyond_the_spools_limit_nothing_is_recorded_and_everything_forwarded(km: "Km") -> None:
    km.environment["KM_SPOOL_LIMIT"] = str(3 << 20)
    sent = b"".join(b"%07d %s\n" % (number, b"x" * 1000) for number in range(5000))
    code, out, err = km.run("cat", stdin=sent)
    assert (code, out, err) == (0, sent, b"")
    assert spool_bytes(str(km.home / "spool")) <= 3 << 20
    lost = losses(km)
    assert {loss.reason for loss in lost} == {
        f"{stream}: the spool is as large as it may be" for stream in ("stdin", "stdout")
    }
    kept = len(recorded(km, "client_to_server")) + len(recorded(km, "server_to_client"))
    assert kept + sum(loss.lost_bytes for loss in lost) == 2 * len(sent)


def test_heads_alone_do_not_fill_the_disk(km: "Km") -> None:
    km.environment["KM_SPOOL_LIMIT"] = str(400_000)
    for _ in range(8):
        assert km.run("true") == (0, b"", b"")
    assert len(list((km.home / "spool").iterdir())) < 8
    assert b"Disk quota exceeded" in km.run("true", options=("--verbose",))[2]


def test_with_fsync_everything_is_recorded_with_checksums(km: "Km") -> None:
    sent = b"".join(b"frame %d\n" % number for number in range(200))
    assert km.run("cat", stdin=sent, options=("--fsync",)) == (0, sent, b"")
    assert recorded(km, "client_to_server") == recorded(km, "server_to_client") == sent
    (run,) = (km.home / "spool").iterdir()
    segment = bytearray((run / "in-0").read_bytes())
    segment[segment.index(b"frame 0")] ^= 1  # as a loss of power could leave it: a header, and not its payload
    (run / "in-0").write_bytes(segment)
    assert recorded(km, "client_to_server") == b""


def test_a_spool_of_a_newer_version_is_kept_and_named(km: "Km", frames: "Frames") -> None:
    config = km.home / "config.toml"
    config.rename(km.home / "kept.toml")
    km.run("cat", stdin=b"hello\n")
    (run,) = (km.home / "spool").iterdir()
    with (run / "head").open("r+b") as head:
        head.write(b"KMHEAD\x00\x02")
    (km.home / "kept.toml").rename(config)
    result = km.call("ship", "--once")
    assert result.returncode == 1
    assert f"{run} was written by another version of km; update km, or move the folder away" in result.stderr
    assert (run / "in-0").exists()
