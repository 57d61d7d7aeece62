"""Paths of files in any writing, brought to one: what hides behind %-escapes, `..`, `~`, backslashes or case."""

import re
from typing import Final
from urllib.parse import unquote

WORD_LIMIT: Final = 1024
"""Characters; longer words are no paths."""
TEXT_LIMIT: Final = 16 * 1024
"""Characters of a string that are searched for paths."""

_DECODINGS: Final = 2
_WORD: Final = re.compile(r"""[^\s"'`;|&<>(){}\[\],=]+""")
_MARKS: Final = frozenset("/\\~%.")
_HOME: Final = re.compile(r"(?:\$home|\$\{home\}|%userprofile%|(?:[a-z]:)?/users/[^/]+|/home/[^/]+|/root)(?=/|$)")


def candidates(text: str) -> list[str]:
    """The normalised paths that a string may name: its words, and the whole of it where it is short."""
    text = text[:TEXT_LIMIT]
    words = dict.fromkeys(_WORD.findall(text))
    if len(text) <= WORD_LIMIT:
        words.setdefault(text)
    return [normalised(word) for word in words if len(word) <= WORD_LIMIT and _looks_like_path(word)]


def normalised(path: str) -> str:
    """Lower case, forward slashes, %-escapes undone, `.` and `..` resolved, `file:` gone, a home directory as `~`."""
    for _ in range(_DECODINGS):
        path = unquote(path)
    path = path.strip().lower().replace("\\", "/").replace("\n", "/")
    if path.startswith("file:"):
        path = _without_host(path.removeprefix("file:"))
    return _resolved(_HOME.sub("~", _resolved(path), count=1))


def _without_host(path: str) -> str:
    if not path.startswith("//"):
        return path
    return "/" + path.removeprefix("//").partition("/")[2]


def _resolved(path: str) -> str:
    root = "/" if path.startswith("/") else ""
    steps: list[str] = []
    for step in path.split("/"):
        if step == ".." and steps and steps[-1] != "..":
            steps.pop()
        elif step not in {"", ".", ".."} or (step == ".." and not root):
            steps.append(step)
    return root + "/".join(steps)


def _looks_like_path(word: str) -> bool:
    return not _MARKS.isdisjoint(word) or word.lower().startswith("id_")
