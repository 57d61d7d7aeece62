"""Family `protocol`: ids, versions and identities that do not fit what was said before."""

from collections.abc import Iterator
from typing import Final

from km_schemas.records import Signal
from km_streams.json_path import normalized_path
from km_streams.score.exchange import Answer
from km_streams.score.frame_view import Exchange
from km_streams.score.history.scene import Scene
from km_streams.score.keys import digest_of
from km_streams.score.ruleset import CompiledRule, signal_of

_FAMILY: Final = "protocol"
CLIENTS_LIMIT: Final = 8
_HEADER_MISMATCH: Final = -32020


def id_reuse(scene: Scene, exchange: Exchange) -> Signal:
    """A request whose id waits for an answer already."""
    path = normalized_path((*exchange.root, "id"))
    return signal_of(scene.rule(_FAMILY, "id-reuse"), path, _id_of(exchange))


def _id_of(exchange: Exchange) -> str:
    return exchange.key.partition("/")[2]


def answer_signals(scene: Scene, exchange: Exchange) -> Iterator[Signal]:
    """An answer that nobody waits for: to nothing, or a second one. That of a cancelled call is merely late."""
    run, path = scene.run, normalized_path((*exchange.root, "id"))
    digest = digest_of(exchange.key)
    if digest in run.cancelled:
        return
    if digest in run.answered:
        yield signal_of(scene.rule(_FAMILY, "second-answer"), path, _id_of(exchange))
    elif run.whole and run.asked:
        yield signal_of(scene.rule(_FAMILY, "orphan-answer"), path, _id_of(exchange))


def change_signals(scene: Scene) -> Iterator[Signal]:
    """A side that is another one, or speaks another version, than it said before in the run."""
    for name, (before, now) in scene.replaced.items():
        if id_ := _CHANGES.get(name):
            yield signal_of(scene.rule(_FAMILY, id_), "$", f"{name} was {before}, is {now}")


_CHANGES: Final = {
    "server_info_name": "identity-change",
    "client_name": "identity-change",
    "protocol_version": "version-change",
}


def downgrade_signals(scene: Scene) -> Iterator[Signal]:
    """A run on an older version of the protocol than the server had before; remembers the newest."""
    version, best = scene.run.facts.protocol_version, scene.server.protocol_version
    if version is None:
        return
    if best is not None and version < best:
        yield signal_of(scene.rule(_FAMILY, "protocol-downgrade"), "$", f"{version}, and {best} before")
    scene.server.protocol_version = max(best or version, version)


def remote_signals(scene: Scene) -> Iterator[Signal]:
    """A server that is spoken to over plain HTTP: in the command line of the run."""
    rule = scene.rule(_FAMILY, "insecure-remote")
    argv = scene.frame.value.get("argv") if isinstance(scene.frame.value, dict) else None
    for position, argument in enumerate(argv if isinstance(argv, list) else ()):
        if isinstance(argument, str) and _is_plain_http(rule, argument):
            yield signal_of(rule, normalized_path(("argv", position)), argument)


def _is_plain_http(rule: CompiledRule, argument: str) -> bool:
    if rule.pattern is None or not rule.pattern.search(argument.encode("utf-8", "replace")):
        return False
    authority = argument.partition("://")[2].partition("/")[0].lower()
    return not any(authority == host or authority.startswith(f"{host}:") for host in rule.source.words["local"])


def client_signals(scene: Scene, name: str) -> Iterator[Signal]:
    """A client that this server has not had; the first one says nothing. Remembers it."""
    clients = scene.server.clients
    if name in clients:
        return
    if clients:
        yield signal_of(scene.rule(_FAMILY, "new-client"), "$", name)
    scene.server.clients = [*clients, name][-CLIENTS_LIMIT:]


def mismatch_signals(scene: Scene, exchange: Exchange, answer: Answer) -> Iterator[Signal]:
    """Headers and body of a request said different things (MCP 2026-07-28, error -32020)."""
    if answer.error_code == _HEADER_MISMATCH:
        path = normalized_path((*exchange.root, "error"))
        yield signal_of(scene.rule(_FAMILY, "header-mismatch"), path, str(_HEADER_MISMATCH))
