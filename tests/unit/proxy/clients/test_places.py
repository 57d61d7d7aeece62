"""Where each client's configurations are looked for."""

from pathlib import Path

import pytest

from km.clients.client import Client, Surroundings
from km.clients.registry import CLIENTS
from km.clients.survey import survey

EMPTY = {".json": "{}", ".toml": "", ".yaml": "{}"}


@pytest.mark.parametrize(
    ("name", "environment", "paths"),
    [
        ("claude-desktop", {}, [".config/Claude/claude_desktop_config.json"]),
        ("claude-desktop", {"XDG_CONFIG_HOME": "/x"}, ["/x/Claude/claude_desktop_config.json"]),
        ("claude-desktop", {"XDG_CONFIG_HOME": "x"}, [".config/Claude/claude_desktop_config.json"]),
        ("claude-code", {}, [".claude.json", "project/.mcp.json"]),
        ("claude-code", {"CLAUDE_CONFIG_DIR": "/c"}, ["/c/.claude.json", "project/.mcp.json"]),
        ("cursor", {}, [".cursor/mcp.json", "project/.cursor/mcp.json"]),
        ("codex", {}, [".codex/config.toml", "project/.codex/config.toml"]),
        ("codex", {"CODEX_HOME": "/c"}, ["/c/config.toml", "project/.codex/config.toml"]),
        ("goose", {}, [".config/goose/config.yaml"]),
    ],
)
def test_a_client_looks_there(name: str, environment: dict[str, str], paths: list[str]) -> None:
    (client,) = (client for client in CLIENTS if client.name == name)
    around = Surroundings(Path("/home/ana"), environment, Path("/home/ana/project"))
    assert [place.path for place in client.places(around)] == [Path("/home/ana") / path for path in paths]


def test_the_profiles_of_vs_code_are_found(tmp_path: Path) -> None:
    (client,) = (client for client in CLIENTS if client.name == "vscode")
    profile = tmp_path / ".config/Code/User/profiles/-1a2b/mcp.json"
    profile.parent.mkdir(parents=True)
    profile.write_text('{"servers": {"a": {"command": "x"}}}')
    found = survey([client], Surroundings(tmp_path, {}, tmp_path / "project"), frozenset(("user",)))
    assert [(each.path, [server.name for server in each.servers]) for each in found] == [(profile, ["a"])]


def test_settings_of_vs_code_from_before_have_servers_too(tmp_path: Path) -> None:
    (client,) = (client for client in CLIENTS if client.name == "vscode")
    settings = tmp_path / ".config/Code/User/settings.json"
    settings.parent.mkdir(parents=True)
    settings.write_text('{"editor.fontSize": 12, "mcp": {"servers": {"a": {"command": "x"}}}}')
    (found,) = survey([client], Surroundings(tmp_path, {}, tmp_path), frozenset(("user",)))
    assert [server.path for server in found.servers] == [("mcp", "servers", "a")]


def test_a_file_that_is_of_the_user_and_of_the_project_is_one(client: Client, tmp_path: Path) -> None:
    around = Surroundings(tmp_path, {}, tmp_path)
    for place in client.places(around):
        place.path.parent.mkdir(parents=True, exist_ok=True)
        place.path.write_text(EMPTY[place.path.suffix])
    found = survey([client], around, frozenset(("user", "project")))
    assert len({each.path for each in found}) == len(found)


def test_scopes_that_are_not_wanted_are_not_looked_at(tmp_path: Path) -> None:
    project = tmp_path / "project"
    (project / ".cursor").mkdir(parents=True)
    (project / ".cursor/mcp.json").write_text('{"mcpServers": {"a": {"command": "x"}}}')
    around = Surroundings(tmp_path, {}, project)
    assert survey(CLIENTS, around, frozenset(("user",))) == []
    assert [each.place.scope for each in survey(CLIENTS, around, frozenset(("project",)))] == ["project"]
