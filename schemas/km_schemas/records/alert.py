"""`mcp.alerts`: what somebody should look at, for notifiers."""

from msgspec import Struct

from km_schemas.words import RiskLevel


class Alert(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One alert; a repeated input gives the same `alert_id` (a UUIDv5 of rule and event)."""

    alert_id: str
    customer_id: str
    installation_id: str
    run_id: str
    seq: int
    rule: str
    level: RiskLevel
    score: int
    occurred_at: str
    sentence: str
    """What happened, in one sentence of sanitized text."""
    signals: list[str] = []
