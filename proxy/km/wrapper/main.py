"""`km -- COMMAND`: the guard first, so that the server starts while the rest is imported."""

import os

from km.console import complain
from km.home import home_folder
from km.wrapper.guard import FAILED, Report, start_guard
from km.wrapper.options import Options

_NOT_FOUND, _NOT_EXECUTABLE = 127, 126
_ENOENT, _ENOTDIR = 2, 20


def wrap(options: Options) -> int:
    """Run the command behind the recorder; its exit code."""
    _open_standard_streams()
    guard = start_guard(options.command)
    from km.wrapper.recording import start_recording  # noqa: PLC0415 - see above
    from km.wrapper.relay import Relay  # noqa: PLC0415
    from km.wrapper.shipper_start import ShipperStart  # noqa: PLC0415

    report = guard.read_report()
    if report is None or report.kind == FAILED:
        return _refuse(options.command[0], report)
    home = home_folder({"KM_HOME": options.home} if options.home else os.environ)
    return Relay(guard, report.value, start_recording(home, options), ShipperStart(home)).run()


def _refuse(program: str, report: Report | None) -> int:
    """The shell's codes (POSIX.1-2017, Shell 2.8.2): 127 not found, 126 found and not executable."""
    errno = report.value if report else 0
    if errno in {_ENOENT, _ENOTDIR}:
        complain(f"km: {program}: command not found\n")
        return _NOT_FOUND
    reason = os.strerror(errno) if errno else "the process that was to start it has ended"
    complain(f"km: {program}: cannot be executed: {reason}\n")
    return _NOT_EXECUTABLE


def _open_standard_streams() -> None:
    """Have descriptors 0, 1 and 2 taken, by /dev/null where the client gave none: a pipe must not land there."""
    descriptor = os.open(os.devnull, os.O_RDWR)
    while descriptor <= 2:
        descriptor = os.dup(descriptor)
    os.close(descriptor)
