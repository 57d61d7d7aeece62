"""What is known of an AI client: where its configurations stand, and which tables in them describe servers. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from km.clients.document import Format

Scope = Literal["user", "project"]
"""`project`: in the folder of a project, often shared with others by version control."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where a client would look: the user's home folder, the environment, the folder of a project."""

    home: Path
    environment: Mapping[str, str]
    project: Path

    def xdg_config(self) -> Path:
        """XDG Base Directory 0.8; a relative path in the variable is to be ignored."""
        chosen = Path(self.environment.get("XDG_CONFIG_HOME", ""))
        return chosen if chosen.is_absolute() else self.home / ".config"


@dataclass(frozen=True, slots=True)
class Place:
    """One file a client reads, if it is there."""

    path: Path
    scope: Scope
    tables: tuple[tuple[str, ...], ...] = (("mcpServers", "*"),)
    """Paths to the tables of servers; `*` is any key, the last one the server's name."""


@dataclass(frozen=True, slots=True)
class Client:
    """One AI client."""

    name: str
    """As in `km wrap NAME`."""
    title: str
    form: Format
    places: Callable[[Surroundings], tuple[Place, ...]]
    command_key: str = "command"
