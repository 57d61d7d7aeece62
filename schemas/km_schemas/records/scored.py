"""`mcp.scored`: the event with its risk, its cost, the calls it opened and closed: all that the projector needs."""

from msgspec import Struct

from km_schemas.records.alert import Alert
from km_schemas.records.event import Event
from km_schemas.words import Direction, Era, Outcome, RiskLevel


class Signal(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One reason for risk."""

    id: str
    weight: float
    """0–1, of the noisy-OR."""
    path: str
    rule: str
    """`<rule id>@<version>`."""
    evidence: str = ""
    """A few sanitized characters."""
    mapping: list[str] = []
    """OWASP MCP Top 10, MITRE ATLAS, CWE: `MCP01`, `AML.T0055`, …"""


class OpenedCall(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A request that waits for its answer; `(run_id, opened_seq, item)` names the call."""

    opened_seq: int
    direction: Direction
    rpc_id: str
    method: str
    opened_at: str
    request_bytes: int
    target: str | None = None
    item: int = 0
    """Position in a batch frame; 0 outside one."""


class ClosedCall(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A call that ended, by its answer, a cancellation, or the end of its run."""

    opened_seq: int
    direction: Direction
    rpc_id: str
    method: str
    opened_at: str
    closed_at: str
    outcome: Outcome
    request_bytes: int
    response_bytes: int
    target: str | None = None
    item: int = 0
    duration_us: int | None = None
    """Of the recorder's own monotonic times, never below 0; none where no answer came."""
    waited_us: int = 0
    """Of it, time between an `input_required` result and the client's retry: a human, not the server."""
    error_code: int | None = None
    score: int = 0
    """The highest risk score among its events."""
    findings: int = 0
    cost_nanodollars: int = 0
    progress: int = 0
    """Notifications of progress about it."""
    task_id: str | None = None
    """Of the task that the call became."""
    traceparent: str | None = None
    """Of the request's `_meta` (W3C Trace Context)."""


class RunFacts(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What this event taught about its run; only what is given changes."""

    server_info_name: str | None = None
    server_info_version: str | None = None
    client_name: str | None = None
    client_version: str | None = None
    protocol_version: str | None = None
    era: Era | None = None


class ScoredEvent(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One event and what the installation's history says of it."""

    event: Event
    server: str
    """The run's server name; empty where its run-started was never seen."""
    score: int
    level: RiskLevel
    cost_nanodollars: int
    signals: list[Signal] = []
    opened: list[OpenedCall] = []
    closed: list[ClosedCall] = []
    run_facts: RunFacts | None = None
    alerts: list[Alert] = []
    grouped: list[str] = []
    """Ids of earlier alerts that the event belongs to: it would have raised them, had they not been raised lately."""
    rules_version: str = ""
    """Of the scoring rules."""
