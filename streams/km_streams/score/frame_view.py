"""What a family of signals sees of one frame, and what it may say of it. Pure.

`FrameView` is made once per event; the strings of the frame are scanned once for the triggers of all rules, and
located (`leaves`) only where a family asks for them: an ordinary frame costs one walk and one scan.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

import msgspec
from msgspec import UNSET, Raw

from km_schemas.payload import bytes_of
from km_schemas.records import Event, Signal
from km_schemas.words import Direction
from km_streams.json_path import Step, normalized_path
from km_streams.score.exchange import Answer, Part
from km_streams.score.state import Call, Facts
from km_streams.score.triggers import BORDER, Triggers, View, text_of_json

LEAVES_LIMIT: Final = 20_000
"""Strings of one frame that are located; the scan for triggers sees all of them."""
RAW_TEXT_LIMIT: Final = 64 * 1024
"""Bytes of a frame that is no JSON (noise, stderr) that are looked at."""

_ID: Final = b'"id":'
"""In every frame, and a command of shells: not scanned."""
_OPAQUE: Final = frozenset({"_meta", "requestState"})
"""Members of params and result that the protocol fills, or that nobody but their maker reads."""

MarkKind = Literal[
    "sensitive-read",  # a request asks for something sensitive; value: the id of the rule that says so
    "bulk-sql",  # a request reads a whole table; value: the table
    "destination",  # a request sends to somebody outside; value: host, mail domain or recipient, lower case
    "outbound",  # the tool or the arguments of a request send something; value: of what kind (`mail`, `http`, …)
    "writes",  # a request changes something; value: what (`file`, `sql`, `shell`, `remote`)
    "encoded-payload",  # a request carries a long encoded text; value: the rule's id
    "untrusted-content",  # text of a server that anybody may have written; value: of what kind (`page`, `mail`, …)
    "injection",  # text of a server that gives orders; value: the rule's id
    "demanded-call",  # a server's text tells to call a tool; value: its name as written or none; literals: arguments
]


@dataclass(frozen=True, slots=True)
class Mark:
    """Something a frame shows that is no risk by itself, for the families that know the history."""

    kind: MarkKind
    value: str
    path: str
    literals: tuple[str, ...] = ()
    """Of a demanded call: its literal arguments, as written."""
    item: int = 0
    """Position of the part in a batch frame; 0 outside one."""


Found = Signal | Mark


class Leaf(msgspec.Struct, frozen=True, gc=False):
    """One string of a frame, or the name of a member (`is_name`)."""

    steps: tuple[Step, ...]
    """From the frame's root; of a name: those of the value it names."""
    key: str
    """The nearest member name at or above it; of a string in an array: the name of the array."""
    text: str
    is_name: bool = False

    @property
    def path(self) -> str:
        """The same place as an RFC 9535 normalized path."""
        return normalized_path(self.steps)


class Exchange(msgspec.Struct, frozen=True, eq=False, gc=False):
    """One part of the frame and the request it belongs to."""

    part: Part
    method: str | None
    """Of the request or notification itself; of an answer: of the request it answers, or as its shape tells."""
    target: str | None
    """Tool, prompt or resource of that request; none where the answered request is unknown."""
    root: tuple[Step, ...]
    """Steps to the part in the frame: empty, or its position in a batch."""
    key: str = ""
    """Under what the run holds the call that a request opens or an answer ends."""
    call: Call | None = None
    """The call that an answer belongs to. Read only."""


