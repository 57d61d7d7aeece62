"""The leaves of a JSON text, each with where it stands in the bytes: strings, member names, numbers.

For valid JSON (orjson accepted it). One pass over tokens, in linear time, without recursion; duplicates of a member
stay what they are: two.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import accumulate, islice
from typing import Final, NamedTuple

import orjson

_TOKEN: Final = re.compile(rb'("(?:[^"\\]++|\\.)*+"|[{}\[\]]|[^\s{}\[\],:"]++)', re.DOTALL)
_QUOTE, _OPEN_OBJECT = b'"{'
_OPENING, _CLOSING = frozenset(b"{["), frozenset(b"}]")
_NUMBER_STARTS: Final = frozenset(b"-0123456789")
_WHOLE: Final = re.compile(rb"-[0-9]+")
_EXPONENT_LIMIT: Final = 40


class Container:
    """An object or array that stands open, and where in its parent it stands."""

    __slots__ = ("is_object", "member", "parent", "position", "step")

    def __init__(self, parent: "Container | None", is_object: bool) -> None:
        self.parent = parent
        self.is_object = is_object
        self.step: Leaf | int | None = parent.here() if parent else None
        """The name or position under which the parent holds it."""
        self.member: Leaf | None = None
        """In an object: the name whose value is read."""
        self.position = 0
        """In an array: of the value that is read."""

    def here(self) -> "Leaf | int | None":
        """Where the value stands that is read now."""
        return self.member if self.is_object else self.position


class Leaf(NamedTuple):
    """One string, name or number."""

    start: int
    end: int
    """In the frame, with the quotes of a string."""
    text: bytes
    """What it says: UTF-8 without escapes; the digits of a number."""
    container: Container | None
    step: "Leaf | int | None"
    is_name: bool = False
    is_number: bool = False


def leaves_of(data: bytes) -> Iterator[Leaf]:
    """Every leaf of valid JSON, in order; a name right before what it names."""
    container: Container | None = None
    pieces = _TOKEN.split(data)  # every other one is a token, as the only group; this is faster than matches are
    starts = accumulate(map(len, pieces), initial=0)
    for token, start in islice(zip(pieces, starts, strict=False), 1, None, 2):
        first = token[0]
        if first == _QUOTE:
            text = _string(token) if b"\\" in token else token[1:-1]
            if container is not None and container.is_object and container.member is None:
                container.member = Leaf(start, start + len(token), text, container, None, True)
                yield container.member
                continue
            yield Leaf(start, start + len(token), text, container, container.here() if container else None)
        elif first in _OPENING:
            container = Container(container, first == _OPEN_OBJECT)
            continue
        elif first in _CLOSING:
            container = container.parent if container else None
        elif first in _NUMBER_STARTS:
            step = container.here() if container else None
            text = token if token.isdigit() else _digits(token)
            yield Leaf(start, start + len(token), text, container, step, False, True)
        if container is not None:
            container.member = None
            container.position += 1


def _string(literal: bytes) -> bytes:
    return str(orjson.loads(literal)).encode()


def _digits(literal: bytes) -> bytes:
    """A number written out, where it is a whole one: `4.111111111111111e15` hides nothing."""
    if _WHOLE.fullmatch(literal):
        return literal
    number = Decimal(literal.decode())
    if number.adjusted() > _EXPONENT_LIMIT or number != number.to_integral_value():
        return literal
    return b"%d" % int(number)
