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
_NAME_STARTS: Final = ("id_", "authorized_keys", "crontab", "makefile")
_HOME: Final = re.compile(
    r"(?:\$home|\$\{home\}|%userprofile%|\$env:userprofile|(?:[a-z]:)?/users/[^/]+|/home/[^/]+|/root|~[a-z_][a-z0-9_-]*)"
    r"(?=/|$)"
)
_DEVICE: Final = re.compile(r"^//[?.]/(?:unc/)?")
_SHARE: Final = re.compile(r"^//[^/]+/(?:([a-z])\$)?")
_OVERLONG: Final = re.compile(r"%c0%(?:ae|2e)|%e0%80%ae|%u002e|%uff0e", re.IGNORECASE)
"""Dots that are no UTF-8, or of IIS; %c0%af is a slash (CAPEC-80)."""
_OVERLONG_SLASH: Final = re.compile(r"%c0%af|%c1%9c|%e0%80%af|%u2215|%u2216", re.IGNORECASE)


def candidates(text: str) -> list[str]:
    """The normalised paths that a string may name: its words, and the whole of it where it is short."""
    text = text[:TEXT_LIMIT]
    words = dict.fromkeys(_WORD.findall(text))
    if len(text) <= WORD_LIMIT:
        words.setdefault(text)
    return [normalised(word) for word in words if len(word) <= WORD_LIMIT and _looks_like_path(word)]


def decoded(path: str) -> str:
    """A path without %-escapes, also doubled or overlong ones, up to a NUL, with forward slashes."""
    for _ in range(_DECODINGS):
        if "%" not in path:
            break
        path = unquote(_OVERLONG_SLASH.sub("/", _OVERLONG.sub(".", path)))
    return path.partition("\0")[0].strip().replace("\\", "/").replace("\n", "/")


def normalised(path: str) -> str:
    """Lower case, forward slashes, %-escapes undone, `.` and `..` resolved, `file:` and shares gone, home as `~`."""
    path = decoded(path).lower()
    if path.startswith("file:"):
        path = _without_host(path.removeprefix("file:"))
    elif path.startswith("//"):
        path = _without_share(path)
    return _resolved(_HOME.sub("~", _resolved(path), count=1))


def steps_up(path: str) -> int:
    """How many directories a path climbs above where it starts; an absolute one above its root, or out of its own."""
    depth = lowest = 0
    for step in decoded(path).split("/"):
        if step.startswith("..") and not step.strip("."):
            depth -= 1
            lowest = min(lowest, depth)
        elif step not in {"", "."}:
            depth += 1
    return -lowest


def _without_host(path: str) -> str:
    if not path.startswith("//"):
        return path
    return "/" + path.removeprefix("//").partition("/")[2]


def _without_share(path: str) -> str:
    r"""Of `\\?\C:\x`, `\\host\C$\x` and `\\host\x`: `c:/x`, `c:/x` and `/x`."""
    path, devices = _DEVICE.subn("", path)
    if devices:
        return path
    return _SHARE.sub(lambda match: f"{match[1]}:/" if match[1] else "/", path).replace(":///", ":/")


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
    return not _MARKS.isdisjoint(word) or word.lower().startswith(_NAME_STARTS)
