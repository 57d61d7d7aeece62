"""Which clients and which project a command is about, and how a server's coverage is said."""

import argparse
import os
from pathlib import Path
from typing import Final

from km.cli.terminal import Paint, harmless
from km.clients.client import Surroundings
from km.clients.registry import CLIENTS
from km.clients.server import Coverage

_WORDS: Final = {
    Coverage.RECORDED: ("recorded", "green"),
    Coverage.NOT_RECORDED: ("not recorded", "yellow"),
    Coverage.REMOTE: ("remote: not wrapped, as there is no command", "dim"),
    Coverage.BUILT_IN: ("part of the client: not wrapped, as there is no command", "dim"),
    Coverage.UNCLEAR: ("not wrapped: write program and arguments as `command` and a list `args`", "red"),
}


def add_clients(parser: argparse.ArgumentParser) -> None:
    """`[CLIENT…]`."""
    names = ", ".join(client.name for client in CLIENTS)
    parser.add_argument("client", nargs="*", metavar="CLIENT", help=f"only these: {names}")


def add_project(parser: argparse.ArgumentParser, help_text: str) -> None:
    """`--project [FOLDER]`."""
    parser.add_argument("--project", nargs="?", const=".", metavar="FOLDER", help=help_text)


def surroundings(project: str | None) -> Surroundings:
    """Where the clients of this user look."""
    return Surroundings(Path.home(), os.environ, Path(project or ".").resolve())


def named(server: str, project: str) -> str:
    """A server's name, with the project for which alone it is there."""
    return harmless(f"{server} (project {project})" if project else server)


def coverage_words(coverage: str, paint: Paint) -> str:
    """For people: what is so, and why."""
    words, colour = _WORDS[Coverage(coverage)]
    return paint(words, colour)
