"""Cursor."""

from km.clients.client import Client, Place, Surroundings
from km.clients.json_format import JSON


def _places(around: Surroundings) -> tuple[Place, ...]:
    return (
        Place(around.home / ".cursor" / "mcp.json", "user"),
        Place(around.project / ".cursor" / "mcp.json", "project"),
    )


CURSOR = Client("cursor", "Cursor", JSON, _places)
