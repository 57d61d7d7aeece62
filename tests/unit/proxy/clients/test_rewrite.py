"""Wrapping and unwrapping files on the disk, with their backups."""

from pathlib import Path

import pytest

from km.clients.client import Client, Surroundings
from km.clients.document import Change, edited
from km.clients.rewrite import carry_out_unwrap, carry_out_wrap, plan_unwrap, plan_wrap
from km.clients.survey import Configuration, survey

KM = "/opt/bin/km"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "km-home"


@pytest.fixture
def file(client: Client, sample: str, around: Surroundings) -> Path:
    path = client.places(around)[0].path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(sample.encode())
    return path


def look(client: Client, around: Surroundings) -> Configuration:
    (found,) = survey([client], around, frozenset(("user",)))
    return found


def wrap(client: Client, around: Surroundings, home: Path, km: str = KM) -> None:
    plan = plan_wrap(look(client, around), km)
    assert not plan.trouble
    if plan.changes:
        carry_out_wrap(plan, home)


def unwrap(client: Client, around: Surroundings, home: Path) -> None:
    plan = plan_unwrap(look(client, around), home)
    assert not plan.trouble
    if plan.changes:
        carry_out_unwrap(plan, home)


def test_unwrapping_restores_byte_for_byte(
    client: Client, sample: str, file: Path, around: Surroundings, home: Path
) -> None:
    wrap(client, around, home)
    assert file.read_bytes() != sample.encode()
    unwrap(client, around, home)
    assert file.read_bytes() == sample.encode()
    assert list(home.rglob("original")) == []


def test_a_moved_km_does_not_cost_the_backup(
    client: Client, sample: str, file: Path, around: Surroundings, home: Path
) -> None:
    wrap(client, around, home, "/old/km")
    wrap(client, around, home)
    unwrap(client, around, home)
    assert file.read_bytes() == sample.encode()


def test_what_a_client_has_written_since_is_kept(client: Client, file: Path, around: Surroundings, home: Path) -> None:
    wrap(client, around, home)
    comment = b"\n" if file.suffix == ".json" else b"# added since\n"
    file.write_bytes(file.read_bytes() + comment)
    unwrap(client, around, home)
    assert file.read_bytes().endswith(comment)
    assert KM.encode() not in file.read_bytes()


def test_what_nobody_else_has_written_since_is_restored_byte_for_byte(
    client: Client, sample: str, file: Path, around: Surroundings, home: Path
) -> None:
    """Also a server that had no `args`, of which an edit alone would leave an empty list."""
    wrap(client, around, home)
    comment = b"\n" if file.suffix == ".json" else b"# added since\n"
    file.write_bytes(comment + file.read_bytes() + comment)
    unwrap(client, around, home)
    assert file.read_bytes() == comment + sample.encode() + comment


def test_a_command_that_was_changed_since_keeps_its_change(
    client: Client, sample: str, file: Path, around: Surroundings, home: Path
) -> None:
    wrap(client, around, home)
    name = next(server.name for server in look(client, around).servers if server.command == KM)
    changed = edited(client.form, file.read_bytes().decode(), [change_of(look(client, around), name)])
    file.write_bytes(changed.encode())
    unwrap(client, around, home)
    (server,) = (server for server in look(client, around).servers if server.name == name)
    assert server.args[:1] == ("added-since",)
    assert KM.encode() not in file.read_bytes()


def change_of(configuration: Configuration, name: str) -> Change:
    """One argument more in front of the wrapped command's own."""
    (server,) = (server for server in configuration.servers if server.name == name)
    return Change(server.path, server.command_key, KM, 2, ("--", server.args[1], "added-since"))


def test_a_server_added_since_is_unwrapped_too(
    client: Client, sample: str, file: Path, around: Surroundings, home: Path
) -> None:
    wrap(client, around, home)
    comment = b"\n" if file.suffix == ".json" else b"# added since\n"
    file.write_bytes(file.read_bytes() + comment)
    wrap(client, around, home, "/new/km")
    unwrap(client, around, home)
    assert b"/km" not in file.read_bytes()


def test_the_backup_is_private(client: Client, sample: str, file: Path, around: Surroundings, home: Path) -> None:
    wrap(client, around, home)
    (original,) = home.rglob("original")
    assert original.read_bytes() == sample.encode()
    assert original.stat().st_mode & 0o777 == 0o600
    assert original.parent.stat().st_mode & 0o777 == 0o700


def test_a_plan_changes_nothing(client: Client, sample: str, file: Path, around: Surroundings, home: Path) -> None:
    assert plan_wrap(look(client, around), KM).changes
    assert file.read_bytes() == sample.encode()
    assert not home.exists()


@pytest.mark.parametrize(("content", "trouble"), [(b"[{", "it is no "), (b'{"a": "\xff"}', "it is no UTF-8")])
def test_a_file_that_cannot_be_parsed_is_named_and_left_alone(
    client: Client, file: Path, around: Surroundings, content: bytes, trouble: str
) -> None:
    file.write_bytes(content)
    plan = plan_wrap(look(client, around), KM)
    assert plan.trouble.startswith(trouble)
    assert not plan.changes


@pytest.mark.parametrize("content", [b"", b"\n"])
def test_an_empty_file_has_no_servers(client: Client, file: Path, around: Surroundings, content: bytes) -> None:
    file.write_bytes(content)
    found = look(client, around)
    assert (found.trouble, found.servers) == ("", ())
