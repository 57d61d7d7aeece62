"""Family `loops`: the same call again and again, and very many different ones at once."""

from collections.abc import Sequence
from typing import Final

import msgspec

from km_schemas.records import Signal
from km_streams.json_path import normalized_path
from km_streams.score.exchange import Request
from km_streams.score.frame_view import Exchange
from km_streams.score.history.lru import trimmed
from km_streams.score.history.scene import MINUTE_US, Scene
from km_streams.score.keys import digest_of_bytes
from km_streams.score.ruleset import signal_of
from km_streams.score.state import Repeat

_FAMILY: Final = "loops"
REPEATS_LIMIT: Final = 32
OBJECTS_LIMIT: Final = 128
_ENCODER: Final = msgspec.json.Encoder()


def loop_signals(scene: Scene, exchange: Exchange, request: Request) -> Sequence[Signal]:
    """What a call shows beside equal ones, and beside the others of its minute."""
    digest = digest_of_bytes(_ENCODER.encode([request.target, request.params.get("arguments")]))
    again, many = _again(scene, digest, exchange), _many(scene, digest, exchange)
    return (*again, *many) if again or many else ()


def _path(exchange: Exchange) -> str:
    return normalized_path((*exchange.root, "params"))


def _again(scene: Scene, digest: str, exchange: Exchange) -> Sequence[Signal]:
    rule = scene.rule(_FAMILY, "runaway-loop")
    repeats = scene.run.repeats
    repeat = repeats.get(digest)
    if repeat is None or scene.now_us - repeat.last_us > rule.source.values["minutes"] * MINUTE_US:
        repeats[digest] = Repeat(count=1, last_us=scene.now_us)
        if len(repeats) > REPEATS_LIMIT:
            scene.run.repeats = trimmed(repeats, REPEATS_LIMIT, lambda one: one.last_us)
        return ()
    repeat.count += 1
    repeat.last_us = scene.now_us
    first = int(rule.source.values["count"])
    if repeat.count < first:
        return ()
    doublings = (repeat.count // first).bit_length() - 1
    is_news = repeat.count == first << doublings
    most = rule.source.values["most" if is_news else "between"]
    weight = min(most, rule.source.weight + doublings * rule.source.values["doubling"])
    return (signal_of(rule, _path(exchange), f"{exchange.target}: {repeat.count} equal calls", weight),)


def _many(scene: Scene, digest: str, exchange: Exchange) -> Sequence[Signal]:
    window = scene.run.objects
    minute = scene.now_us // MINUTE_US
    if window.minute != minute:
        window.minute, window.digests = minute, set()
    if digest in window.digests or len(window.digests) >= OBJECTS_LIMIT:
        return ()
    window.digests.add(digest)
    rule = scene.rule(_FAMILY, "enumeration")
    threshold = int(rule.source.values["count"])
    if len(window.digests) < threshold:
        return ()
    return (signal_of(rule, _path(exchange), f"{len(window.digests)} different calls in a minute"),)
