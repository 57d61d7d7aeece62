"""Who speaks to whom on a run: learnt from `initialize` (protocol versions up to 2025-11-25), from `server/discover`
and from the `_meta` of every frame (2026-07-28). Self-reported; never a ground for trust.
"""

from collections.abc import Sequence
from typing import Final

import msgspec

from km_schemas.records import RunFacts
from km_streams.score.exchange import Answer, JsonObject, Request, member, text
from km_streams.score.frame_view import Exchange
from km_streams.score.state import Facts, RunState

_META: Final = "io.modelcontextprotocol/"
_VERSION: Final = _META + "protocolVersion"
_TELLING: Final = frozenset({"serverInfo", "_meta"})
"""Members of which one is in every result that says who speaks."""


Replaced = dict[str, tuple[str, str]]
"""Of facts that were known otherwise before: (old, new) by name."""


def learn(run: RunState, exchanges: Sequence[Exchange]) -> tuple[RunFacts | None, Replaced]:
    """What a frame teaches that was not known, and what it contradicts; changes `run`."""
    learnt: dict[str, str] = {}
    for exchange in exchanges:
        part = exchange.part
        if isinstance(part, Request):
            if part.method == "initialize" or "_meta" in part.params:
                if len(exchanges) == 1 and _is_known(run.facts, part):
                    return None, {}
                _from_request(part, learnt)
        elif isinstance(part, Answer) and not _TELLING.isdisjoint(part.members):
            _from_result(part, learnt)
    if not learnt:
        return None, {}
    if run.facts.era == "legacy":
        learnt.pop("era", None)  # the probe of a client that then fell back says nothing
    return _news(run, learnt)


def _is_known(facts: Facts, request: Request) -> bool:
    """Whether the `_meta` of a request says what those before it said: nearly all do."""
    if request.method == "initialize":
        return False
    meta = member(request.params, "_meta")
    client = {"name": facts.client_name, "version": facts.client_version}
    is_same = meta.get(_VERSION) == facts.protocol_version and meta.get(_META + "clientInfo") == client
    return is_same and facts.era == "modern" and facts.protocol_version is not None


def _news(run: RunState, learnt: dict[str, str]) -> tuple[RunFacts | None, Replaced]:
    news, replaced = {}, {}
    for name, value in learnt.items():
        before = getattr(run.facts, name)
        if value != before:
            news[name] = value
            setattr(run.facts, name, value)
            if before is not None:
                replaced[name] = (before, value)
    return (msgspec.convert(news, RunFacts) if news else None), replaced


def _from_request(request: Request, learnt: dict[str, str]) -> None:
    params = request.params
    if request.method == "initialize":
        learnt["era"] = "legacy"
        _identity(member(params, "clientInfo"), learnt, "client")
    elif _VERSION in (meta := member(params, "_meta")):
        _identity(member(meta, _META + "clientInfo"), learnt, "client")
        if request.method != "server/discover":
            learnt["era"] = "modern"
            _note(learnt, "protocol_version", text(meta, _VERSION))


def _from_result(answer: Answer, learnt: dict[str, str]) -> None:
    if "protocolVersion" in answer.members and "serverInfo" in answer.members:  # of `initialize`
        _note(learnt, "protocol_version", text(answer.result, "protocolVersion"))
        _identity(member(answer.result, "serverInfo"), learnt, "server_info")
    if "_meta" in answer.members:
        _identity(member(answer.get("_meta"), _META + "serverInfo"), learnt, "server_info")


def _identity(info: JsonObject, learnt: dict[str, str], side: str) -> None:
    _note(learnt, f"{side}_name", text(info, "name"))
    _note(learnt, f"{side}_version", text(info, "version"))


def _note(learnt: dict[str, str], name: str, value: str | None) -> None:
    if value:
        learnt[name] = value
