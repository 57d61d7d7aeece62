"""`mcp.dead-letters`: where an unprocessable record stands. No payload: its bytes stay in the source topic."""

from msgspec import Struct


class DeadLetter(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Coordinates and kind of failure of one record that a stage could not process."""

    stage: str
    topic: str
    partition: int
    offset: int
    error: str
    """A class from a closed set (`headers`, `value`, `version`, …), never an exception's text: that quotes input."""
    size: int
    sha256: str
    received_at: str
    customer_id: str
    installation_id: str | None = None
    run_id: str | None = None
    seq: int | None = None
    generation: int = 1
