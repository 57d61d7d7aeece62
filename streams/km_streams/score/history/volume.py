"""Family `volume`: more than usual, by a tool's and a server's own baselines."""

import re
from collections.abc import Iterator, Sequence
from math import log2, sqrt
from typing import Final

from km_schemas.records import Signal
from km_streams.json_path import normalized_path
from km_streams.score.bounds import forget_silent_servers
from km_streams.score.exchange import Answer
from km_streams.score.frame_view import Exchange
from km_streams.score.history.lru import trimmed
from km_streams.score.history.scene import MINUTE_US, Scene
from km_streams.score.keys import bounded
from km_streams.score.ruleset import signal_of
from km_streams.score.state import Baseline, Call, Habit
from km_streams.score.weights import weight_of_habit

HABITS_LIMIT: Final = 64
_FAMILY: Final = "volume"
_WORDS: Final = re.compile(r"\w+")
_LARGE: Final = 4096
"""Bytes below which a result is neither oversized nor a whole table, whatever the rules say."""
_NEW: Final = 0.1
"""Weight of a new value in a baseline."""


def learn_value(baseline: Baseline, value: float) -> None:
    """Take a value into a baseline: plain means of the first ten, exponentially weighted after."""
    baseline.count += 1
    alpha = max(_NEW, 1.0 / baseline.count)
    difference = value - baseline.mean
    baseline.mean += alpha * difference
    baseline.variance = (1.0 - alpha) * (baseline.variance + alpha * difference * difference)


def result_signals(scene: Scene, exchange: Exchange, answer: Answer) -> Sequence[Signal]:
    """A result far above what the tool gave before, and one of a whole table."""
    if exchange.target is None or answer.is_error:
        return ()
    habits = scene.server.habits
    name = bounded(exchange.target)
    habit = habits.get(name)
    if habit is None:
        habit = habits[name] = Habit(last_us=scene.now_us)
        scene.server.habits = trimmed(habits, HABITS_LIMIT, lambda one: one.last_us)
        scene.server.weight += weight_of_habit(name)
        forget_silent_servers(scene.state, scene.run.server)
    signals: Sequence[Signal] = ()
    if answer.size >= _LARGE:
        path = normalized_path((*exchange.root, "result"))
        signals = list(_oversized(scene, habit, exchange.target, answer.size, path))
        if exchange.call is not None and scene.memory.reads:
            signals += list(_bulk(scene, exchange.target, exchange.call, answer.size, path))
    habit.last_us = scene.now_us
    learn_value(habit.sizes, log2(max(1, answer.size)))
    return signals


def whole_table(scene: Scene) -> str | None:
    """The table of which a request reads every row, as far as a look at its words tells."""
    if "bulk-read" not in scene.frame.hits:
        return None
    rule = scene.rule(_FAMILY, "bulk-read")
    if rule.pattern is None:
        return None
    for leaf in scene.frame.leaves:
        found = None if leaf.is_name else rule.pattern.search(leaf.text.encode("utf-8", "replace"))
        if found and not set(rule.source.words["limits"]).intersection(_WORDS.findall(leaf.text.lower())):
            return str(_WORDS.findall(leaf.text.lower().partition("from")[2])[0])
    return None


def _bulk(scene: Scene, tool: str, call: Call, size: int, path: str) -> Iterator[Signal]:
    rule, run_id = scene.rule(_FAMILY, "bulk-read"), scene.frame.event.run_id
    if size < rule.source.values["bytes"]:
        return
    for read in scene.memory.reads:
        if (read.run_id, read.seq) == (run_id, call.opened_seq) and read.is_table:
            yield signal_of(rule, path, f"{tool}: {size} bytes of {read.what}")


def _oversized(scene: Scene, habit: Habit, tool: str, size: int, path: str) -> Iterator[Signal]:
    rule = scene.rule(_FAMILY, "oversized-result")
    values, sizes = rule.source.values, habit.sizes
    if size >= values["huge"]:
        yield signal_of(rule, path, f"{tool}: {size} bytes", values["huge_weight"])
    elif size >= values["bytes"] and sizes.count >= values["results"]:
        deviations = (log2(size) - sizes.mean) / max(sqrt(sizes.variance), values["deviation"])
        if deviations >= values["deviations"]:
            yield signal_of(rule, path, f"{tool}: {size} bytes, usually {round(2**sizes.mean)}")


def rate_signals(scene: Scene, exchange: Exchange) -> Sequence[Signal]:
    """More requests in one minute than the server's minutes have."""
    window, rate = scene.run.calls, scene.server.rate
    minute = scene.now_us // MINUTE_US
    if window.minute != minute:
        if window.count:
            learn_value(rate, window.count)
        window.minute, window.count = minute, 0
    window.count += 1
    rule = scene.rule(_FAMILY, "rate-spike")
    values = rule.source.values
    if window.count < values["requests"] or rate.count < values["minutes"]:
        return ()
    floor = max(values["requests"], rate.mean + values["deviations"] * sqrt(rate.variance + rate.mean))
    if window.count > floor:
        evidence = f"{window.count} requests in a minute, usually {round(rate.mean)}"
        return (signal_of(rule, normalized_path(exchange.root), evidence),)
    return ()
