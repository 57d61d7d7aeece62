"""`km-streams sanitize` and `km-streams rules`."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from km_streams.cli import main
from km_streams.sanitize.database_cache import database_path, read_database, write_database

MAIL = "ada" + "@" + "example.org"


def test_each_frame_gives_one_json_object_with_its_findings() -> None:
    frames = f'{{"to": "{MAIL}"}}\nplain\n{{"to": "cc {MAIL}"}}'
    done = CliRunner().invoke(main, ["sanitize", "--json", "-"], input=frames)
    first, second, third = map(json.loads, done.output.splitlines())
    finding = first["findings"][0]
    assert json.loads(first["payload"]) == {"to": finding["token"]}
    assert (finding["type"], finding["path"], set(finding)) == (
        "email",
        "$['to']",
        {"type", "rule", "path", "confidence", "token"},
    )
    assert second == {"payload": "plain", "findings": []}
    assert third["findings"][0]["token"] == finding["token"]


def test_without_json_findings_are_a_table_that_says_no_value(tmp_path: Path) -> None:
    path = tmp_path / "frames"
    path.write_text(f'{{}}\n{{"to": "{MAIL}"}}\n')
    done = CliRunner().invoke(main, ["sanitize", str(path)])
    assert done.output.split()[:3] == ["2", "email", "0.90"]
    assert MAIL not in done.output


def test_any_bytes_give_a_line() -> None:
    done = CliRunner().invoke(main, ["sanitize", "--json", "-"], input=b"\xff\x00\n[1\n")
    assert [json.loads(line)["findings"] for line in done.output.splitlines()] == [[], []]


def test_the_rules_are_listed_and_hold_their_examples() -> None:
    listed = CliRunner().invoke(main, ["rules", "list"])
    assert "github-token@" in listed.output
    tested = CliRunner().invoke(main, ["rules", "test"])
    assert (tested.exit_code, tested.output.splitlines()[:-1]) == (0, [])


@pytest.mark.parametrize("damage", ["cut", "open to others", "none"])
def test_a_database_is_used_only_whole_and_private(tmp_path: Path, damage: str) -> None:
    path = database_path(tmp_path / "cache", [b"a"], "1")
    write_database(path, b"database")
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:-1])
    if damage == "open to others":
        path.chmod(0o666)
    assert read_database(path) == (b"database" if damage == "none" else None)
    assert database_path(tmp_path, [b"a"], "1") != database_path(tmp_path, [b"b"], "1")
