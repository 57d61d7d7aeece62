"""Reasons for risk that only the history of an installation shows, one module a family."""

from collections.abc import Iterator

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


def history_signals(scene: Scene, news: RunFacts | None) -> Iterator[Signal]:
    """The signals of all families; changes the scene's run, server and memory, never its calls."""
    yield from _of_run(scene, news)
    for exchange in scene.frame.exchanges:
        part = exchange.part
        if isinstance(part, Request):
            yield from _of_request(scene, exchange, part)
        elif isinstance(part, Answer):
            yield from _of_answer(scene, exchange, part)
    yield from flow.reuse_signals(scene)
    if not scene.frame.from_client:
        yield from _of_server_text(scene)


def _of_run(scene: Scene, news: RunFacts | None) -> Iterator[Signal]:
    if scene.frame.event.type == RUN_STARTED:
        yield from protocol.remote_signals(scene)
    if scene.replaced:
        yield from protocol.change_signals(scene)
    if news is not None and news.protocol_version is not None:
        yield from protocol.downgrade_signals(scene)
    if news is not None and news.client_name is not None:
        yield from protocol.client_signals(scene, news.client_name)


def _of_request(scene: Scene, exchange: Exchange, request: Request) -> Iterator[Signal]:
    if exchange.key in scene.run.open:
        yield protocol.id_reuse(scene, exchange)
    scene.run.asked = True
    if scene.frame.from_client:
        yield from volume.rate_signals(scene, exchange)
        if request.method in _OBJECTS:
            yield from flow.request_signals(scene, exchange)
        if request.method == "tools/call":
            yield from conformance.call_signals(scene, exchange, request)
            yield from obedience.obedience_signals(scene, exchange, request)
        if request.method in _OBJECTS:
            yield from loops.loop_signals(scene, exchange, request)


def _of_answer(scene: Scene, exchange: Exchange, answer: Answer) -> Iterator[Signal]:
    if exchange.call is None:
        yield from protocol.answer_signals(scene, exchange)
    if answer.is_error or answer.result.get("isError") is True:
        yield from failures.failure_signals(scene, exchange, answer)
        if answer.is_error:
            yield from protocol.mismatch_signals(scene, exchange, answer)
    if scene.frame.from_client:
        return
    if exchange.method == "tools/list":
        yield from drift.listing_signals(scene, exchange, answer)
        yield from shadowing.shadowing_signals(scene, exchange, answer)
    elif exchange.target is not None:
        yield from volume.result_signals(scene, exchange, answer)
        yield from drift.behaviour_signals(scene, exchange)


def _of_server_text(scene: Scene) -> Iterator[Signal]:
    if scene.marks or scene.memory.reads or scene.signals:
        yield from flow.result_signals(scene)
    if scene.marks:
        obedience.remember_demands(scene, scene.orders)
