"""What all commands' lines have in common."""

import argparse
import os
import shutil
import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from km.home import home_folder

_WIDTH: Final = 100


def command_line(name: str, description: str, examples: Sequence[str], exit_codes: str) -> argparse.ArgumentParser:
    """The parser of `km NAME`, with `--json`. `examples` are lines of a shell."""
    parser = argparse.ArgumentParser(
        prog=f"km {name}",
        description=textwrap.fill(description, _WIDTH),
        epilog="\n".join(["examples:", *(f"  {line}" for line in examples), "", f"exit code: {exit_codes}"]),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--json", action="store_true", help="say it as JSON, for programs")
    return parser


def home() -> Path:
    """The folder of this installation."""
    return Path(home_folder(os.environ))


def km_command() -> Path | None:
    """The absolute path of `km`: the one beside the interpreter that runs this, else the first on PATH."""
    beside = Path(sys.executable).with_name("km")
    if beside.is_file():
        return beside
    found = shutil.which("km")
    return Path(found).absolute() if found else None
