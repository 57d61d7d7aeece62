"""Family `flow`: where data comes from and where it goes: secrets between servers, sensitive reads before sends."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from km_schemas.records import Signal
from km_streams.json_path import normalized_path
from km_streams.score.exchange import Request, member, text
from km_streams.score.frame_view import Exchange, Mark
from km_streams.score.history.classes import is_of_class
from km_streams.score.history.lru import trimmed
from km_streams.score.history.scene import MINUTE_US, Scene
from km_streams.score.history.shingles import shared, shingles
from km_streams.score.history.volume import whole_table
from km_streams.score.keys import NAME_BYTES, cut, digest_of
from km_streams.score.ruleset import CompiledRule, signal_of
from km_streams.score.state import Read, Sighting

SECRETS_LIMIT: Final = 128
DESTINATIONS_LIMIT: Final = 512
READS_LIMIT: Final = 16

_FAMILY: Final = "flow"
_TYPES: Final = "secret."
_BODIES: Final = frozenset(
    {"body", "data", "payload", "content", "json", "form", "message", "text", "files", "attachments"}
)
_WRITING_METHODS: Final = frozenset({"POST", "PUT", "PATCH", "post", "put", "patch"})
_SECRET_LIFE_US: Final = 24 * 60 * MINUTE_US
_WINDOW_US: Final = 30 * MINUTE_US
_NEAR_US: Final = 10 * MINUTE_US
_PRIVATE, _UNTRUSTED, _OUTBOUND, _TOGETHER = "private", "untrusted", "outbound", "together"


def reuse_signals(scene: Scene) -> Iterator[Signal]:
    """A secret that was seen with one server is sent to another; each token counts once a frame."""
    event = scene.frame.event
    if not event.findings:
        return
    seen = scene.memory.secrets
    for token, finding in {one.token: one for one in reversed(event.findings) if one.type.startswith(_TYPES)}.items():
        key = digest_of(token)
        before = seen.get(key)
        if before is None or scene.now_us - before.last_us > _SECRET_LIFE_US:
            seen[key] = Sighting(
                server=cut(scene.run.server, NAME_BYTES),
                run_id=event.run_id,
                seq=event.seq,
                last_us=scene.now_us,
                in_result=not scene.frame.from_client,
            )
        elif scene.frame.from_client and before.server != cut(scene.run.server, NAME_BYTES):
            rule = scene.rule(_FAMILY, "credential-reuse")
            how = "handed out by" if before.in_result else "sent to"
            weight = rule.source.weight if before.in_result else rule.source.values["sent_before"]
            evidence = f"{token} was {how} {before.server} in {before.run_id}/{before.seq}"
            yield signal_of(rule, finding.path, evidence, weight)
    scene.memory.secrets = trimmed(seen, SECRETS_LIMIT, lambda sighting: sighting.last_us)


def request_signals(scene: Scene, exchange: Exchange) -> Iterable[Signal]:
    """What a client's request says about where data goes, beside what was read before."""
    if not scene.marks and whole_table(scene) is None:
        rule = scene.rule(_FAMILY, "lethal-trifecta")
        if not _has_class(exchange.target, rule):
            return ()
    return _request_signals(scene, exchange)


@lru_cache(maxsize=4096)
def _has_class(tool: str | None, rule: CompiledRule) -> bool:
    """Whether a tool's name says of any part of the way of data that it is its."""
    return any(is_of_class(tool, rule, class_) for class_ in (_OUTBOUND, _UNTRUSTED, _PRIVATE))


def _request_signals(scene: Scene, exchange: Exchange) -> Iterator[Signal]:
    sends = scene.marked("destination", "outbound")
    rule = scene.rule(_FAMILY, "lethal-trifecta")
    path = sends[0].path if sends else _params_path(exchange)
    is_sender = is_of_class(exchange.target, rule, _OUTBOUND) or (bool(sends) and _carries(exchange, sends))
    if sends or is_sender:
        yield from _read_then_send(scene, path, is_sender=is_sender)
        yield from _first_seen(scene, [mark for mark in sends if mark.kind == "destination"])
    if is_sender:
        yield from _trifecta(scene, _OUTBOUND, path)
    if is_of_class(exchange.target, rule, _UNTRUSTED):
        yield from _trifecta(scene, _UNTRUSTED, path)
    yield from _reads(scene, exchange, path)


def _params_path(exchange: Exchange) -> str:
    return normalized_path((*exchange.root, "params")) if exchange.root else "$['params']"


def _carries(exchange: Exchange, sends: list[Mark]) -> bool:
    """Whether a request that names a destination takes something there."""
    if any(mark.kind == "outbound" for mark in sends):
        return True
    arguments = member(exchange.part.params, "arguments") if isinstance(exchange.part, Request) else {}
    return not _BODIES.isdisjoint(arguments) or text(arguments, "method") in _WRITING_METHODS


