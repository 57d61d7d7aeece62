"""What a frame of JSON says, as one text: the fast look at what orjson parsed, of which most frames need no more.

The text is the one that `json_frames` searches, leaf by leaf in order. Where that cannot be had from the parsed values,
or a member may hold a secret by its name, there is none, and the structure must be read.
"""

import re
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from km_streams.sanitize.nested import DEPTH, parsed_text
from km_streams.sanitize.ruleset import NameGroup, RuleSet

BORDER: Final = b"\n\x1f\n"
"""Between leaves when all are searched at once."""
_JOINT: Final = BORDER.decode()
_DEPTH_LIMIT: Final = 100
_TEXT_STEP: Final = 1_000
"""Added to the depth by JSON inside a string."""
_OPENING: Final = ("{", "[")
_WRITTEN_COLON: Final = re.compile(rb"\\u003[aA]")
_EXACT: Final = 1e15
"""Larger numbers with a point or an exponent are not said again as they were."""
_MEMO_LIMIT: Final = 8_192
_MEMO_LETTERS: Final = 64


class _UnclearError(Exception):
    """Only who reads the structure can tell."""


class FrameText:
    """What one detector makes of parsed frames."""

    def __init__(
        self,
        rules: RuleSet,
        group_of: Callable[[bytes], NameGroup | None],
        is_secret: Callable[[NameGroup, bytes], bool],
    ) -> None:
        """`group_of` a name; `is_secret`: whether a string under a name of that group is one."""
        self._group_of = group_of
        self._is_secret = is_secret
        self._pair_values = frozenset(name.decode() for name in rules.pair_values)
        self._meanings = _Meanings(rules, group_of)

    def text_of(self, data: bytes, parsed: object) -> bytes | None:
        """The text of a frame; None where a secret name gives something, or the structure must be read."""
        said: list[str] = []
        try:
            members = self._say_items([parsed], said, 0)
        except _UnclearError:
            return None
        text = _JOINT.join(said).encode()
        # orjson keeps the last of equal names: then the frame has a colon that neither a member nor a leaf explains.
        if data.count(b":") != members + text.count(b":") or _WRITTEN_COLON.search(data):
            return None
        return text

    def _say_members(self, members: dict[str, Any], said: list[str], depth: int, *, in_schema: bool = False) -> int:
        """Add the leaves of an object; the number of its members, those inside included."""
        if depth % _TEXT_STEP == _DEPTH_LIMIT:
            raise _UnclearError
        count, say, meanings = len(members), said.append, self._meanings.known
        for name, inner in members.items():
            say(name)
            kind = type(inner)
            try:
                meaning = meanings[name]
            except KeyError:
                meaning = self._meanings.of(name)
            if meaning is not None:
                self._heed(meaning, inner, members, in_schema=in_schema)
            if kind is str and inner[:1] not in _OPENING:
                say(inner)
            elif kind is int:
                say(str(inner))
            elif kind is dict:
                is_schema = meaning is not None and meaning.is_schema
                count += self._say_members(inner, said, depth + 1, in_schema=is_schema)
            else:
                count += self._say_other(inner, said, depth)
        return count

    def _heed(self, meaning: "_Meaning", inner: Any, members: dict[str, Any], *, in_schema: bool) -> None:
        """Raise where a value may be secret by its name."""
        if type(inner) is not str:
            gives_away = _holds_more(meaning, inner, in_schema=in_schema)
        else:
            gives_away = inner not in meaning.harmless and self._gives_away(meaning, inner, members)
        if gives_away:
            raise _UnclearError

    def _say_items(self, items: list[Any], said: list[str], depth: int) -> int:
        if depth % _TEXT_STEP == _DEPTH_LIMIT:
            raise _UnclearError
        count = 0
        for inner in items:
            kind = type(inner)
            if kind is dict:
                count += self._say_members(inner, said, depth + 1)
            elif kind is str and inner[:1] == "-" and self._is_secret_name(inner.lstrip("-")):
                raise _UnclearError
            else:
                count += self._say_other(inner, said, depth)
        return count

    def _say_other(self, value: Any, said: list[str], depth: int) -> int:
        """Any value but an object; a string may be JSON itself."""
        kind = type(value)
        if kind is list:
            return self._say_items(value, said, depth + 1)
        if kind is str:
            inner = parsed_text(value) if depth < _TEXT_STEP * DEPTH else None
            if inner is not None:
                return self._say_items([inner], said, _TEXT_STEP * (depth // _TEXT_STEP + 1))
            said.append(value)
        elif kind is int:
            said.append(str(value))
        elif kind is float:
            said.append(_float(value))
        return 0

    def _gives_away(self, meaning: "_Meaning", value: str, members: dict[str, Any]) -> bool:
        """Whether a string may be secret by its name, or names another member that may be."""
        if meaning.group is not None and self._is_secret(meaning.group, value.encode()):
            return True
        if meaning.is_pair and self._is_secret_name(value):
            return not self._pair_values.isdisjoint(members)
        if len(value) <= _MEMO_LETTERS:
            if len(meaning.harmless) >= _MEMO_LIMIT:
                meaning.harmless.clear()
            meaning.harmless.add(value)
        return False

    def _is_secret_name(self, text: str) -> bool:
        return self._group_of(text.encode()) is not None


class _Meaning(NamedTuple):
    """What a name says of its value; most names say nothing."""

    group: NameGroup | None
    is_pair: bool
    is_schema: bool
    harmless: set[str]
    """Strings that are no secret under it, and name none; found out once."""


class _Meanings:
    """Meanings by name, found out once."""

    def __init__(self, rules: RuleSet, group_of: Callable[[bytes], NameGroup | None]) -> None:
        self.known: dict[str, _Meaning | None] = {}
        self._rules = rules
        self._group_of = group_of

    def of(self, name: str) -> _Meaning | None:
        """The meaning of a name that is not known yet."""
        said = name.encode()
        meaning = _Meaning(
            self._group_of(said), said in self._rules.pair_names, said in self._rules.schema_names, harmless=set()
        )
        if len(name) > _MEMO_LETTERS:
            return meaning
        if len(self.known) >= _MEMO_LIMIT:
            self.known.clear()
        self.known[name] = meaning if any(meaning) else None
        return self.known[name]


def _holds_more(meaning: _Meaning, inner: Any, *, in_schema: bool) -> bool:
    """Whether what is no string may hold a secret by its name."""
    if meaning.group is None or inner is None or type(inner) is bool:
        return False
    return bool(inner and not in_schema) if type(inner) is dict or type(inner) is list else meaning.group.numbers


def _float(number: float) -> str:
    if not -_EXACT < number < _EXACT:
        raise _UnclearError
    return str(int(number)) if number.is_integer() else repr(number)
