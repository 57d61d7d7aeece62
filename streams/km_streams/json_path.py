"""Normalized paths into JSON values (RFC 9535 §2.7): `$['params']['arguments'][0]`."""

from collections.abc import Sequence
from typing import Final

Step = str | int

LENGTH_LIMIT: Final = 1024
"""Characters; a longer path loses its middle, so that deep frames cannot make records that are all path."""

_ESCAPES: Final = {code: f"\\u{code:04x}" for code in range(32)} | {
    0x08: "\\b", 0x09: "\\t", 0x0A: "\\n", 0x0C: "\\f", 0x0D: "\\r", 0x27: "\\'", 0x5C: "\\\\",
}  # fmt: skip


def normalized_path(steps: Sequence[Step]) -> str:
    """The path of `steps` from the root: member names and array positions."""
    return shortened("$" + "".join(map(written, steps)))


def written(step: Step) -> str:
    """One step as paths have it."""
    return f"[{step}]" if isinstance(step, int) else f"['{step.translate(_ESCAPES)}']"


def shortened(path: str, limit: int = LENGTH_LIMIT) -> str:
    """The path as it is recorded: without its middle where it is too long."""
    if len(path) <= limit:
        return path
    half = limit // 2 - 1
    return f"{path[:half]}…{path[-half:]}"
