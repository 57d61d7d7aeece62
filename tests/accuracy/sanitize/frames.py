"""MCP frames around a text or a structure, in the places where servers and clients put them, and the labelled sets."""

import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from .negatives import NEGATIVES
from .surroundings import (
    ALONE,
    ALONE_PLACES,
    CALLS,
    KEY_PROSE,
    MEMBER_NAMES,
    PASSWORD_PROSE,
    SECRET_NAMES,
)
from .surroundings import (
    FORMED as FORMED_PLACES,
)
from .surroundings import (
    NAMED as NAMED_PLACES,
)
from .surroundings import (
    PERSONAL as PERSONAL_PLACES,
)
from .values import FORMED, KEY_KINDS, NAMED, PERSONAL

Content = Callable[[str], object]
"""A value → the text or structure that holds it."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """One frame; `planted` is what must not be readable in it, None in a clean one."""

    data: bytes
    kind: str
    place: str
    planted: str | None


def framed(chance: random.Random, content: object) -> bytes:
    """A text or a structure in one of the places of the protocol."""
    text = content if isinstance(content, str) else json.dumps(content, indent=chance.choice([None, 2]))
    block = {"type": "text", "text": text}
    number = chance.randrange(1, 10**6)
    ways: list[Callable[[], dict[str, object]]] = [
        lambda: {"id": number, "result": {"content": [block], "isError": False}},
        lambda: {
            "id": number,
            "result": {"content": [{"type": "text", "text": "ok"}], "structuredContent": {"out": content}},
        },
        lambda: {"id": number, "method": "tools/call", "params": {"name": "run", "arguments": {"input": content}}},
        lambda: {
            "id": number,
            "result": {"contents": [{"uri": "file:///work/a.txt", "mimeType": "text/plain", "text": text}]},
        },
        lambda: {"id": number, "result": {"messages": [{"role": "user", "content": block}]}},
        lambda: {"id": number, "error": {"code": -32000, "message": "failed", "data": content}},
        lambda: {"method": "notifications/message", "params": {"level": "info", "logger": "app", "data": content}},
    ]
    frame = {"jsonrpc": "2.0"} | chance.choice(ways)()
    return json.dumps(frame, ensure_ascii=chance.random() < 0.5).encode()


def planted(seed: int, each: int) -> Iterator[Labelled]:
    """`each` frames for every kind and place."""
    chance = random.Random(seed)
    for kind, make in FORMED.items():
        for place, templates in FORMED_PLACES.items():
            for _ in range(each):
                value = make(chance)
                shown = chance.choice(templates).replace("{}", value)
                yield Labelled(framed(chance, shown), kind, place, value)
    for kind, make in NAMED.items():
        for place, content in _named(chance, kind, each):
            value = make(chance)
            yield Labelled(framed(chance, content(value)), kind, place, value)
    for kind, (make, word) in PERSONAL.items():
        yield from _personal(chance, kind, make, word, each)


def _named(chance: random.Random, kind: str, each: int) -> Iterator[tuple[str, Content]]:
    family = "key" if kind in KEY_KINDS else "password"
    said = KEY_PROSE if family == "key" else PASSWORD_PROSE
    places = [(place, template) for place, templates in NAMED_PLACES.items() for template in templates]
    for place, template in [*places, *((f"prose {template}", template) for template in said)]:
        for name in chance.choices(SECRET_NAMES[family], k=each):
            yield place, partial(_filled, template, name)
    for name in each * MEMBER_NAMES[family]:
        yield "member", partial(_member, name)
    for name in chance.choices(SECRET_NAMES[family], k=each):
        yield "pair", partial(_pair, name)
        yield "option", partial(_option, name)


def _member(name: str, value: str) -> object:
    return {"host": "db", name: value, "port": 1}


def _pair(name: str, value: str) -> object:
    return {"env": [{"name": name, "value": value}]}


def _option(name: str, value: str) -> object:
    return {"args": ["run", "--" + name.replace("_", "-"), value]}


def _filled(template: str, name: str, value: str) -> str:
    bare = name.replace("-", "_").replace(".", "_")
    return (
        template.replace("{n}", name)
        .replace("{N}", bare.upper())
        .replace("{p}", bare)
        .replace("{k}", bare.replace("_", "-").lower())
        .replace("{}", value)
    )


def _personal(
    chance: random.Random, kind: str, make: Callable[[random.Random], str], word: str, each: int
) -> Iterator[Labelled]:
    places: list[tuple[str, Sequence[str]]] = [*PERSONAL_PLACES.items()]
    places += [("alone", ALONE_PLACES)] if kind in ALONE else []
    places += [("call", [template]) for template in CALLS] if kind.endswith("phone") else []
    for _ in range(each):
        for place, templates in places:
            value = make(chance)
            shown = chance.choice(templates).replace("{w}", word).replace("{}", value)
            yield Labelled(framed(chance, shown), kind, place, value)
        for name in (word.replace(" ", "_"), word.title().replace(" ", "")):
            value = make(chance)
            yield Labelled(framed(chance, {"id": 7, name: value, "city": "London"}), kind, "member", value)


def clean(seed: int, each: int) -> Iterator[Labelled]:
    """`each` frames for every kind of what only looks sensitive."""
    chance = random.Random(seed)
    for kind, make in NEGATIVES.items():
        for _ in range(each):
            yield Labelled(framed(chance, make(chance)), kind, "clean", None)
