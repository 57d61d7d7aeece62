"""`python -m km.cli COMMAND`: where `km COMMAND` ends up. A command's module is imported for that command alone."""

import importlib
import os
import sys
from collections.abc import Callable
from pathlib import Path

from km.cli.terminal import complain


def main() -> int:
    """Run the command of the first argument, which `km.main` has checked."""
    _open_standard_streams()
    command, *arguments = sys.argv[1:]
    module = importlib.import_module(f"km.cli.{command}")
    run: Callable[[list[str]], int] = getattr(module, command)
    try:
        return run(arguments)
    except (KeyboardInterrupt, EOFError):  # Ctrl-C; Ctrl-D at a question
        return 130  # 128 + SIGINT, as a shell says it
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # nobody reads: what is left to be flushed goes nowhere
        return 141  # 128 + SIGPIPE
    except OSError as error:
        complain(f"{error.filename or command}: {os.strerror(error.errno or 0)}: km doctor says what to do")
        return 1


def _open_standard_streams() -> None:
    """Python has None for a stream that was closed when it started; so `km status >&-` would end in an accident."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - as long as the process


sys.exit(main())
