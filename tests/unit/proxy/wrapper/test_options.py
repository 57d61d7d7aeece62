"""The command line."""

import pytest

from km.wrapper.options import UsageError, parse_options


@pytest.mark.parametrize(
    ("arguments", "server", "verbose"),
    [
        (["--", "npx", "-y", "x"], "", False),
        (["--server", "git", "--", "npx", "-y", "x"], "git", False),
        (["--server=git", "--verbose", "--", "npx", "-y", "x"], "git", True),
    ],
)
def test_own_options_stand_in_front_of_the_command(arguments: list[str], server: str, verbose: bool) -> None:
    options = parse_options(arguments)
    assert (options.command, options.server, options.verbose) == (["npx", "-y", "x"], server, verbose)


@pytest.mark.parametrize(
    ("arguments", "server", "command"),
    [
        (["npx", "-y", "x"], "", ["npx", "-y", "x"]),
        (["--", "npx", "--fsync"], "", ["npx", "--fsync"]),
        (["--server", "git", "npx", "--", "x"], "git", ["npx", "--", "x"]),
        (["--server=git", "--", "npx", "x"], "git", ["npx", "x"]),
        (["--server", "--", "--", "npx"], "--", ["npx"]),
    ],
)
def test_monitor_takes_the_command_with_or_without_a_border(
    arguments: list[str], server: str, command: list[str]
) -> None:
    options = parse_options(["monitor", *arguments])
    assert (options.command, options.server, options.fsync) == (command, server, False)


def test_fsync_is_an_option_of_the_run() -> None:
    assert parse_options(["--fsync", "--", "x"]).fsync
    assert parse_options(["monitor", "--fsync", "x"]).fsync


def test_a_home_travels_in_the_arguments() -> None:
    for arguments in (
        ["--home", "/a b", "--", "x"],
        ["--home=/a b", "--server", "s", "--", "x"],
        ["monitor", "--home=/a b", "x"],
    ):
        assert (parse_options(arguments).home, parse_options(arguments).command) == ("/a b", ["x"])


def test_what_stands_behind_the_first_border_is_the_servers_own() -> None:
    assert parse_options(["--", "npm", "exec", "--", "--server", "x"]).command == ["npm", "exec", "--", "--server", "x"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], ""),
        (["npx", "x"], "write -- in front of the server's command"),
        (["--"], "the server's command is missing"),
        (["--", ""], "the server's command is missing"),
        (["monitor"], "the server's command is missing"),
        (["monitor", "--server", "git"], "the server's command is missing"),
        (["monitor", "--loud", "x"], "unknown option --loud"),
        (["stray", "--", "x"], "unknown option stray"),
        (["--server", "--", "x"], "--server wants a name"),
        (["--home", "--", "x"], "--home wants a folder"),
        (["--home=", "--", "x"], "--home wants a folder"),
        (["--serverx", "a", "--", "x"], "unknown option --serverx"),
        (["--loud", "--", "x"], "unknown option --loud"),
    ],
)
def test_what_is_wrong_is_said(arguments: list[str], sentence: str) -> None:
    with pytest.raises(UsageError) as error:
        parse_options(arguments)
    assert str(error.value) == sentence
