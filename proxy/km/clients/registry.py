"""Every AI client whose configuration is known. Another one is a file beside this, and a line here."""

from typing import Final

from km.clients.claude_code import CLAUDE_CODE
from km.clients.claude_desktop import CLAUDE_DESKTOP
from km.clients.client import Client
from km.clients.codex import CODEX
from km.clients.cursor import CURSOR
from km.clients.goose import GOOSE
from km.clients.vscode import VSCODE

CLIENTS: Final[tuple[Client, ...]] = (CLAUDE_DESKTOP, CLAUDE_CODE, CURSOR, VSCODE, CODEX, GOOSE)
