"""What cannot be recorded is forwarded all the same, in silence, and the loss is counted."""

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from km_schemas.codecs import decode
from km_schemas.headers import CAPTURE_LOST, FRAME
from km_schemas.records import CaptureLost

if TYPE_CHECKING:
    from integration.proxy.conftest import Km


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
