"""Who speaks to whom on a run: learnt from `initialize` (protocol versions up to 2025-11-25), from `server/discover`
and from the `_meta` of every frame (2026-07-28). Self-reported; never a ground for trust.
"""

from collections.abc import Iterable
from typing import Final

import msgspec

from km_schemas.records import RunFacts
from km_streams.score.exchange import Answer, JsonObject, Part, Request, member, text
from km_streams.score.state import RunState

_META: Final = "io.modelcontextprotocol/"
_VERSION: Final = _META + "protocolVersion"


Replaced = dict[str, tuple[str, str]]
"""Of facts that were known otherwise before: (old, new) by name."""


def learn(run: RunState, parts: Iterable[Part]) -> tuple[RunFacts | None, Replaced]:
    """What the parts of a frame teach that was not known, and what they contradict; changes `run`."""
    learnt: dict[str, str] = {}
    for part in parts:
        if isinstance(part, Request):
            _from_request(part, learnt)
        elif isinstance(part, Answer):
            _from_result(part.result, learnt)
    if not learnt:
        return None, {}
    if run.facts.era == "legacy":
        learnt.pop("era", None)  # the probe of a client that then fell back says nothing
    return _news(run, learnt)


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
    elif "_meta" in params and _VERSION in (meta := member(params, "_meta")):
        _identity(member(meta, _META + "clientInfo"), learnt, "client")
        if request.method != "server/discover":
            learnt["era"] = "modern"
            _note(learnt, "protocol_version", text(meta, _VERSION))


def _from_result(result: JsonObject, learnt: dict[str, str]) -> None:
    if "protocolVersion" in result and "serverInfo" in result:  # of `initialize`
        _note(learnt, "protocol_version", text(result, "protocolVersion"))
        _identity(member(result, "serverInfo"), learnt, "server_info")
    if "_meta" in result:
        _identity(member(member(result, "_meta"), _META + "serverInfo"), learnt, "server_info")


def _identity(info: JsonObject, learnt: dict[str, str], side: str) -> None:
    _note(learnt, f"{side}_name", text(info, "name"))
    _note(learnt, f"{side}_version", text(info, "version"))


def _note(learnt: dict[str, str], name: str, value: str | None) -> None:
    if value:
        learnt[name] = value
