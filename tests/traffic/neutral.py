"""What a recording must not say: paths and the name of the machine it was made on."""

import os
import re
import socket
import sys
from pathlib import Path
from typing import Final

from tests.traffic.servers import ENVIRONMENTS

_CHECKOUT: Final = Path(__file__).parents[2]
_HOST: Final = re.compile(rf"(?<![\w+/=.-]){re.escape(socket.gethostname())}(?![\w+/=-])")
"""The name as a word, not as letters of an encoded picture."""


class NotNeutralError(Exception):
    """A recording names the machine it was made on."""


def neutral(text: str, root: Path) -> str:
    """A frame as it would be if `root` were `/`, servers stood in /opt/mcp and Python in /usr."""
    for path, place in (
        (str(root), ""),
        (str(ENVIRONMENTS), "/opt/mcp"),
        (str(_CHECKOUT), "/opt/kilometers"),
        (os.path.realpath(sys.base_prefix), "/usr"),
        (sys.base_prefix, "/usr"),
    ):
        text = text.replace(path, place)
    return _HOST.sub("workstation", text)


def check(text: str, root: Path) -> None:
    """NotNeutralError where a frame still names this machine."""
    for forbidden in (str(root), str(_CHECKOUT), str(Path.home()) + "/"):
        if forbidden in text:
            at = text.index(forbidden)
            raise NotNeutralError(f"a frame names this machine: …{text[max(0, at - 60) : at + 80]}…")
