"""A bar on a terminal while a spool empties; nothing where stderr is none."""

import sys

from km.shipper.main import Progress

_WIDTH = 30


class ProgressBar:
    """Call it with each progress, and `clear` it before anything else is said."""

    def __init__(self) -> None:
        self._is_shown = False
        self._terminal = sys.stderr.isatty()

    def __call__(self, progress: Progress) -> None:
        """Draw it anew."""
        if self._terminal:
            sys.stderr.write("\r" + bar(progress) + "\x1b[K")  # ECMA-48: erase to the end of the line
            sys.stderr.flush()
            self._is_shown = True

    def clear(self) -> None:
        """Leave an empty line."""
        if self._is_shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
            self._is_shown = False


def bar(progress: Progress) -> str:
    """`[#####     ]  50 %  1,234 records`."""
    share = 1 - progress.left_bytes / progress.total_bytes if progress.total_bytes else 1.0
    done = round(share * _WIDTH)
    return f"[{'#' * done}{' ' * (_WIDTH - done)}] {share:4.0%}  {progress.records:,} records"
