"""Codex CLI, its IDE extension and its app, which share one file."""

from pathlib import Path

from km.clients.client import Client, Place, Surroundings
from km.clients.toml_format import TOML

_TABLES = (("mcp_servers", "*"),)


def _places(around: Surroundings) -> tuple[Place, ...]:
    chosen = around.environment.get("CODEX_HOME")
    folder = Path(chosen) if chosen else around.home / ".codex"
    return (
        Place(folder / "config.toml", "user", _TABLES),
        Place(around.project / ".codex" / "config.toml", "project", _TABLES),
    )


CODEX = Client("codex", "Codex CLI", TOML, _places)
