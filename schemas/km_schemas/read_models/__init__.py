"""The SQL of the read models, as text for whoever provisions a database. Templated by generation."""

from importlib import resources
from string import Template
from typing import Final

OWNER_ROLE: Final = "km_owner"
SERVICE_ROLES: Final = ("km_sanitize", "km_score", "km_projector", "km_query")
"""One login role a process, each with only the rights its work needs (`generation.sql`)."""

LIVE_CHANNEL: Final = "km_live"
"""LISTEN/NOTIFY channel of the projector's wake-ups; the payload is the customer_id alone (NOTIFY obeys no policy)."""


def generation_schema(generation: int) -> str:
    """`read_g1`: the schema that holds one generation whole."""
    if generation < 1:
        raise ValueError(f"a generation is 1 or more, not {generation}")
    return f"read_g{generation}"


def core_sql() -> str:
    """What stands outside the generations: schema `core`, customers, histogram functions. Idempotent."""
    return _text("core.sql")


def generation_sql(generation: int) -> str:
    """Tables, indexes, policies and grants of one generation. Idempotent."""
    return _of_generation("generation.sql", generation)


def views_sql(generation: int) -> str:
    """Schema `read`: the views that make one generation the active one. Run in one transaction to promote it."""
    return _of_generation("views.sql", generation)


def _of_generation(name: str, generation: int) -> str:
    return Template(_text(name)).substitute(schema=generation_schema(generation), generation=generation)


def _text(name: str) -> str:
    return (resources.files("km_schemas") / "read_models" / name).read_text(encoding="utf-8")
