"""What the spool holds: the runs, how much they take, what they have lost, and since when something waits."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct

from km.home import SPOOL_FOLDER
from km.shipper.adoption import counted_runs
from km.shipper.cursor import Cursor, UnreadableCursorError, load_cursor
from km.shipper.lifecycle_records import anchor_of, reason_of
from km.shipper.runs import UNREADABLE
from km.spool import head as heads
from km.spool.run_reader import RunReader, UnreadableSpoolError, run_folders
from km.spool.streams import STDIN
from km_schemas.server_name import server_name


class RunReport(Struct, frozen=True):
    """One run."""

    run_id: str
    server: str
    started_at: datetime
    running: bool
    bytes: int
    """On disk."""
    unshipped_since: datetime | None
    """When its oldest record that is not acknowledged was recorded."""
    lost_bytes: int
    lost_chunks: int
    """Forwarded and not recorded."""
    expired_bytes: int
    expired_frames: int
    """Recorded, and given up because they waited too long to be published."""
    only_counted: str = ""
    """Why nothing of it could be recorded."""


class UnreadableRun(Struct, frozen=True):
    """A run's folder that is kept as it is."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class SpoolReport:
    """All runs, the oldest first, and those that cannot be read."""

    runs: tuple[RunReport, ...]
    unreadable: tuple[UnreadableRun, ...]

    @property
    def unshipped_since(self) -> datetime | None:
        """Of all runs."""
        return min((run.unshipped_since for run in self.runs if run.unshipped_since), default=None)


def report_spool(home: Path) -> SpoolReport:
    """Look at every run of an installation; one that is removed meanwhile is not told of."""
    runs, unreadable = [], []
    folders = [*_folders(home / SPOOL_FOLDER), *counted_runs(home)]
    for folder in sorted(folders, key=lambda folder: folder.name):
        try:
            runs.append(_report_run(folder))
        except UNREADABLE as error:
            if folder.exists():
                unreadable.append(UnreadableRun(str(folder), why_unreadable(error)))
    return SpoolReport(tuple(runs), tuple(unreadable))


def _folders(spool: Path) -> list[Path]:
    try:
        return run_folders(spool)
    except OSError:
        return []  # a home that cannot be used: the runs that are counted elsewhere are all there is


def why_unreadable(error: Exception) -> str:
    """Our own sentence; of what others say only the class, as it may quote what was recorded."""
    ours = isinstance(error, UnreadableSpoolError | UnreadableCursorError)
    return str(error) if ours else type(error).__name__


def server_of(description: dict[str, list[bytes]]) -> str:
    """The name of a run's server, as its run-started says it."""
    chosen = description["server"][0].decode(errors="backslashreplace")
    return chosen or server_name([word.decode(errors="backslashreplace") for word in description["argv"]])


def _report_run(folder: Path) -> RunReport:
    reader = RunReader(folder)
    try:
        anchor, cursor = anchor_of(reader.description), load_cursor(folder)
        losses = heads.read_losses(reader.head)
        return RunReport(
            run_id=folder.name,
            server=server_of(reader.description),
            started_at=_moment(anchor.occurred_at_us(anchor.boot_ns)),
            running=not reader.is_complete(),
            bytes=_allocated(folder),
            unshipped_since=_unshipped_since(reader, cursor),
            lost_bytes=sum(lost_bytes for lost_bytes, *_ in losses),
            lost_chunks=sum(lost_chunks for _, lost_chunks, *_ in losses),
            expired_bytes=cursor.expired_bytes,
            expired_frames=cursor.expired_frames,
            only_counted=_why_only_counted(folder, losses),
        )
    finally:
        reader.close()


def _why_only_counted(folder: Path, losses: list[tuple[int, int, int]]) -> str:
    """Of a run that has nothing but a head, also after it was taken into the spool, and says why."""
    reason = losses[STDIN][2]
    if not reason or any(folder.glob("*-*")):
        return ""
    return reason_of(reason)


def _unshipped_since(reader: RunReader, cursor: Cursor) -> datetime | None:
    anchor = anchor_of(reader.description)
    if cursor.ended:
        return None
    if cursor.next_seq == 1:
        return _moment(anchor.occurred_at_us(anchor.boot_ns))
    reader.seek([stream.position for stream in cursor.streams], cursor.next_ticket, cursor.skipped)
    record = reader.take(complete=True)
    return _moment(anchor.occurred_at_us(record.read_at)) if record else None


def _allocated(folder: Path) -> int:
    """Segments are preallocated: what they take, not how much of them is filled. `st_blocks` counts 512 bytes."""
    return sum(path.stat().st_blocks * 512 for path in folder.iterdir())


def _moment(microseconds: int) -> datetime:
    return datetime.fromtimestamp(microseconds / 1_000_000, UTC)
