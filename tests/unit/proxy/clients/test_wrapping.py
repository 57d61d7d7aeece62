"""Each client's configuration, wrapped and unwrapped."""

import difflib
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from km.clients.client import Client, Surroundings
from km.clients.document import Change, edited
from km.clients.registry import CLIENTS
from km.clients.server import Coverage, Server, wrapped_command
from km.clients.survey import servers_of
from km.clients.wrapping import unwrap_changes, wrap_changes

KM = "/opt/tools dir/bin/km"
PROJECTS = {"db": "/home/ana/shop"}
TWO_COMMANDS = {
    "claude-desktop": {"filesystem", "weather", "git"},
    "claude-code": {"db", "github"},
    "cursor": {"docs", "one-line"},
    "vscode": {"Perplexity", "fetch"},
    "codex": {"context7", "playwright", "local-tool", "inline"},
    "goose": {"fetch", "memory", "flow", "bare", "none"},
}


def servers(client: Client, text: str) -> tuple[Server, ...]:
    place = client.places(Surroundings(Path("/home/ana"), {}, Path("/project")))[0]
    return servers_of(client, place, text)


def wrapped(client: Client, text: str, km: str = KM) -> str:
    return edited(client.form, text, wrap_changes(servers(client, text), km))


def unwrapped(client: Client, text: str) -> str:
    return edited(client.form, text, unwrap_changes(servers(client, text)))


def commands(found: Sequence[Server], coverage: Coverage) -> dict[str, tuple[str, tuple[str, ...]]]:
    return {server.name: (server.command, server.args) for server in found if server.coverage is coverage}


def test_every_server_with_a_command_goes_behind_km_and_no_other(client: Client, sample: str) -> None:
    before = commands(servers(client, sample), Coverage.NOT_RECORDED)
    after = servers(client, wrapped(client, sample))
    assert set(before) == TWO_COMMANDS[client.name]
    assert commands(after, Coverage.NOT_RECORDED) == {}
    assert commands(after, Coverage.RECORDED) == {
        name: (KM, ("--", command, *args)) for name, (command, args) in before.items()
    }


def test_lines_without_a_command_stay_as_they_are(client: Client, sample: str) -> None:
    removed = [
        line for line in difflib.ndiff(sample.splitlines(), wrapped(client, sample).splitlines()) if line[0] == "-"
    ]
    assert 0 < len(removed) <= 2 * len(TWO_COMMANDS[client.name])
    for comment in ("//", "/*", "# "):
        assert wrapped(client, sample).count(comment) == sample.count(comment)
    assert wrapped(client, sample).count("\r\n") - sample.count("\r\n") in (
        {0} if "\r\n" not in sample else {0, 1, 2, 3, 4}
    )


def test_unwrapping_gives_every_command_back(client: Client, sample: str) -> None:
    assert client.form.data(unwrapped(client, wrapped(client, sample))) in (
        client.form.data(sample),
        with_empty_args(client, sample),
    )


def with_empty_args(client: Client, sample: str) -> object:
    """A server that had no arguments keeps an empty list of them."""
    bare = [
        server for server in servers(client, sample) if server.coverage is Coverage.NOT_RECORDED and not server.args
    ]
    changes = [Change(server.path, server.command_key, server.command, 0, ("x",)) for server in bare]
    text = edited(client.form, sample, changes)
    changes = [Change(server.path, server.command_key, server.command, 1, ()) for server in bare]
    return client.form.data(edited(client.form, text, changes))


def test_wrapping_twice_is_wrapping_once(client: Client, sample: str) -> None:
    once = wrapped(client, sample)
    assert wrapped(client, once) == once


def test_a_km_that_has_moved_is_corrected_and_nothing_else(client: Client, sample: str) -> None:
    assert wrapped(client, wrapped(client, sample, "/old/km")) == wrapped(client, sample)


def test_a_home_that_clients_would_not_pass_on_travels_in_the_arguments(client: Client, sample: str) -> None:
    before = commands(servers(client, sample), Coverage.NOT_RECORDED)
    once = with_home(client, sample, "/my home")
    assert commands(servers(client, once), Coverage.RECORDED) == {
        name: (KM, ("--home", "/my home", "--", command, *args)) for name, (command, args) in before.items()
    }
    assert with_home(client, once, "/my home") == wrapped(client, once) == once
    assert with_home(client, once, "/another") == with_home(client, sample, "/another")
    assert with_home(client, wrapped(client, sample), "/another") == with_home(client, sample, "/another")
    assert client.form.data(unwrapped(client, once)) in (client.form.data(sample), with_empty_args(client, sample))


def with_home(client: Client, text: str, home: str) -> str:
    return edited(client.form, text, wrap_changes(servers(client, text), KM, home))


def test_a_server_of_one_project_says_which(samples: Mapping[str, Path]) -> None:
    (client,) = (client for client in CLIENTS if client.name == "claude-code")
    found = servers(client, samples["claude-code"].read_text())
    assert {server.name: server.project for server in found if server.path[0] == "projects"} == PROJECTS
    assert all(not server.project for server in found if server.path[0] != "projects")


def test_unwrapping_what_is_not_wrapped_changes_nothing(client: Client, sample: str) -> None:
    assert unwrapped(client, sample) == sample


@pytest.mark.parametrize(
    ("command", "args", "behind"),
    [
        ("/x/km", ("--", "npx", "-y", "a"), ["npx", "-y", "a"]),
        ("km", ("--server", "a b", "--verbose", "--", "node", "--", "x"), ["node", "--", "x"]),
        ("/x/km", ("ship",), None),
        ("/x/km", (), None),
        ("/x/kmx", ("--", "npx"), None),
    ],
)
def test_a_wrapped_server_is_one_that_km_would_run(
    command: str, args: tuple[str, ...], behind: list[str] | None
) -> None:
    assert wrapped_command(Server("a", ("a",), Coverage.NOT_RECORDED, "command", command, args)) == behind


def test_servers_that_have_no_command_are_told_apart(client: Client, sample: str) -> None:
    others = {
        server.name: server.coverage
        for server in servers(client, sample)
        if server.name not in TWO_COMMANDS[client.name]
    }
    assert (
        others
        == {
            "claude-desktop": {"remote-crm": Coverage.REMOTE},
            "claude-code": {"linear": Coverage.REMOTE},
            "cursor": {"whole line": Coverage.UNCLEAR},
            "vscode": {"github": Coverage.REMOTE},
            "codex": {"figma": Coverage.REMOTE},
            "goose": {"developer": Coverage.BUILT_IN, "remote": Coverage.REMOTE},
        }[client.name]
    )
