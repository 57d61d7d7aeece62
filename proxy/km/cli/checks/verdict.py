"""What a check says."""

from typing import Literal

from msgspec import Struct


class Verdict(Struct, frozen=True, omit_defaults=True):
    """`says` is what was found; `do`, where it is not ok, what to do about it."""

    check: str
    level: Literal["ok", "warning", "failed"]
    says: str
    do: str = ""


def ok(check: str, says: str) -> Verdict:
    """As it should be."""
    return Verdict(check, "ok", says)


def warning(check: str, says: str, do: str) -> Verdict:
    """It works, and may not for long, or not as wanted."""
    return Verdict(check, "warning", says, do)


def failed(check: str, says: str, do: str) -> Verdict:
    """It does not work."""
    return Verdict(check, "failed", says, do)