class FrameView(msgspec.Struct, eq=False, gc=False):
    """One event's frame."""

    event: Event
    value: object
    """The parsed frame; None where it is not JSON, and for a server's result, which `Answer` reads."""
    exchanges: tuple[Exchange, ...]
    """Its parts, each with the request it belongs to; none for what is no request, answer, notification or batch."""
    server: str
    """The run's server name; empty where unknown."""
    facts: Facts
    """What is known of the run's two sides before this frame. Read only."""
    triggers: Triggers
    from_client: bool = False
    """Whether the client sent it."""
    _hits: frozenset[str] | None = None
    _leaves: tuple[Leaf, ...] | None = None
    _texts: list[str] | None = None

    def __post_init__(self) -> None:
        """What is asked most often of an event is a member of its own."""
        self.from_client = self.event.direction == "client_to_server"

    @property
    def parts(self) -> tuple[Part, ...]:
        """What the frame says, in its order."""
        return tuple([exchange.part for exchange in self.exchanges]) if self.exchanges else ()

    @property
    def direction(self) -> Direction | None:
        """Who sent it; none for what no side sent."""
        return self.event.direction

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        """Strings and member names below params, result and error, in their order, without `_meta` of params."""
        if self._leaves is None:
            self._leaves = self._located()
        return self._leaves

    def _located(self) -> tuple[Leaf, ...]:
        found: list[Leaf] = []
        if not self.exchanges and (text := self.raw_text):
            found.append(Leaf((), "", text))
        for exchange in self.exchanges:
            name, body = _body(exchange.part)
            _locate((*exchange.root, name), body, found)
        return tuple(found)

    @property
    def texts(self) -> list[str]:
        """All strings and member names, in any order; of a frame that is no JSON: its text."""
        if self._texts is None:
            self._texts = self._collected()
        return self._texts

    def _collected(self) -> list[str]:
        if not self.exchanges:
            return [self.raw_text]
        texts: list[str] = []
        for exchange in self.exchanges:
            _collect(_body(exchange.part)[1], texts)
        return texts

    @property
    def text(self) -> str:
        """All strings and member names with BORDER between; of a frame that is no JSON: its text."""
        return BORDER.join(self.texts)

    @property
    def raw_text(self) -> str:
        """The beginning of the frame's sanitized bytes, as text."""
        data = bytes_of(self.event.payload)
        return "" if data is None else data[:RAW_TEXT_LIMIT].decode("utf-8", "replace")

    @property
    def description(self) -> Exchange | None:
        """The one exchange of the frame, where it is an answer that describes a server."""
        if len(self.exchanges) != 1:
            return None
        exchange = self.exchanges[0]
        is_one = exchange.method in DESCRIBING and isinstance(exchange.part, Answer) and not exchange.root
        return exchange if is_one else None

    @property
    def hits(self) -> frozenset[str]:
        """The ids of the rules for such frames of which a trigger occurs anywhere in the frame's text."""
        if self._hits is None:
            self._hits = self._scan()
        return self._hits

    def _scan(self) -> frozenset[str]:
        text = self._scanned()
        if self.from_client or self.event.direction is None:
            return self.triggers.hits(text, "request")
        if len(self.exchanges) == 1:
            view: View = "definition" if self.exchanges[0].method in DESCRIBING else "result"
            return self.triggers.hits(text, view)
        hits = self.triggers.hits(text, "result")  # a batch may hold descriptions beside other things
        return hits | self.triggers.hits(text, "definition") if self.exchanges else hits

    def leaves_of(self, exchange: Exchange) -> Iterator[Leaf]:
        """The leaves of one part."""
        if len(self.exchanges) == 1:
            return iter(self.leaves)
        root = exchange.root
        return (leaf for leaf in self.leaves if leaf.steps[: len(root)] == root)

    def _scanned(self) -> bytes:
        if self.exchanges:
            text = _unread_text(self.exchanges[0].part) if len(self.exchanges) == 1 else None
            return self.text.encode("utf-8", "replace") if text is None else text
        payload = self.event.payload.json
        if payload is not UNSET and (text := text_of_json(bytes(payload).replace(_ID, b""))) is not None:
            return text
        return self.text.encode("utf-8", "replace")


def _body(part: Part) -> tuple[str, object]:
    """What of a part is looked at, after the name of the member of the frame that it is."""
    if isinstance(part, Answer):
        return ("error", part.body) if part.is_error else ("result", _without_opaque(part.body))
    return "params", _without_opaque(part.params)


def _unread_text(part: Part) -> bytes | None:
    """The strings of a result on lines of their own, from its bytes; None where they need a parser."""
    if not isinstance(part, Answer) or type(part.source) is not Raw or not _OPAQUE.isdisjoint(part.members):
        return None
    data = bytes(part.source)
    return None if b"\\" in data else text_of_json(data)


def _without_opaque(value: object) -> object:
    if not isinstance(value, dict) or _OPAQUE.isdisjoint(value):
        return value
    return {name: inner for name, inner in value.items() if name not in _OPAQUE}


def _collect(value: object, texts: list[str]) -> None:
    """Add the strings and names below a value, in any order that is always the same."""
    if isinstance(value, str):
        texts.append(value)
        return
    values = [value]
    for holder in values:  # which grows meanwhile
        if holder.__class__ is dict:  # as the parser makes them: no other types
            texts += holder
            below: Iterable[object] = holder.values()
        elif holder.__class__ is list:
            below = holder
        else:
            continue
        for inner in below:
            kind = inner.__class__
            if kind is str:
                texts.append(inner)  # type: ignore[arg-type]
            elif kind is dict or kind is list:
                values += (inner,)


def _locate(root: tuple[Step, ...], value: object, found: list[Leaf]) -> None:
    """Add the leaves of a value, up to the limit."""
    stack: list[tuple[tuple[Step, ...], str, object, bool]] = [(root, str(root[-1]), value, False)]
    while stack and len(found) < LEAVES_LIMIT:
        steps, key, value, is_name = stack.pop()
        if isinstance(value, str):
            found.append(Leaf(steps, key, value, is_name))
        elif isinstance(value, dict):
            for name, inner in reversed(value.items()):
                below = (*steps, name)
                stack.append((below, name, inner, False))
                stack.append((below, name, name, True))
        elif isinstance(value, list):
            stack.extend(((*steps, at), key, value[at], False) for at in range(len(value) - 1, -1, -1))


DESCRIBING: Final = frozenset({
    "tools/list", "prompts/list", "resources/list", "resources/templates/list", "initialize", "server/discover",
})  # fmt: skip
"""Methods whose results describe a server and what it offers."""
_SHAPES: Final = (
    ("tools", "tools/list"),
    ("prompts", "prompts/list"),
    ("resources", "resources/list"),
    ("resourceTemplates", "resources/templates/list"),
    ("contents", "resources/read"),
    ("content", "tools/call"),
    ("messages", "prompts/get"),
    ("serverInfo", "initialize"),
    ("supportedVersions", "server/discover"),
)


def method_by_shape(answer: Answer) -> str | None:
    """The method that a result answers, by the members that only such a result has; none where it shows none."""
    return next((method for member, method in _SHAPES if member in answer.members), None)
