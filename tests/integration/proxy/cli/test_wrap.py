"""`km wrap`, `km unwrap` and what clients then start."""

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.integration.proxy.conftest import Km

KM = Path(sys.executable).with_name("km")
DEADLINE = 30.0

SERVER = 'import sys\nfor line in sys.stdin: print(line.upper(), end="", flush=True)\n'


SERVERS = '{"mcpServers": {"a": {"command": "x"}}}'


@pytest.fixture
def cursor(km: "Km") -> Path:
    """A configuration with a server that can be started."""
    path = km.folder / ".cursor" / "mcp.json"
    path.parent.mkdir()
    program, *args = km.python(SERVER)
    servers = {"loud": {"command": program, "args": args}, "far": {"url": "https://mcp.example"}}
    path.write_text("// mine\n" + json.dumps({"mcpServers": servers}, indent=4))
    return path


def report(km: "Km", *arguments: str) -> dict[str, Any]:
    """What a command says with --json."""
    done = km.call(*arguments, "--json")
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def test_a_wrapped_server_works_and_is_recorded(km: "Km", cursor: Path) -> None:
    assert km.call("wrap").returncode == 0
    entry = json.loads(cursor.read_text().partition("\n")[2])["mcpServers"]["loud"]
    assert entry["command"] == str(KM)
    command = [entry["command"], *entry["args"]]
    done = subprocess.run(
        command, input=b'{"id":1}\n', capture_output=True, env=km.environment, timeout=DEADLINE, check=True
    )
    assert done.stdout == b'{"ID":1}\n'
    assert [record.value for record in km.spooled() if record.headers.direction] == [b'{"id":1}\n', b'{"ID":1}\n']


def test_unwrapping_restores_byte_for_byte(km: "Km", cursor: Path) -> None:
    before = cursor.read_bytes()
    assert km.call("wrap", "cursor").returncode == 0
    once = cursor.read_bytes()
    assert km.call("wrap", "cursor").returncode == 0
    assert cursor.read_bytes() == once != before
    assert km.call("unwrap").returncode == 0
    assert cursor.read_bytes() == before


def test_a_dry_run_shows_the_difference_and_changes_nothing(km: "Km", cursor: Path) -> None:
    before = cursor.read_bytes()
    done = km.call("wrap", "--dry-run")
    assert f'+            "command": "{KM}",' in done.stdout
    assert '+                "--",' in done.stdout
    assert cursor.read_bytes() == before
    assert report(km, "wrap", "--dry-run")["files"][0]["changed"] is False


def test_a_dry_run_shows_no_secret_and_the_file_gets_every_byte(km: "Km") -> None:
    secret = "hush" * 5
    path = km.folder / ".cursor" / "mcp.json"
    path.parent.mkdir()
    server = {"command": "x", "args": ["--api-key", secret, f"--token={secret}"], "env": {"DB_PASSWORD": secret}}
    path.write_text(json.dumps({"mcpServers": {"a": server, "b": {"args": ["--token", secret], "command": "y"}}}))
    for command in ("wrap", "unwrap"):
        for form in ((), ("--json",)):
            done = km.call(command, "--dry-run", *form)
            assert (secret in done.stdout + done.stderr, "masked" in done.stdout) == (False, True)
        before = path.read_text()
        km.call(command)
        assert path.read_text() != before
        assert path.read_text().count(secret) == 4


def test_a_home_of_ones_own_goes_with_the_servers(km: "Km", cursor: Path) -> None:
    assert km.call("wrap").returncode == 0
    entry = json.loads(cursor.read_text().partition("\n")[2])["mcpServers"]["loud"]
    assert entry["args"][:3] == ["--home", str(km.home), "--"]
    as_clients_do = {"PATH": km.environment["PATH"], "HOME": str(km.folder / "elsewhere")}
    command = [entry["command"], *entry["args"]]
    subprocess.run(command, input=b"{}\n", capture_output=True, env=as_clients_do, timeout=DEADLINE, check=True)
    assert [record.value for record in km.spooled() if record.headers.direction] == [b"{}\n", b"{}\n"]
    assert not (km.folder / "elsewhere").exists()


def test_servers_of_a_project_in_claude_codes_own_file_are_told_with_it(km: "Km") -> None:
    servers = {"db": {"command": "x"}}
    (km.folder / ".claude.json").write_text(
        json.dumps({"mcpServers": servers, "projects": {"/shop": {"mcpServers": servers}}})
    )
    (file,) = report(km, "wrap", "--dry-run")["files"]
    assert [server.get("project", "") for server in file["servers"]] == ["", "/shop"]
    assert [server["project"] for server in report(km, "status")["servers"]] == ["", "/shop"]
    assert "db (project /shop)" in km.call("status").stdout


def test_what_is_not_wrapped_is_said(km: "Km", cursor: Path) -> None:
    (file,) = report(km, "wrap")["files"]
    assert file["changed"] is True
    assert file["servers"] == [{"name": "loud", "coverage": "recorded"}, {"name": "far", "coverage": "remote"}]
    assert Path(file["backup"]).read_text().startswith("// mine")
    assert {server["name"]: server["coverage"] for server in report(km, "status")["servers"]} == {
        "loud": "recorded",
        "far": "remote",
    }


def test_a_file_that_is_left_alone_is_named(km: "Km", cursor: Path) -> None:
    link = km.folder / ".codex" / "config.toml"
    link.parent.mkdir()
    (km.folder / "elsewhere.toml").write_text("[mcp_servers.a]\ncommand = 'x'\n")
    link.symlink_to(km.folder / "elsewhere.toml")
    cursor.write_text("{")
    done = km.call("wrap")
    assert done.returncode == 1
    assert f"Cursor {cursor}\n  left alone: it is no JSON from line 1 on" in done.stdout
    assert f"Codex CLI {link}\n  left alone: it is a symbolic link" in done.stdout
    assert cursor.read_text() == "{"


def test_a_client_without_configuration_is_said(km: "Km", cursor: Path) -> None:
    assert (km.call("wrap", "goose").returncode, km.call("wrap", "netscape").returncode) == (1, 2)
    assert "Goose has no server configured here" in km.call("wrap", "goose").stderr


def test_files_of_a_project_are_changed_only_on_demand(km: "Km") -> None:
    project = km.folder / "shop"
    project.mkdir()
    (project / ".mcp.json").write_text(SERVERS)
    km.call("wrap")
    assert "km" not in (project / ".mcp.json").read_text()
    (file,) = report(km, "wrap", "--project", str(project))["files"]
    assert (file["scope"], file["changed"]) == ("project", True)
    assert str(KM) in (project / ".mcp.json").read_text()


def test_unwrapping_knows_every_project_that_was_wrapped(km: "Km") -> None:
    for name in (".mcp.json", ".cursor/mcp.json", ".codex/config.toml"):
        path = km.folder / "shop" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text('[mcp_servers.a]\ncommand = "x"' if path.suffix == ".toml" else SERVERS)
        assert km.call("wrap", "--project", str(km.folder / "shop")).returncode == 0
        assert str(KM) in path.read_text()
        assert km.call("unwrap").returncode == 0
        assert str(KM) not in path.read_text()
