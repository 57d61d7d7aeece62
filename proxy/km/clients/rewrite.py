"""Wraps and unwraps the servers of a configuration: first as a plan, then on the disk."""

from dataclasses import dataclass
from pathlib import Path

from km.clients.backup import Backup
from km.clients.document import ARGS, UnparsableError, edited, table_at
from km.clients.guarded_file import LeftAloneError, replace_guarded
from km.clients.survey import Configuration, servers_of
from km.clients.three_way import taken_back
from km.clients.wrapping import unwrap_changes, wrap_changes


@dataclass(frozen=True, slots=True)
class Plan:
    """What a configuration is to become. Nothing to do where `after` is its content; `trouble`: it is left alone."""

    configuration: Configuration
    after: bytes
    trouble: str = ""

    @property
    def changes(self) -> bool:
        """Whether there is something to do."""
        return self.after != self.configuration.content


def plan_wrap(configuration: Configuration, km: str, km_home: str = "") -> Plan:
    """Every server behind `km` that can be; `km_home` as in `wrap_changes`."""
    if configuration.trouble:
        return Plan(configuration, configuration.content, configuration.trouble)
    changes = wrap_changes(configuration.servers, km, km_home)
    try:
        after = edited(configuration.client.form, configuration.text, changes) if changes else configuration.text
    except UnparsableError as error:
        return Plan(configuration, configuration.content, str(error))
    return Plan(configuration, after.encode())


def plan_unwrap(configuration: Configuration, home: Path) -> Plan:
    """The bytes it had before `km wrap` where nobody has written since; else only our changes taken back."""
    if configuration.trouble:
        return Plan(configuration, configuration.content, configuration.trouble)
    backup = Backup(home, configuration.path)
    original = backup.original_of(configuration.content)
    try:
        if original is None:
            return Plan(configuration, _taken_back(configuration, backup))
        return Plan(configuration, _unwrapped(configuration, original))
    except UnparsableError as error:
        return Plan(configuration, configuration.content, str(error))


def carry_out_wrap(plan: Plan, home: Path) -> None:
    """Keep a backup, replace the file. Raises LeftAloneError."""
    try:
        Backup(home, plan.configuration.path).keep(plan.configuration.content, plan.after)
    except OSError as error:
        raise LeftAloneError(f"no backup could be made in {home}: {error.strerror}") from None
    replace_guarded(plan.configuration.path, plan.configuration.content, plan.after)


def carry_out_unwrap(plan: Plan, home: Path) -> None:
    """Replace the file; the backup has had its day. Raises LeftAloneError."""
    replace_guarded(plan.configuration.path, plan.configuration.content, plan.after)
    Backup(home, plan.configuration.path).forget()


def _taken_back(configuration: Configuration, backup: Backup) -> bytes:
    """Our lines as they were, where that says the same as taking `km` out of each command; else the latter."""
    plainly = _unwrapped(configuration, configuration.content)
    versions = backup.versions()
    if versions is None:
        return plainly
    try:
        exactly = _unwrapped(configuration, taken_back(*versions, configuration.content))
        return exactly if _meaning(configuration, exactly) == _meaning(configuration, plainly) else plainly
    except (UnparsableError, UnicodeDecodeError):
        return plainly  # merged lines need not make a whole


def _meaning(configuration: Configuration, content: bytes) -> object:
    """What a configuration says; no arguments and an empty list of them are the same."""
    client, text = configuration.client, content.decode()
    data = client.form.data(text)
    for server in servers_of(client, configuration.place, text):
        if server.command and not server.args:
            table_at(data, server.path).pop(ARGS, None)
    return data


def _unwrapped(configuration: Configuration, content: bytes) -> bytes:
    """An original may hold servers that were behind `km` before: they are taken out, too."""
    text, client = content.decode(), configuration.client
    changes = unwrap_changes(servers_of(client, configuration.place, text))
    return edited(client.form, text, changes).encode() if changes else content
