"""The runs of a spool, each as a source of numbered records."""

import contextlib
import logging
import os
import pwd
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from km.settings import Installation
from km.shipper.batch import RawRecord
from km.shipper.capture_rules import CaptureRules, CaptureRulesError, capture_variables, parse_capture_rules
from km.shipper.cursor import Cursor, UnreadableCursorError, load_cursor, save_cursor
from km.shipper.lifecycle_records import anchor_of, run_ended, run_started, unreadable
from km.shipper.numbering import Numbering
from km.spool import head as heads
from km.spool.capture import FIELD
from km.spool.description import Fields
from km.spool.reading import is_read
from km.spool.run_reader import DONE, RunReader, UnreadableSpoolError, leftovers, run_folders
from km.spool.stream_writer import boot_clock
from km.spool.streams import STREAMS
from km.wrapper.linux import boot_id
from km_schemas.identity import is_canonical_uuid

_log = logging.getLogger(__name__)

_THREADS: Final = len(STREAMS)
"""So many tickets a wrapper that is killed can have taken without having recorded, or forwarded, their chunk."""

UNREADABLE: Final = (UnreadableSpoolError, UnreadableCursorError, ValueError, KeyError, OSError)
"""What opening a run's folder raises where it cannot be shipped."""

_OPEN_RUNS: Final = 128
"""Five descriptors each, of 1024 a process usually has. After long weeks offline the oldest go first."""

_RECORD_COST: Final = 256
"""Bytes a record takes beside its value, so that a batch of short frames does not grow without bound."""

_READERS_SECONDS: Final = 10.0
"""So long an acknowledged run stays for those who read it (`km logs`): a pager that is left open holds nothing."""

_UNNAMED_SECONDS: Final = 3600.0
"""A folder that got no name for so long belongs to a wrapper that was killed before its run began."""


@dataclass(frozen=True, slots=True)
class Clocks:
    """Now: wall clock and boot clock in nanoseconds, and which boot it is."""

    wall_ns: int
    boot_ns: int
    boot_id: bytes

    @classmethod
    def now(cls) -> "Clocks":
        """Of this machine."""
        return cls(time.time_ns(), boot_clock(), boot_id())


class RunFeed:
    """One run. What `take` gave is given again after `rewind`, until `acknowledge` says it has arrived.

    Raises UnreadableSpoolError, UnreadableCursorError.
    """

    def __init__(self, folder: Path, installation: Installation) -> None:
        if not is_canonical_uuid(folder.name):
            raise UnreadableSpoolError(f"{folder} is not named as a run is")
        self.run_id = folder.name
        self._installation = installation
        self._is_complete = False
        self._ended_at = 0.0
        self._reader = RunReader(folder)
        self._anchor = anchor_of(self._reader.description)
        self._rules = _rules(folder, self._reader.description)
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
            rules=self._rules,
        )

    def take(self, max_bytes: int) -> list[RawRecord]:
        """The next records, about `max_bytes` of them; none where nothing is to be had (yet)."""
        if self._ended:
            return []
        records: list[RawRecord] = []
        if self._numbering.owes_start:
            records.append(self._numbering.start(run_started(self._reader.description, _user_name)))
        records += self._numbering.expired()
        # Looked at before the records: what is not there then will never be.
        complete = self._is_complete = self._reader.is_complete()
        size = 0
        while size < max_bytes:
            record = self._reader.take(complete=complete)
            if record is None:
                return records + (self._end() if complete else [])
            numbered = self._numbering.chunk(record)
            size += len(record.payload) + len(numbered) * _RECORD_COST
            records += numbered
        return records

    @property
    def position(self) -> Cursor:
        """Behind everything taken."""
        return self._numbering.cursor(self._reader.next_ticket, self._reader.skipped, ended=self._ended)

    @property
    def has_ended(self) -> bool:
        """Whether its run-ended is acknowledged."""
        return self._acknowledged.ended

    @property
    def may_be_removed(self) -> bool:
        """Whether its run-ended is acknowledged and nobody reads along, or has for long enough since."""
        if not self.has_ended:
            return False
        now = time.monotonic()
        self._ended_at = self._ended_at or now
        return now - self._ended_at > _READERS_SECONDS or not is_read(self._reader.folder)

    def acknowledge(self, cursor: Cursor) -> None:
        """What is before `cursor` has arrived. OSError where that cannot be written: it is known here all the same."""
        self._acknowledged = cursor
        save_cursor(self._reader.folder, cursor)
        if self._is_complete and not is_read(self._reader.folder):
            self._reader.remove_segments([stream.generation for stream in cursor.streams])

    def expire(self, clocks: Clocks, max_age_ns: int) -> None:
        """Give up what was recorded longer ago. Nothing of the run may be under way. Raises as `acknowledge`."""
        limit = self._boot_clock(clocks) - max_age_ns
        self.rewind()
        complete = self._is_complete = self._reader.is_complete()
        numbered = self._numbering.next_seq
        while (record := self._reader.take(complete=complete)) is not None and record.read_at < limit:
            self._numbering.give_up(record)
        if self._numbering.next_seq > max(numbered, 2):
            _log.warning("run %s: what was recorded before was not shipped in time, and is given up", self.run_id)
            next_ticket = record.ticket if record else self._reader.next_ticket
            self.acknowledge(self._numbering.cursor(next_ticket, self._reader.skipped))
        self.rewind()

    def _boot_clock(self, clocks: Clocks) -> int:
        """Now, on the run's boot clock: a wall clock that was set tells nothing about a run of this boot."""
        if self._reader.description.get("boot_id") == [clocks.boot_id]:
            return clocks.boot_ns
        return self._anchor.boot_clock_at(clocks.wall_ns)

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
            if feed.may_be_removed:
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

    def expire(self, max_age_seconds: float) -> None:
        """Give up what waits longer. To be called while nothing is under way."""
        clocks = Clocks.now()
        limit = int(max_age_seconds * 1e9)
        for feed in self.feeds:
            _expire(feed, clocks, limit)
        # After long weeks there are more runs than may be open at once.
        for folder in run_folders(self._spool):
            if folder.name not in self._feeds and folder.name not in self._refused:
                self._open(folder)
                if feed_ := self._feeds.pop(folder.name, None):
                    _expire(feed_, clocks, limit)
                    feed_.close()

    def close(self) -> None:
        """Let go of all files."""
        for feed in self._feeds.values():
            with contextlib.suppress(OSError):
                feed.close()


def _expire(feed: RunFeed, clocks: Clocks, max_age_ns: int) -> None:
    try:
        feed.expire(clocks, max_age_ns)
    except OSError as error:
        _log.warning("run %s: its age cannot be dealt with: %s", feed.run_id, os.strerror(error.errno or 0))


def _rules(folder: Path, description: Fields) -> CaptureRules:
    """The run's capture rules; with one that is not understood, none: it is better recorded than lost."""
    try:
        return parse_capture_rules(capture_variables(description.get(FIELD, ())))
    except CaptureRulesError as error:
        _log.warning("run %s is recorded in full: %s", folder.name, error)
        return CaptureRules()


def _user_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
