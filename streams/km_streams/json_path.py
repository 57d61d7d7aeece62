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
    path = "$" + "".join(f"[{step}]" if isinstance(step, int) else f"['{step.translate(_ESCAPES)}']" for step in steps)
    if len(path) <= LENGTH_LIMIT:
        return path
    half = LENGTH_LIMIT // 2 - 1
    return f"{path[:half]}…{path[-half:]}"
