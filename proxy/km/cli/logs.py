"""`km logs`: read what the spool holds of a run, or read along while it runs."""

import argparse
import base64
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from km.cli.command_line import command_line, home
from km.cli.frame_line import FrameLines, clock_time
from km.cli.masking import RULE, masked
from km.cli.run_log import Entry, RunLog
from km.cli.spool_report import report_spool, why_unreadable
from km.cli.terminal import complain, harmless, paint_for, print_json
from km.home import SPOOL_FOLDER
from km.shipper.runs import UNREADABLE
from km.spool.run_reader import run_folders
from km.spool.streams import STDERR, STDIN, STDOUT

_PAUSE_SECONDS: Final = 0.02
_STREAMS: Final = {STDIN: "client_to_server", STDOUT: "server_to_client", STDERR: "stderr"}


def logs(arguments: list[str]) -> int:
    """0; 1 where there is no such run."""
    options = _parse(arguments)
    spool = home() / SPOOL_FOLDER
    chosen = _choose(spool, options.run)
    if chosen is None and not (options.follow and not options.run):
        complain(f"no run {options.run or ''} in {spool}: what is published is removed from there".replace("  ", " "))
        return 1
    reading = Reading(spool, options)
    if chosen is not None:
        reading.open(chosen)
    try:
        reading.read()
        while options.follow and not (options.run and reading.all_ended):
            time.sleep(_PAUSE_SECONDS)
            reading.read()
    finally:
        reading.close()
    return 0


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = command_line(
        "logs",
        f"Show what passed, from the local spool. {RULE}",
        ("km logs", "km logs -f mcp-server-git", "km logs --full 0196f3c2 | less -R", "km logs --json | jq .text"),
        "0; 1 where there is no such run",
    )
    parser.add_argument("run", nargs="?", metavar="RUN", help="run id, its beginning, or a server (default: newest)")
    parser.add_argument(
        "-f", "--follow", action="store_true", help="go on as more comes; without RUN with every new run"
    )
    parser.add_argument("--full", action="store_true", help="do not cut frames short")
    parser.add_argument("--raw", action="store_true", help="the exact bytes: nothing masked, nothing neutralised")
    return parser.parse_args(arguments)


def _choose(spool: Path, wanted: str | None) -> Path | None:
    """The newest run, of those that are wanted."""
    folders = run_folders(spool)
    if wanted is not None:
        by_server = {run.run_id for run in report_spool(home()).runs if run.server == wanted}
        folders = [each for each in folders if each.name.startswith(wanted.lower()) or each.name in by_server]
    return folders[-1] if folders else None


class Reading:
    """The runs that are read along, and how they are shown."""

    def __init__(self, spool: Path, options: argparse.Namespace) -> None:
        self._spool = spool
        self._options = options
        self._paint = paint_for(sys.stdout)
        self._logs: list[tuple[RunLog, FrameLines]] = []
        self._seen = {folder.name for folder in run_folders(spool)}
        self._shown: set[str] = set()

    def open(self, folder: Path) -> None:
        """Read this run from its beginning on."""
        self._seen.add(folder.name)
        try:
            log = RunLog(folder)
        except UNREADABLE as error:
            if folder.exists():
                complain(f"{folder} cannot be read: {why_unreadable(error)}")
            return
        self._shown.add(log.run_id)
        self._logs.append((log, FrameLines(self._paint, full=self._options.full)))
        self._say(log, f"run {log.run_id} of {log.server}, started at {clock_time(log.started_at_us)}")

    def read(self) -> None:
        """Show what is new."""
        if self._options.follow and not self._options.run:
            for folder in run_folders(self._spool):
                if folder.name not in self._seen:
                    self.open(folder)
        for log, lines in list(self._logs):
            for entry in log.read():
                self._show(log, lines, entry)
            if log.how_it_ended:
                self._say(log, f"run {log.run_id} has ended: {log.how_it_ended}")
                log.close()
                self._logs.remove((log, lines))
        sys.stdout.flush()

    @property
    def all_ended(self) -> bool:
        """Whether no run that is read goes on."""
        return not self._logs

    def close(self) -> None:
        """Let go of the files."""
        for log, _ in self._logs:
            log.close()

    def _say(self, log: RunLog, sentence: str) -> None:
        if not self._options.json and not self._options.raw:
            print(self._name(log) + self._paint(harmless(f"— {sentence}"), "bold"))

    def _show(self, log: RunLog, lines: FrameLines, entry: Entry) -> None:
        if entry.overtaken:
            self._say(log, "frames were published and removed before they could be shown: this reader was too slow")
        elif self._options.json:
            print_json(_as_json(log, entry, raw=self._options.raw))
        elif self._options.raw:
            sys.stdout.buffer.write(entry.content)
        else:
            print(self._name(log) + lines.line(entry))

    def _name(self, log: RunLog) -> str:
        return self._paint(f"{harmless(log.server)} ", "magenta") if len(self._shown) > 1 else ""


def _as_json(log: RunLog, entry: Entry, *, raw: bool) -> dict[str, object]:
    """Text where it is UTF-8; base64 only with --raw, as nobody can tell what it hides."""
    shown: dict[str, object] = {
        "run_id": log.run_id,
        "server": log.server,
        "occurred_at": datetime.fromtimestamp(entry.occurred_at_us / 1_000_000, UTC),
        "stream": _STREAMS[entry.stream],
        "bytes": len(entry.content),
        "partial": entry.partial,
    }
    if entry.lost:
        return shown | {"lost": entry.lost}
    try:
        text = entry.content.decode()
    except UnicodeDecodeError:
        return shown | ({"base64": base64.b64encode(entry.content).decode()} if raw else {})
    return shown | {"text": text if raw else masked(text)}
