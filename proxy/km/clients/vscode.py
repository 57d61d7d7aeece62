"""VS Code: `mcp.json` of the user, of each profile and of the workspace; before version 1.102 in `settings.json`."""

from km.clients.client import Client, Place, Surroundings
from km.clients.json_format import JSON

_SERVERS = (("servers", "*"),)
_SETTINGS = (("mcp", "servers", "*"),)
_FOLDERS = ("Code", "Code - Insiders", "VSCodium")


def _places(around: Surroundings) -> tuple[Place, ...]:
    places = []
    for folder in _FOLDERS:
        user = around.xdg_config() / folder / "User"
        places += [Place(user / "mcp.json", "user", _SERVERS), Place(user / "settings.json", "user", _SETTINGS)]
        places += [Place(path, "user", _SERVERS) for path in sorted(user.glob("profiles/*/mcp.json"))]
    workspace = around.project / ".vscode"
    places.append(Place(workspace / "mcp.json", "project", _SERVERS))
    places.append(Place(workspace / "settings.json", "project", _SETTINGS))
    return tuple(places)


VSCODE = Client("vscode", "VS Code", JSON, _places)
