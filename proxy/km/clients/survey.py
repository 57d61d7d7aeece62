"""Looks at every configuration there is, and says which servers are recorded."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from km.clients.client import Client, Place, Scope, Surroundings
from km.clients.document import UnparsableError
from km.clients.guarded_file import LeftAloneError, read_guarded
from km.clients.server import Server, servers_in


@dataclass(frozen=True, slots=True)
class Configuration:
    """One file. Where it is left alone, `trouble` says why; servers are told if it could be read."""

    client: Client
    place: Place
    content: bytes = b""
    servers: tuple[Server, ...] = ()
    trouble: str = ""

    @property
    def path(self) -> Path:
        """Where it stands."""
        return self.place.path

    @property
    def text(self) -> str:
        """Its content, which is UTF-8 where there is no trouble; line ends as they are."""
        return self.content.decode()


def survey(
    clients: Iterable[Client], around: Surroundings, scopes: frozenset[Scope], also: Iterable[Path] = ()
) -> list[Configuration]:
    """The configurations of these scopes that exist, and those at the paths `also`, of whatever project."""
    also = frozenset(also)
    found: dict[tuple[str, Path], Configuration] = {}
    for client in clients:
        for place in _places(client, around, also):
            key = (client.name, place.path)
            wanted = place.scope in scopes or place.path in also
            # In the home folder, a project's file is the user's.
            configuration = _look(client, place) if wanted and key not in found else None
            if configuration is not None:
                found[key] = configuration
    return list(found.values())


def _places(client: Client, around: Surroundings, also: frozenset[Path]) -> Iterator[Place]:
    yield from client.places(around)
    for path in sorted(also):
        # Clients look into a project's folder, or into one of their own in it.
        for project in path.parents[:2]:
            yield from (place for place in client.places(replace(around, project=project)) if place.path == path)


def servers_of(client: Client, place: Place, text: str) -> tuple[Server, ...]:
    """What a configuration's text says. Raises UnparsableError."""
    return tuple(servers_in(client.form.data(text), place.tables, client.command_key))


def _look(client: Client, place: Place) -> Configuration | None:
    try:
        content = read_guarded(place.path)
    except LeftAloneError as error:
        return Configuration(client, place, trouble=str(error))
    if content is None:
        return None
    configuration = Configuration(client, place, content)
    try:
        # Clients make files empty before they fill them.
        servers = servers_of(client, place, content.decode()) if content.strip() else ()
    except UnicodeDecodeError:
        return replace(configuration, trouble="it is no UTF-8")
    except UnparsableError as error:
        return replace(configuration, trouble=str(error))
    return replace(configuration, servers=servers)
