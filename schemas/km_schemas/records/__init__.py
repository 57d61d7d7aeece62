"""The record types on the topics, one module a topic."""

from km_schemas.records.alert import Alert
from km_schemas.records.dead_letter import DeadLetter
from km_schemas.records.event import Event, Finding, Omitted, Payload
from km_schemas.records.lifecycle import CaptureLost, ProcessInfo, RunEnded, RunStarted
from km_schemas.records.scored import ClosedCall, OpenedCall, RunFacts, ScoredEvent, Signal

__all__ = [
    "RunStarted", "RunEnded", "CaptureLost", "ProcessInfo",
    "Event", "Finding", "Omitted", "Payload",
    "ScoredEvent", "Signal", "OpenedCall", "ClosedCall", "RunFacts",
    "Alert",
    "DeadLetter",
]  # fmt: skip
