"""Scored events for the projector's pure parts."""

import pytest

from km_schemas.identity import DEFAULT_CUSTOMER_ID
from km_schemas.payload import payload_of
from km_schemas.records import Event, ScoredEvent
from km_streams.projector.scored_event import projected

RUN = "20000000-0000-4000-8000-000000000001"


def make_scored(seq=1, *, payload=b'{"jsonrpc":"2.0"}\n', **fields):
    of_event = {
        "customer_id": DEFAULT_CUSTOMER_ID, "installation_id": "10000000-0000-4000-8000-000000000001", "run_id": RUN,
        "seq": seq, "type": "ai.kilometers.frame.v1", "kind": "request", "occurred_at": "2026-11-23T10:59:59.000000Z",
        "received_at": "2026-11-23T11:00:01.000000Z", "raw_partition": 3, "raw_offset": 41, "size": len(payload),
        "payload": payload_of(payload), "direction": "client_to_server",
    }  # fmt: skip
    of_scored = {"server": "git", "score": 0, "level": "none", "cost_nanodollars": 7}
    names = set(Event.__struct_fields__)
    of_event.update({name: value for name, value in fields.items() if name in names})
    of_scored.update({name: value for name, value in fields.items() if name not in names})
    return ScoredEvent(event=Event(**of_event), **of_scored)


@pytest.fixture
def scored():
    """Makes a scored event; fields of the event and of its score may be given."""
    return make_scored


@pytest.fixture
def event():
    """The same, as the projector takes it in from partition 3."""
    return lambda *arguments, **fields: projected(make_scored(*arguments, **fields), 3)
