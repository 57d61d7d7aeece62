"""What all commands' lines have in common."""

import argparse
import os
import shutil
import sys
from pathlib import Path

from km.home import home_folder


def command_line(name: str, description: str) -> argparse.ArgumentParser:
    """The parser of `km NAME`, with `--json`."""
    parser = argparse.ArgumentParser(prog=f"km {name}", description=description)
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