def _reads(scene: Scene, exchange: Exchange, path: str) -> Iterator[Signal]:
    table = whole_table(scene)
    reads = scene.marked("sensitive-read")
    if table is not None or reads:
        _remember_read(scene, f"table {table}" if table else reads[0].value, is_table=table is not None)
    elif not is_of_class(exchange.target, scene.rule(_FAMILY, "lethal-trifecta"), _PRIVATE):
        return
    yield from _trifecta(scene, _PRIVATE, path)


def result_signals(scene: Scene) -> list[Signal]:
    """What a server's text says about where data goes: results of sensitive reads are remembered by their pieces."""
    read = _answered_read(scene) if scene.memory.reads else None
    if read is None and not scene.marks and not scene.signals:
        return []
    return list(_result_signals(scene, read))


def _answered_read(scene: Scene) -> Read | None:
    run_id = scene.frame.event.run_id
    for exchange in scene.frame.exchanges:
        if exchange.call is not None:
            for read in scene.memory.reads:
                if read.seq == exchange.call.opened_seq and read.run_id == run_id:
                    return read
    return None


def _result_signals(scene: Scene, read: Read | None) -> Iterator[Signal]:
    if read is not None:
        read.shingles = shingles(_texts(scene))
    elif any(signal.id == "secret-in-result" and signal.weight >= _HEAVY for signal in scene.signals):
        _remember_read(scene, "secret").shingles = shingles(_texts(scene))
    if marks := scene.marked("untrusted-content", "injection"):
        yield from _trifecta(scene, _UNTRUSTED, marks[0].path)
    elif any(signal.id == "secret-in-result" and signal.weight >= _HEAVY for signal in scene.signals):
        yield from _trifecta(scene, _PRIVATE, "$")


_HEAVY: Final = 0.4
"""Weight of a finding in a result that makes it a sensitive one."""


def _texts(scene: Scene) -> list[str]:
    return [leaf.text for leaf in scene.frame.leaves if not leaf.is_name]


def _remember_read(scene: Scene, what: str, *, is_table: bool = False) -> Read:
    event = scene.frame.event
    read = Read(
        run_id=event.run_id,
        seq=event.seq,
        at_us=scene.now_us,
        server=cut(scene.run.server, NAME_BYTES),
        what=cut(what, NAME_BYTES),
        is_table=is_table,
    )
    scene.memory.reads.append(read)
    del scene.memory.reads[:-READS_LIMIT]
    return read


def _read_then_send(scene: Scene, path: str, *, is_sender: bool) -> Iterator[Signal]:
    recent = [read for read in scene.memory.reads if 0 <= scene.now_us - read.at_us <= _WINDOW_US]
    if not recent:
        return
    rule = scene.rule(_FAMILY, "read-then-send")
    texts = _texts(scene)
    overlaps = [(shared(read.shingles, texts), read.at_us, read) for read in recent]
    overlap, _, read = max(overlaps, key=lambda one: one[:2])
    values = rule.source.values
    if overlap:
        weight = values["same_text"]
    elif not is_sender:
        weight = values["visit"]
    else:
        weight = values["near" if scene.now_us - read.at_us <= _NEAR_US else "later"]
    minutes = (scene.now_us - read.at_us) // MINUTE_US
    evidence = f"{read.what} read in {read.run_id}/{read.seq} {minutes} min before; {overlap} equal pieces"
    yield signal_of(rule, path, evidence, weight)


def _first_seen(scene: Scene, destinations: list[Mark]) -> Iterator[Signal]:
    known = scene.memory.destinations
    rule = scene.rule(_FAMILY, "first-seen-destination")
    is_young = len(known) < rule.source.values["known"]
    for mark in destinations:
        key = digest_of(mark.value)
        if key not in known:
            drop = _is_drop(mark.value, rule.source.words["drops"])
            weight = rule.source.values["drop" if drop else "young" if is_young else "known_others"]
            yield signal_of(rule, mark.path, mark.value, weight)
        known[key] = scene.now_us
    scene.memory.destinations = trimmed(known, DESTINATIONS_LIMIT, lambda last_us: last_us)


def _is_drop(host: str, drops: tuple[str, ...]) -> bool:
    """Whether anybody may leave and fetch things there without a name: pastes, webhooks, tunnels."""
    return any(host == drop or host.endswith(f".{drop}") for drop in drops)


def _trifecta(scene: Scene, trait: str, path: str) -> Iterator[Signal]:
    """Private data, untrusted text and a way out within one window (S. Willison, 2025); said once a window."""
    last = scene.memory.traits
    last[trait] = scene.now_us
    since = scene.now_us - _WINDOW_US
    if all(last.get(one, 0) > since for one in (_PRIVATE, _UNTRUSTED, _OUTBOUND)) and last.get(_TOGETHER, 0) <= since:
        last[_TOGETHER] = scene.now_us
        yield signal_of(scene.rule(_FAMILY, "lethal-trifecta"), path, "private data, untrusted text and a way out")
