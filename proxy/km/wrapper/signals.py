"""The signal module without `enum`, whose import would take a third of the start-up time."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    import signal as _signal
else:
    import _signal

SIGCHLD = int(_signal.SIGCHLD)
SIGKILL = int(_signal.SIGKILL)
ENDING = (int(_signal.SIGTERM), int(_signal.SIGINT), int(_signal.SIGHUP))
"""What a client sends to end a server."""
RESTORED = (int(_signal.SIGPIPE), int(_signal.SIGXFSZ))
"""What Python ignores from its start on and a server must not inherit so."""

set_wakeup_fd = _signal.set_wakeup_fd


def catch(number: int) -> None:
    """Let the signal do nothing but wake, unless it was ignored when we were started (nohup(1))."""
    if _signal.getsignal(number) != _signal.SIG_IGN:
        _signal.signal(number, _nothing)


def _nothing(_number: int, _frame: object) -> None:
    """The number arrives by the wakeup descriptor."""
