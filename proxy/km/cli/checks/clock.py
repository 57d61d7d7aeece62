"""The wall clock: events carry its time."""

import ctypes
from datetime import datetime, timedelta
from typing import Final

from km.cli.checks.verdict import Verdict, ok, warning

_NAME: Final = "clock"
_TIMEX_BYTES: Final = 512
"""`struct timex` has 208 (sys/timex.h, 64 bits); all 0 asks and sets nothing."""
_STATUS_AT: Final = 40
_STA_UNSYNC: Final = 0x0040
_SLACK: Final = timedelta(seconds=5)


def check_clock(now: datetime, newest_run: datetime | None) -> Verdict:
    """Whether it runs with a time server (adjtimex(2)), and not behind what is already recorded."""
    if newest_run and newest_run > now + _SLACK:
        says = f"the newest run in the spool began at {newest_run:%Y-%m-%d %H:%M:%S} UTC, after now: it was set back"
        return warning(_NAME, says, "set the clock; records keep the time they were made with")
    synchronised = _is_synchronised()
    if synchronised is False:
        says = "the system says that its clock does not follow a time server: times of events may be off"
        return warning(_NAME, says, "switch on systemd-timesyncd or chrony (in a container: on its host)")
    return ok(_NAME, "follows a time server" if synchronised else "the system does not tell whether it is exact")


def _is_synchronised() -> bool | None:
    """None where the system does not tell."""
    try:
        adjtimex = ctypes.CDLL(None, use_errno=True).adjtimex
    except (OSError, AttributeError):
        return None
    answer = ctypes.create_string_buffer(_TIMEX_BYTES)
    if adjtimex(answer) < 0:
        return None
    return not int.from_bytes(answer.raw[_STATUS_AT : _STATUS_AT + 4], "little") & _STA_UNSYNC
