"""Reasons for risk that only the history of an installation shows, one module a family."""

from collections.abc import Iterable, Iterator

from km_schemas.headers import RUN_STARTED
from km_schemas.records import RunFacts, Signal
from km_streams.score.exchange import Answer, Request
from km_streams.score.frame_view import Exchange
from km_streams.score.history import (
    conformance,
    drift,
    failures,
    flow,
    loops,
    obedience,
    protocol,
    shadowing,
    volume,
)
from km_streams.score.history.scene import Scene

_OBJECTS = frozenset({"tools/call", "resources/read", "prompts/get"})


def history_signals(scene: Scene, news: RunFacts | None) -> list[Signal]:
    """The signals of all families; changes the scene's run, server and memory, never its calls."""
    signals: list[Signal] = []
    frame = scene.frame
    if news is not None or scene.replaced or frame.event.type == RUN_STARTED:
        signals += _of_run(scene, news)
    for exchange in frame.exchanges:
        part = exchange.part
        if isinstance(part, Request):
            _of_request(scene, exchange, part, signals)
        elif isinstance(part, Answer):
            _of_answer(scene, exchange, part, signals)
    if frame.event.findings:
        signals += flow.reuse_signals(scene)
    if not frame.from_client and (scene.marks or scene.signals or scene.memory.reads):
        signals += _of_server_text(scene)
    return signals


def _of_run(scene: Scene, news: RunFacts | None) -> Iterator[Signal]:
    if scene.frame.event.type == RUN_STARTED:
        yield from protocol.remote_signals(scene)
    if scene.replaced:
        yield from protocol.change_signals(scene)
    if news is not None and news.protocol_version is not None:
        yield from protocol.downgrade_signals(scene)
    if news is not None and news.client_name is not None:
        yield from protocol.client_signals(scene, news.client_name)


def _of_request(scene: Scene, exchange: Exchange, request: Request, signals: list[Signal]) -> None:
    if exchange.key in scene.run.open:
        signals.append(protocol.id_reuse(scene, exchange))
    scene.run.asked = True
    if not scene.frame.from_client:
        return
    signals += volume.rate_signals(scene, exchange)
    if request.method in _OBJECTS:
        signals += flow.request_signals(scene, exchange)
        if request.method == "tools/call":
            signals += conformance.call_signals(scene, exchange, request)
            if scene.memory.demands:
                signals += obedience.obedience_signals(scene, exchange, request)
        signals += loops.loop_signals(scene, exchange, request)


def _of_answer(scene: Scene, exchange: Exchange, answer: Answer, signals: list[Signal]) -> None:
    if exchange.call is None:
        signals += protocol.answer_signals(scene, exchange)
    if answer.is_error or ("isError" in answer.members and answer.get("isError") is True):
        signals += failures.failure_signals(scene, exchange, answer)
        if answer.is_error:
            signals += protocol.mismatch_signals(scene, exchange, answer)
    if scene.frame.from_client:
        return
    if exchange.method == "tools/list":
        signals += drift.listing_signals(scene, exchange, answer)
        signals += shadowing.shadowing_signals(scene, exchange, answer)
    elif exchange.target is not None:
        signals += volume.result_signals(scene, exchange, answer)
        if scene.marks:
            signals += drift.behaviour_signals(scene, exchange)


def _of_server_text(scene: Scene) -> Iterable[Signal]:
    signals = flow.result_signals(scene)
    if scene.marks:
        obedience.remember_demands(scene, scene.orders)
    return signals
