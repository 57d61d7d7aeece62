"""Family `sql`: statements of a client's request that destroy or open data, and SQL in values that should be none."""

from collections.abc import Iterator

from km_streams.score.frame_view import Found, FrameView, Mark
from km_streams.score.normal.sql import SqlEffect, effects, injection_effects
from km_streams.score.ruleset import RuleSet, signal_of
from km_streams.score.signals.arguments import Argument, arguments_of


def sql_signals(frame: FrameView, rules: RuleSet) -> Iterator[Found]:
    """The effect of a request's SQL that weighs most."""
    if not frame.from_client or "destructive-sql" not in frame.hits:
        return
    rule = rules.family("sql")["destructive-sql"]
    values = rule.source.values
    worst: tuple[float, SqlEffect, Argument] | None = None
    for argument in arguments_of(frame):
        factor = values["kept"] if argument.role == "content" else 1.0
        for effect in sorted(_effects(argument)):
            if worst is None or values[effect] * factor > worst[0]:
                worst = values[effect] * factor, effect, argument
    if worst is not None:
        weight, effect, argument = worst
        if weight:
            yield signal_of(rule, argument.leaf.path, f"{effect}: {argument.text}", weight)
        yield Mark("writes", "sql", argument.leaf.path)


def _effects(argument: Argument) -> frozenset[SqlEffect]:
    if argument.role in {"path", "url", "recipient"}:
        return injection_effects(argument.text)
    return effects(argument.text)
