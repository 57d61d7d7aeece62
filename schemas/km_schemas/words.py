"""The closed sets of words in records, tables and pages."""

from typing import Final, Literal, get_args

Direction = Literal["client_to_server", "server_to_client"]

Kind = Literal["request", "result", "error", "notification", "batch", "noise", "stderr", "lifecycle", "placeholder"]
"""What an event is: five JSON-RPC shapes, bytes that are none of them (noise), our own records, and the
placeholder of an unprocessable record, which keeps its seq from being a gap."""

RiskLevel = Literal["none", "low", "medium", "high"]

Outcome = Literal["ok", "error", "tool_error", "cancelled", "unanswered"]
"""How a call ended: a result, a JSON-RPC error, a result with `isError`, `notifications/cancelled`, or not at all."""

Era = Literal["legacy", "modern"]
"""`legacy`: `initialize` (protocol versions up to 2025-11-25); `modern`: 2026-07-28 on, identity in each `_meta`."""

Stage = Literal["sanitize", "score", "projector"]

FilterReason = Literal["method", "ping", "size"]
"""Why a capture rule made a stub of a frame: not on the list of methods, a ping, larger than allowed."""

DIRECTIONS: Final[tuple[str, ...]] = get_args(Direction)
RISK_LEVELS: Final[tuple[str, ...]] = get_args(RiskLevel)
FILTER_REASONS: Final[tuple[str, ...]] = get_args(FilterReason)
STAGES: Final[tuple[str, ...]] = get_args(Stage)

_LEVEL_FLOORS: Final[tuple[tuple[int, RiskLevel], ...]] = ((75, "high"), (35, "medium"), (10, "low"))


def risk_level(score: int) -> RiskLevel:
    """The level of a risk score 0–100: none, low from 10, medium from 35, high from 75."""
    return next((level for floor, level in _LEVEL_FLOORS if score >= floor), "none")
