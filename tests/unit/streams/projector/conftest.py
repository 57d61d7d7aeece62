"""Scored events for the projector's pure parts."""

from typing import Protocol

import pytest
from msgspec.structs import replace

from km_schemas.identity import DEFAULT_CUSTOMER_ID
from km_schemas.payload import payload_of
from km_schemas.records import Event, ScoredEvent
from km_streams.projector.scored_event import Projected, projected

RUN = "20000000-0000-4000-8000-000000000001"


PAYLOAD = b'{"jsonrpc":"2.0"}\n'


class MakesScored(Protocol):
    """Makes a scored event; `fields` are those of the event and of its score."""

    def __call__(self, seq: int = 1, *, payload: bytes = PAYLOAD, **fields: object) -> ScoredEvent: ...


class MakesProjected(Protocol):
    """The same, as the projector takes it in from partition 3."""

    def __call__(self, seq: int = 1, *, payload: bytes = PAYLOAD, **fields: object) -> Projected: ...


def make_scored(seq: int = 1, *, payload: bytes = PAYLOAD, **fields: object) -> ScoredEvent:
    event = Event(
        customer_id=DEFAULT_CUSTOMER_ID, installation_id="10000000-0000-4000-8000-000000000001", run_id=RUN,
        seq=seq, type="ai.kilometers.frame.v1", kind="request", occurred_at="2026-11-23T10:59:59.000000Z",
        received_at="2026-11-23T11:00:01.000000Z", raw_partition=3, raw_offset=41, size=len(payload),
        payload=payload_of(payload), direction="client_to_server",
    )  # fmt: skip
    scored = ScoredEvent(event=event, server="git", score=0, level="none", cost_nanodollars=7)
    names = set(Event.__struct_fields__)
    of_event = {name: value for name, value in fields.items() if name in names}
    of_score = {name: value for name, value in fields.items() if name not in names}
    return replace(scored, event=replace(event, **of_event), **of_score)


def make_projected(seq: int = 1, *, payload: bytes = PAYLOAD, **fields: object) -> Projected:
    return projected(make_scored(seq, payload=payload, **fields), 3)


@pytest.fixture
def scored() -> MakesScored:
    """Makes scored events."""
    return make_scored


@pytest.fixture
def event() -> MakesProjected:
    """Makes events as the projector takes them in."""
    return make_projected
