"""Claude Code: one file for the user, with a part for each project; and one in the project's folder."""

from pathlib import Path

from km.clients.client import Client, Place, Surroundings
from km.clients.json_format import JSON

_USER_TABLES = (("mcpServers", "*"), ("projects", "*", "mcpServers", "*"))


def _places(around: Surroundings) -> tuple[Place, ...]:
    chosen = around.environment.get("CLAUDE_CONFIG_DIR")
    folder = Path(chosen) if chosen else around.home
    return (
        Place(folder / ".claude.json", "user", _USER_TABLES),
        Place(around.project / ".mcp.json", "project"),
    )


CLAUDE_CODE = Client("claude-code", "Claude Code", JSON, _places)
