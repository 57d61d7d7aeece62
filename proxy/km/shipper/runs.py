"""The runs of a spool, each as a source of numbered records."""

import contextlib
import logging
import pwd
import shutil
import time
from pathlib import Path
from typing import Final

from km.settings import Installation
from km.shipper.batch import RawRecord
from km.shipper.cursor import Cursor, UnreadableCursorError, load_cursor, save_cursor
from km.shipper.lifecycle_records import anchor_of, run_ended, run_started, unreadable
from km.shipper.numbering import Numbering
from km.spool import head as heads
from km.spool.run_reader import DONE, RunReader, UnreadableSpoolError, leftovers, run_folders
from km.spool.streams import STREAMS
from km_schemas.identity import is_canonical_uuid

_log = logging.getLogger(__name__)

_THREADS: Final = len(STREAMS)
"""So many tickets a wrapper that is killed can have taken without having recorded, or forwarded, their chunk."""

UNREADABLE: Final = (UnreadableSpoolError, UnreadableCursorError, ValueError, KeyError, OSError)
"""What opening a run's folder raises where it cannot be shipped."""

_OPEN_RUNS: Final = 128
"""Five descriptors each, of 1024 a process usually has. After long weeks offline the oldest go first."""

_UNNAMED_SECONDS: Final = 3600.0
"""A folder that got no name for so long belongs to a wrapper that was killed before its run began."""


class RunFeed:
    """One run. What `take` gave is given again after `rewind`, until `acknowledge` says it has arrived.

    Raises UnreadableSpoolError, UnreadableCursorError.
    """

    def __init__(self, folder: Path, installation: Installation) -> None:
        if not is_canonical_uuid(folder.name):
            raise UnreadableSpoolError(f"{folder} is not named as a run is")
        self.run_id = folder.name
        self._installation = installation
        self._reader = RunReader(folder)
        self._anchor = anchor_of(self._reader.description)
        self._acknowledged = load_cursor(folder)
        self.rewind()

    def rewind(self) -> None:
        """Go back behind what is acknowledged."""
        cursor = self._acknowledged
        self._reader.seek([stream.position for stream in cursor.streams], cursor.next_ticket, cursor.skipped)
        self._ended = cursor.ended
        self._numbering = Numbering(
            customer_id=self._installation.customer_id,
            installation_id=self._installation.installation_id,
            run_id=self.run_id,
            anchor=self._anchor,
            cursor=cursor,
        )

    def take(self, max_bytes: int) -> list[RawRecord]:
        """The next records, about `max_bytes` of them; none where nothing is to be had (yet)."""
        if self._ended:
            return []
        records: list[RawRecord] = []
        if self._numbering.next_seq == 1:
            started = run_started(self._reader.description, _user_name)
            records.append(self._numbering.lifecycle(started, self._anchor.boot_ns))
        # Looked at before the records: what is not there then will never be.
        complete = self._reader.is_complete()
        size = 0
        while size < max_bytes:
            record = self._reader.take(complete=complete)
            if record is None:
                return records + (self._end() if complete else [])
            size += len(record.payload)
            records += self._numbering.chunk(record)
        return records

    @property
    def position(self) -> Cursor:
        """Behind everything taken."""
        return self._numbering.cursor(self._reader.next_ticket, self._reader.skipped, ended=self._ended)

    @property
    def has_ended(self) -> bool:
        """Whether its run-ended is acknowledged."""
        return self._acknowledged.ended

    def acknowledge(self, cursor: Cursor) -> None:
        """What is before `cursor` has arrived."""
        save_cursor(self._reader.folder, cursor)
        self._acknowledged = cursor

    def remove(self) -> None:
        """Delete the spool of a run whose run-ended is acknowledged: first its name, so that no half of it is read."""
        self.close()
        shutil.rmtree(self._reader.folder.rename(self._reader.folder.with_name(DONE + self.run_id)))

    def close(self) -> None:
        """Let go of the files."""
        self._reader.close()

    def _end(self) -> list[RawRecord]:
        self._ended = True
        head = self._reader.head
        records = self._numbering.close(heads.read_losses(head), heads.read_ring(head))
        if self._reader.skipped > _THREADS:
            lost = unreadable(self._reader.skipped - _THREADS)
            records.append(self._numbering.lifecycle(lost, self._numbering.last_read_at))
        end, cursor = self._reader.end, self._numbering.cursor(0, 0)
        ended = run_ended(end, self._anchor, cursor, heads.read_stderr_counts(head))
        ended_at = end.ended_at if end else cursor.last_read_at
        return [*records, self._numbering.lifecycle(ended, ended_at)]


class Runs:
    """Every run of the spool that can be read."""

    def __init__(self, spool: Path, installation: Installation) -> None:
        self._spool = spool
        self._installation = installation
        self._feeds: dict[str, RunFeed] = {}
        self._refused: set[str] = set()
        for folder in leftovers(spool, time.time() - _UNNAMED_SECONDS):
            shutil.rmtree(folder)

    @property
    def feeds(self) -> list[RunFeed]:
        """The known runs, the oldest first."""
        return list(self._feeds.values())

    @property
    def refused(self) -> frozenset[str]:
        """Runs that cannot be read; their folders are kept."""
        return frozenset(self._refused)

    def discover(self) -> None:
        """Open the runs that are new; remove those that are done."""
        for feed in self.feeds:
            if feed.has_ended:
                feed.remove()
                del self._feeds[feed.run_id]
        for folder in run_folders(self._spool):
            if len(self._feeds) >= _OPEN_RUNS:
                return
            if folder.name not in self._feeds and folder.name not in self._refused:
                self._open(folder)

    def _open(self, folder: Path) -> None:
        try:
            self._feeds[folder.name] = RunFeed(folder, self._installation)
        except UNREADABLE as error:
            self._refused.add(folder.name)
            said = isinstance(error, UnreadableSpoolError | UnreadableCursorError)
            reason = str(error) if said else f"{folder}: {type(error).__name__}"
            _log.error("run not shipped, its folder is kept: %s", reason)

    def close(self) -> None:
        """Let go of all files."""
        for feed in self._feeds.values():
            with contextlib.suppress(OSError):
                feed.close()


def _user_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
