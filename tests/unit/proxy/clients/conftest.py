"""Configurations as people have them, with comments."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from km.clients.client import Client, Surroundings
from km.clients.registry import CLIENTS

SAMPLES = Path(__file__).with_name("samples")
NAMES = {
    "claude-desktop": "claude_desktop_config.json",
    "claude-code": "claude.json",
    "cursor": "cursor_mcp.json",
    "vscode": "vscode_mcp.json",
    "codex": "codex_config.toml",
    "goose": "goose_config.yaml",
}


@pytest.fixture(params=CLIENTS, ids=lambda client: client.name)
def client(request: pytest.FixtureRequest) -> Client:
    """Each client in turn."""
    chosen: Client = request.param
    return chosen


@pytest.fixture
def sample(client: Client) -> str:
    """Its configuration; line ends as they are."""
    return (SAMPLES / NAMES[client.name]).read_bytes().decode()


@pytest.fixture
def samples() -> Mapping[str, Path]:
    """Every sample, by the name of its client."""
    return {name: SAMPLES / file for name, file in NAMES.items()}


@pytest.fixture
def around(tmp_path: Path) -> Surroundings:
    """A home folder and a project of the test's own."""
    project = tmp_path / "project"
    project.mkdir()
    return Surroundings(tmp_path, {}, project)
