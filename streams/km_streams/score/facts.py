"""Who speaks to whom on a run: learnt from `initialize` (protocol versions up to 2025-11-25), from `server/discover`
and from the `_meta` of every frame (2026-07-28). Self-reported; never a ground for trust.
"""

from collections.abc import Iterable
from typing import Final

from km_schemas.records import RunFacts
from km_streams.score.exchange import Answer, JsonObject, Part, Request, member, text
from km_streams.score.state import Facts, RunState

_META: Final = "io.modelcontextprotocol/"
_NAMES: Final = Facts.__struct_fields__


def learn(run: RunState, parts: Iterable[Part]) -> RunFacts | None:
    """What the parts of a frame teach that was not known; changes `run`."""
    learnt = Facts()
    for part in parts:
        if isinstance(part, Request):
            _from_request(part, learnt)
        elif isinstance(part, Answer):
            _from_result(part.result, learnt)
    if run.facts.era == "legacy":
        learnt.era = None  # the probe of a client that then fell back says nothing
    news = {name: value for name in _NAMES if (value := getattr(learnt, name)) not in {None, getattr(run.facts, name)}}
    for name, value in news.items():
        setattr(run.facts, name, value)
    return RunFacts(**news) if news else None


def _from_request(request: Request, learnt: Facts) -> None:
    params = request.params
    meta = member(params, "_meta")
    if request.method == "initialize":
        learnt.era = "legacy"
        _identity(member(params, "clientInfo"), learnt, "client")
    elif _META + "protocolVersion" in meta:
        _identity(member(meta, _META + "clientInfo"), learnt, "client")
        if request.method != "server/discover":
            learnt.era = "modern"
            learnt.protocol_version = text(meta, _META + "protocolVersion")


def _from_result(result: JsonObject, learnt: Facts) -> None:
    if "protocolVersion" in result and "serverInfo" in result:  # of `initialize`
        learnt.protocol_version = text(result, "protocolVersion")
        _identity(member(result, "serverInfo"), learnt, "server_info")
    _identity(member(member(result, "_meta"), _META + "serverInfo"), learnt, "server_info")


def _identity(info: JsonObject, learnt: Facts, side: str) -> None:
    for name in ("name", "version"):
        if value := text(info, name):
            setattr(learnt, f"{side}_{name}", value)
