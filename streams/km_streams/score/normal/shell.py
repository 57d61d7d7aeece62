"""Commands of a shell, taken apart: pipelines of words, with what is inside `sh -c`, `$(…)`, backticks and base64."""

import base64
import binascii
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

TEXT_LIMIT: Final = 8 * 1024
"""Characters of a string that are read as commands."""
COMMANDS_LIMIT: Final = 200
"""Commands of one string that are looked at."""

_NESTING: Final = 4
_PUNCTUATION: Final = "();<>|&\n"
_BREAKS: Final = ";&|\n()"
"""Operators of these characters end a command."""
_PIPES: Final = frozenset({"|", "|&"})
_SUBSTITUTION: Final = re.compile(r"(?:\$\(|`|<\()([^`()]{1,2000})(?:\)|`)")
_WRAPPERS: Final = frozenset(
    {
        "sudo", "doas", "env", "nohup", "exec", "time", "command", "builtin", "busybox", "xargs", "then", "do", "else",
        "if", "while", "!", "{", "nice", "timeout", "setsid", "stdbuf",
    }
)  # fmt: skip
SHELLS: Final = frozenset({"sh", "bash", "zsh", "dash", "ksh", "ash", "fish", "powershell", "pwsh", "cmd"})
INTERPRETERS: Final = SHELLS | {
    "python", "python3", "python2", "perl", "ruby", "node", "php", "iex", "invoke-expression", "osascript", "lua",
    "deno", "bun", "tclsh", "source", ".",
}  # fmt: skip
_ASSIGNMENT: Final = re.compile(r"^[A-Za-z_]\w*=")
_VALUED_FLAGS: Final = frozenset({"-u", "-g", "-n", "-I", "-L", "-P", "-d", "-s", "-k"})
_ENCODED_FLAGS: Final = frozenset({"-enc", "-encodedcommand", "-e", "-ec"})
_COMMAND_FLAGS: Final = frozenset({"-command", "/c", "/k"})
_SHORT_FLAGS_WITH_C: Final = re.compile(r"^-[a-z]*c$")
_BASE64: Final = re.compile(r"^[A-Za-z0-9+/_-]{16,}={0,2}$")
_VERSIONED: Final = re.compile(r"^(python|perl|ruby|php|node)[\d.]+$")


@dataclass(frozen=True, slots=True)
class Command:
    """One simple command: its words, the name first, without wrappers as `sudo`."""

    name: str
    """Lower case, without a directory and `.exe`."""
    words: tuple[str, ...]
    """All words after the name, redirections among them."""
    sources: tuple["Command", ...]
    """What comes before it in its pipeline, first one first."""
    elevated: bool
    """Whether `sudo` or its like runs it."""
    substituted: bool = False
    """Whether it stands in a command substitution."""


def commands_of(text: str) -> list[Command]:
    """Every command in a text, those inside others after those around them; none where the text is no shell's."""
    found: list[Command] = []
    for command in _commands(text[:TEXT_LIMIT], 0, substituted=False):
        found.append(command)
        if len(found) == COMMANDS_LIMIT:
            break
    return found


def _commands(text: str, nesting: int, *, substituted: bool) -> Iterator[Command]:
    pipeline: list[Command] = []
    for words, is_piped in _simple_commands(_tokens(text)):
        command = _command(words, tuple(pipeline) if is_piped else (), substituted)
        if command is None:
            continue
        pipeline = [*(pipeline if is_piped else []), command]
        yield command
        if nesting < _NESTING:
            for inner in _inner_texts(command):
                yield from _commands(inner, nesting + 1, substituted=False)
    if nesting < _NESTING:
        for match in _SUBSTITUTION.finditer(text):
            yield from _commands(match[1], nesting + 1, substituted=True)


def _tokens(text: str) -> list[str]:
    """Words and operators; where quotes do not close, words by white space."""
    lexer = shlex.shlex(text.replace("\\\n", " "), posix=True, punctuation_chars=_PUNCTUATION)
    lexer.whitespace = " \t\r"
    lexer.whitespace_split = True
    lexer.commenters = ""
    try:
        return list(lexer)
    except ValueError:
        return re.findall(r"[;&|\n()]+|[^\s;&|()]+", text)


def _simple_commands(tokens: list[str]) -> Iterator[tuple[list[str], bool]]:
    """The words of each simple command, and whether it reads what the one before it writes."""
    words: list[str] = []
    piped = False
    for word in tokens:
        is_pipe = word in _PIPES
        if is_pipe or (word and not word.strip(_BREAKS)):
            if words:
                yield words, piped
            piped = is_pipe or (piped and not words and word == "\n")
            words = []
        else:
            words.append(word)
    if words:
        yield words, piped


def _command(words: list[str], sources: tuple[Command, ...], substituted: bool) -> Command | None:
    elevated = False
    position = 0
    while position < len(words):
        word = words[position]
        name = _name(word)
        if name in _WRAPPERS:
            elevated = elevated or name in {"sudo", "doas"}
            position += 1
            while position < len(words) and words[position].startswith("-"):
                position += 2 if words[position] in _VALUED_FLAGS and name in {"sudo", "doas", "xargs", "nice"} else 1
        elif _ASSIGNMENT.match(word) or (name.isdigit() and position > 0):
            position += 1
        else:
            return Command(name, tuple(words[position + 1 :]), sources, elevated, substituted) if name else None
    return None


def _name(word: str) -> str:
    name = word.replace("\\", "/").rpartition("/")[2].lower().removesuffix(".exe") or word
    versioned = _VERSIONED.match(name)
    return versioned[1] if versioned else name


def _inner_texts(command: Command) -> Iterator[str]:
    """What a command runs of its own words: `sh -c`, `eval`, `ssh host …`; and what base64 before it stands for."""
    if command.name in SHELLS or command.name in {"su", "script"}:
        yield from _after_flag(command.words)
    elif command.name == "eval":
        yield " ".join(command.words)
    if command.name in SHELLS and command.sources:
        yield from filter(None, map(_decoded, (word for source in command.sources for word in source.words)))


def _after_flag(words: tuple[str, ...]) -> Iterator[str]:
    for flag, value in pairwise(words):
        lower = flag.lower()
        if lower in _ENCODED_FLAGS:
            yield _decoded(value) or ""
        elif lower in _COMMAND_FLAGS or _SHORT_FLAGS_WITH_C.match(flag):
            yield value


def _decoded(word: str) -> str | None:
    """The text that a word of base64 stands for, of UTF-8 or UTF-16; None for any other word."""
    if not _BASE64.match(word):
        return None
    try:
        data = base64.b64decode(word + "=" * (-len(word) % 4), altchars=b"-_" if set("-_") & set(word) else None)
    except (binascii.Error, ValueError):
        return None
    text = data.replace(b"\0", b"").decode("utf-8", "replace")
    return text if text.isprintable() or "\n" in text else None
