"""The strings that a client sends to a server, each with what it is: a path, a URL, a command, text to be kept."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from km_streams.score.exchange import Request
from km_streams.score.frame_view import FrameView, Leaf

Role = Literal["path", "url", "command", "sql", "content", "recipient", "other"]

_ROLES: Final[tuple[tuple[Role, frozenset[str]], ...]] = (
    ("content", frozenset(
            {
                "content", "contents", "text", "body", "data", "message", "description", "summary", "title",
                "comment", "note", "notes", "thought", "markdown", "html", "prompt", "observation", "observations",
                "patch", "diff", "snippet", "template", "value", "payload", "subject", "caption", "reason",
                "details", "explanation", "entry", "entries", "document", "paragraph", "answer", "question",
                "input", "xml", "json", "csv", "yaml",
            }
        )),
    ("command", frozenset(
            {
                "command", "commands", "cmd", "script", "shell", "bash", "exec", "args", "argv", "arguments",
                "program", "run", "powershell", "terminal", "code", "python", "javascript", "source_code",
                "expression", "function", "entrypoint", "cmdline",
            }
        )),
    ("sql", frozenset(
            {
                "sql", "query", "queries", "statement", "statements", "q",
            }
        )),
    ("recipient", frozenset(
            {
                "to", "cc", "bcc", "recipient", "recipients", "email", "emails", "mail", "attendees",
            }
        )),
    ("url", frozenset(
            {
                "url", "urls", "uri", "uris", "endpoint", "link", "links", "href", "webhook", "callback", "host",
                "hostname", "base_url", "server", "site", "page", "website", "origin", "proxy", "domain",
            }
        )),
    ("path", frozenset(
            {
                "path", "paths", "file", "files", "filename", "filepath", "dir", "directory", "folder", "source",
                "destination", "src", "dst", "dest", "root", "cwd", "target", "location", "output", "workspace",
                "repo", "repository", "old", "new", "archive", "name", "names", "id", "ids", "key", "branch",
                "ref", "package", "host", "module", "image", "tag", "version", "format", "pattern", "glob",
            }
        )),
)  # fmt: skip
_SHELL_TOOLS: Final = re.compile(
    r"(?:^|[_.\-/ ])"
    r"(?:shell|bash|sh|exec|execute|terminal|command|cmd|powershell|console|ssh|subprocess|process|run)(?:$|[_.\-/ ])"
)
_EDITORS: Final = re.compile(
    r"(?:^|[_.\-/ ])"
    r"(?:write|edit|create|append|insert|update|save|put|patch|replace|add|modify|move|copy|rename|upload|set|store|make"
    r"|overwrite|touch|str)(?:$|[_.\-/ ])"
)
_BORDER: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[-_. ]+")
_CONTENT_ENDINGS: Final = ("text", "content", "string", "str", "body", "html", "markdown", "lines")


@dataclass(frozen=True, slots=True)
class Argument:
    """One string of a request."""

    leaf: Leaf
    role: Role
    tool: str
    """Tool, prompt or resource of the request, in words: lower case, `_` between them."""

    @property
    def text(self) -> str:
        """What it says."""
        return self.leaf.text

    @property
    def in_shell(self) -> bool:
        """Whether the tool runs commands."""
        return is_shell(self.tool)

    @property
    def writes(self) -> bool:
        """Whether the tool writes files, as its name says."""
        return is_editor(self.tool)


@lru_cache(1)
def arguments_of(frame: FrameView) -> tuple[Argument, ...]:
    """Every string that a client's requests send, but for the names of tools and what belongs to the protocol.

    Several families ask for the arguments of one frame, one after the other: the last ones are kept.
    """
    found: list[Argument] = []
    for exchange in frame.exchanges if frame.from_client else ():
        part = exchange.part
        if not isinstance(part, Request) or part.method in {"initialize", "logging/setLevel"}:
            continue
        tool = _words(part.target or "") if part.method == "tools/call" else ""
        depth = len(exchange.root) + 2
        found += [
            Argument(leaf, role_of(leaf.key, tool), tool)
            for leaf in frame.leaves_of(exchange)
            if not (leaf.is_name or (leaf.key == "name" and len(leaf.steps) == depth))
        ]
    return tuple(found)


def role_of(key: str, tool: str) -> Role:
    """What a member of this name holds in a call of this tool."""
    role = _role(key)
    if role in {"other", "path"} and is_shell(tool) and key.lower() not in {"cwd", "path", "workdir", "directory"}:
        return "command"
    return role


@lru_cache(4096)
def _role(key: str) -> Role:
    words = _words(key).split("_")
    if words[-1] in _CONTENT_ENDINGS:
        return "content"
    for word in (*reversed(words), "_".join(words)):
        for role, names in _ROLES:
            if word in names:
                return role
    return "other"


@lru_cache(4096)
def is_shell(tool: str) -> bool:
    """Whether a tool of this name runs commands."""
    return _SHELL_TOOLS.search(tool) is not None and "query" not in tool and "sql" not in tool


@lru_cache(4096)
def is_editor(tool: str) -> bool:
    """Whether a tool of this name writes."""
    return _EDITORS.search(tool) is not None


@lru_cache(4096)
def _words(name: str) -> str:
    return "_".join(word for word in _BORDER.split(name[:128]) if word).lower()
