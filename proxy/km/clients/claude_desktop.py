"""Claude Desktop."""

from km.clients.client import Client, Place, Surroundings
from km.clients.json_format import JSON


def _places(around: Surroundings) -> tuple[Place, ...]:
    return (Place(around.xdg_config() / "Claude" / "claude_desktop_config.json", "user"),)


CLAUDE_DESKTOP = Client("claude-desktop", "Claude Desktop", JSON, _places)
