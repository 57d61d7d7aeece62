"""Reasons for risk that one frame shows by itself, one module a family."""

from collections.abc import Callable, Iterator
from typing import Final

from km_streams.score.frame_view import Found, FrameView
from km_streams.score.ruleset import RuleSet
from km_streams.score.signals.active import active_signals
from km_streams.score.signals.addresses import address_signals
from km_streams.score.signals.commands import command_signals
from km_streams.score.signals.definitions import definition_signals
from km_streams.score.signals.files import file_signals, persistence_signals, traversal_signals
from km_streams.score.signals.frames import frame_signals
from km_streams.score.signals.hidden import hidden_signals
from km_streams.score.signals.injections import injection_signals
from km_streams.score.signals.payloads import payload_signals
from km_streams.score.signals.sampling import sampling_signals
from km_streams.score.signals.secrets import secret_signals
from km_streams.score.signals.sql import sql_signals

FAMILIES: Final[tuple[Callable[[FrameView, RuleSet], Iterator[Found]], ...]] = (
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
