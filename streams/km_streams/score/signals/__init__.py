"""Reasons for risk that one frame shows by itself, one module a family."""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Final, NamedTuple

from km_streams.score.frame_view import Found, FrameView
from km_streams.score.ruleset import RuleSet
from km_streams.score.signals.active import active_signals
from km_streams.score.signals.addresses import address_signals
from km_streams.score.signals.commands import command_signals
from km_streams.score.signals.definitions import definition_signals, definition_triggers
from km_streams.score.signals.files import file_signals, persistence_signals, traversal_signals
from km_streams.score.signals.frames import frame_signals
from km_streams.score.signals.hidden import hidden_signals
from km_streams.score.signals.injections import injection_signals, injection_triggers
from km_streams.score.signals.payloads import payload_signals
from km_streams.score.signals.sampling import sampling_signals
from km_streams.score.signals.secrets import secret_signals
from km_streams.score.signals.sql import sql_signals

Family = Callable[[FrameView, RuleSet], Iterable[Found]]

FAMILIES: Final[tuple[Family, ...]] = (
    secret_signals,
    file_signals,
    traversal_signals,
    persistence_signals,
    command_signals,
    sql_signals,
    address_signals,
    payload_signals,
    definition_signals,
    injection_signals,
    active_signals,
    hidden_signals,
    sampling_signals,
    frame_signals,
)
"""Each returns at once where a frame is none of its business."""

_OF_CLIENT: Final = frozenset({
    secret_signals, file_signals, traversal_signals, persistence_signals, command_signals, sql_signals,
    address_signals, payload_signals, hidden_signals, frame_signals,
})  # fmt: skip
_OF_SERVER: Final = frozenset({
    secret_signals, definition_signals, injection_signals, active_signals, hidden_signals, sampling_signals,
    frame_signals,
})  # fmt: skip


class Traits(NamedTuple):
    """What decides, beside the hits, which families may have something to say of a frame."""

    from_client: bool
    has_findings: bool
    is_noise: bool
    asks: bool
    """A server asks its client for something."""


def awake_families(rules: RuleSet, hits: frozenset[str], traits: Traits) -> tuple[Family, ...]:
    """The families that may have something to say of a frame with these triggers; the others say nothing (tested)."""
    asleep = {family for family, wakes in _triggers(rules).items() if hits.isdisjoint(wakes)}
    if not traits.asks:
        asleep.add(sampling_signals)
    if not (traits.from_client or traits.is_noise):
        asleep.add(frame_signals)
    if traits.has_findings:
        asleep.discard(address_signals)
    else:
        asleep.add(secret_signals)
    of_side = _OF_CLIENT if traits.from_client else _OF_SERVER
    return tuple(family for family in FAMILIES if family in of_side and family not in asleep)


@cache
def _triggers(rules: RuleSet) -> dict[Family, frozenset[str]]:
    """What wakes each family; those that are missing have no triggers."""
    return {
        file_signals: rules.ids["files"],
        traversal_signals: rules.ids["traversal"],
        persistence_signals: rules.ids["persistence"],
        command_signals: rules.ids["commands"],
        sql_signals: rules.ids["sql"],
        address_signals: rules.ids["addresses"],
        payload_signals: rules.ids["payloads"],
        definition_signals: definition_triggers(rules),
        injection_signals: injection_triggers(rules),
        active_signals: frozenset({"active-markup"}),
        hidden_signals: rules.ids["hidden"],
    }
