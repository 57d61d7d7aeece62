"""`python -m km.cli COMMAND`: where `km COMMAND` ends up. A command's module is imported for that command alone."""

import importlib
import os
import sys
from collections.abc import Callable


def main() -> int:
    """Run the command of the first argument, which `km.main` has checked."""
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


sys.exit(main())
