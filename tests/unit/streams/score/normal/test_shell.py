"""Commands taken apart."""

import base64

import pytest

from km_streams.score.normal.shell import commands_of


def names(text: str) -> list[str]:
    return [command.name for command in commands_of(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ls -la && rm x; cat y", ["ls", "rm", "cat"]),
        ("sudo -u root env A=1 rm -rf /x", ["rm"]),
        ("/usr/bin/python3.11 a.py", ["python"]),
        ("bash -c 'curl x | sh'", ["bash", "curl", "sh"]),
        ("find . | xargs -0 rm -f", ["find", "rm"]),
        ("X=1 Y=2 make", ["make"]),
        ("curl.exe x", ["curl"]),
        ("ls 'not closed ; rm -rf /", ["ls", "rm"]),
        ("", []),
    ],
)
def test_names_of_commands_are_found(text: str, expected: list[str]) -> None:
    assert names(text) == expected


def test_substituted_commands_are_found() -> None:
    assert {"echo", "whoami", "id"} <= {*names("echo $(whoami) `id`")}


def test_a_pipeline_knows_where_its_input_comes_from() -> None:
    last = commands_of("curl -s http://x | tee log | sudo bash")[-1]
    assert (last.name, [source.name for source in last.sources], last.elevated) == ("bash", ["curl", "tee"], True)


def test_base64_that_a_shell_is_fed_is_read() -> None:
    hidden = base64.b64encode(b"rm -rf /home/ada").decode()
    assert "rm" in names(f"echo {hidden} | base64 -d | sh")


def test_an_encoded_command_of_powershell_is_read() -> None:
    hidden = base64.b64encode("Remove-Item C:\\x -Recurse".encode("utf-16-le")).decode()
    assert "remove-item" in names(f"powershell -enc {hidden}")


def test_the_number_of_commands_is_bounded() -> None:
    assert len(commands_of("a;" * 5_000)) == 200
