"""Family `failures`: bursts of errors and refusals, and asking for what is not there."""

import re
from collections.abc import Iterator
from typing import Final

from km_schemas.records import Signal
from km_streams.json_path import normalized_path
from km_streams.score.exchange import Answer
from km_streams.score.frame_view import Exchange
from km_streams.score.history.scene import MINUTE_US, Scene
from km_streams.score.keys import digest_of
from km_streams.score.ruleset import signal_of

_FAMILY: Final = "failures"
TIMES_LIMIT: Final = 64
PROBES_LIMIT: Final = 32
_METHOD_NOT_FOUND: Final = -32601
_REFUSED: Final = re.compile(
    r"\b(?:401|403)\b|unauthori[sz]ed|forbidden|permission denied|access denied|not authori[sz]ed"
    r"|invalid (?:api.?key|token|credential|password)|authentication (?:failed|required)",
    re.IGNORECASE,
)
_TEXT_LIMIT: Final = 400
_REFUSAL_CODES: Final = frozenset({-32001, -32003, 401, 403})


def failure_signals(scene: Scene, exchange: Exchange, answer: Answer) -> Iterator[Signal]:
    """What a failed call shows beside the failures before it."""
    path = normalized_path((*exchange.root, "error" if answer.is_error else "result"))
    yield from _burst(scene, "error-burst", scene.run.errors, path)
    if _is_refusal(scene, exchange, answer):
        yield from _burst(scene, "auth-failures", scene.run.refusals, path)
    if answer.error_code == _METHOD_NOT_FOUND:
        yield from _probing(scene, exchange, path)


def _burst(scene: Scene, id_: str, times: list[int], path: str) -> Iterator[Signal]:
    """Said of each failure from the one on that reaches the rule's threshold within its window."""
    rule = scene.rule(_FAMILY, id_)
    since = scene.now_us - int(rule.source.values["minutes"] * MINUTE_US)
    times.append(scene.now_us)
    times[:] = [at for at in times if at > since][-TIMES_LIMIT:]
    if len(times) >= rule.source.values["count"]:
        yield signal_of(rule, path, f"{len(times)} in {rule.source.values['minutes']:g} min")


def _is_refusal(scene: Scene, exchange: Exchange, answer: Answer) -> bool:
    if answer.error_code in _REFUSAL_CODES:
        return True
    texts = (leaf.text for leaf in scene.frame.leaves_of(exchange) if not leaf.is_name)
    return any(_REFUSED.search(text[:_TEXT_LIMIT]) for _, text in zip(range(4), texts, strict=False))


def _probing(scene: Scene, exchange: Exchange, path: str) -> Iterator[Signal]:
    key = digest_of(f"{exchange.method} {exchange.target}")
    if key in scene.run.probes:
        return
    scene.run.probes.append(key)
    del scene.run.probes[:-PROBES_LIMIT]
    rule = scene.rule(_FAMILY, "probing")
    if len(scene.run.probes) == rule.source.values["count"]:
        yield signal_of(rule, path, f"{len(scene.run.probes)} methods that the server does not know")
