"""`mcp.events`: what was recorded at one seq, with everything sensitive replaced."""

from msgspec import UNSET, Raw, Struct, UnsetType

from km_schemas.words import Direction, Kind


class Finding(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something sensitive that stood in the frame. Never the value."""

    type: str
    """`email`, `card`, `secret.github_token`, …"""
    rule: str
    """`<rule id>@<version>`."""
    path: str
    """Where: an RFC 9535 normalized path into the payload (`$['params']['arguments']`), or `bytes[a:b]` in noise."""
    token: str
    """The keyed token that stands in its place; equal values of a customer have equal tokens."""
    in_key: bool = False
    """It stood in an object's member name."""
    confidence: float = 1.0
    """How sure the rule is, 0 to 1."""


class Omitted(Struct, frozen=True, kw_only=True):
    """In place of a payload too large for a record of a derived topic."""

    size: int
    sha256: str


class Payload(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The sanitized bytes, every one of them; `km_schemas.payload` puts them in and takes them out.

    Exactly one of `json`, `base64` and `omitted` is given.
    """

    json: Raw | UnsetType = UNSET
    """Verbatim, where the bytes are one JSON value of a depth ≤ 512."""
    head: str = ""
    """White space in front of the JSON value."""
    tail: str = ""
    """White space behind it: `\\n` of nearly every frame."""
    base64: str | UnsetType = UNSET
    omitted: Omitted | UnsetType = UNSET


class Event(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One sanitized event. `(customer_id, run_id, seq)` identifies it for ever."""

    customer_id: str
    installation_id: str
    run_id: str
    seq: int
    type: str
    """The `ce_type` of the raw record."""
    kind: Kind
    occurred_at: str
    """When the last byte was read on the installation, by its clock (`km_schemas.timestamps`)."""
    received_at: str
    """When the broker appended the raw record."""
    raw_partition: int
    raw_offset: int
    size: int
    """Bytes of the raw record's value."""
    payload: Payload
    direction: Direction | None = None
    part: int | None = None
    """1, 2, … for the parts of a frame above 16 MiB."""
    partial: bool = False
    """Another part follows."""
    method: str | None = None
    rpc_id: str | None = None
    """The JSON-RPC id as JSON text, so that `1` and `"1"` differ."""
    target: str | None = None
    """Tool or prompt name, or resource URI, of a request; at most 128 characters."""
    findings: list[Finding] = []
    finding_counts: dict[str, int] = {}
    """By type, of all that was found: of very many, `findings` lists the first alone."""
    rules_version: str = ""
    """Of the sanitizer's rules."""
