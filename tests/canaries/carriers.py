"""What canaries are sent in: every place of a frame and every encoding that the sanitizer promises to read. Pure."""

import base64
import json
from collections.abc import Iterator
from typing import Final

from .making import Canary

NAME_LIMIT: Final = 128
"""Characters of tool and server names."""
_FOLDER_LIMIT: Final = 200
_PATH_LIMIT: Final = 3000


def carriers(canary: Canary, number: int) -> Iterator[tuple[str, bytes]]:
    """(what carries it, one line) for every way of one canary."""
    for name, frame in _frames(canary.text):
        yield name, _line({"jsonrpc": "2.0", "id": number} | frame)
    escaped = '{"jsonrpc":"2.0","id":%d,"result":{"content":[{"type":"text","text":"%s"}]}}\n'
    yield "escaped", (escaped % (number, every_character_escaped(canary.text))).encode()
    if canary.member is not None:
        for name, frame in _member_frames(*canary.member):
            yield name, _line({"jsonrpc": "2.0", "id": number} | frame)
    if "\n" not in canary.text:
        yield "noise", f"starting up, {canary.text}\n".encode()


def _frames(text: str) -> Iterator[tuple[str, dict[str, object]]]:
    yield "argument", _call({"text": text})
    yield "list in arguments", _call({"options": {"lines": ["first", text, 3]}})
    yield "key", _call({text: 1})
    yield "JSON in JSON", _call({"body": json.dumps({"note": text})})
    yield "result", _result(_lines(text))
    yield "structured result", {"result": {"structuredContent": {"rows": [{"n": 1, "note": text}]}}}
    yield "error", {"error": {"code": -32000, "message": text, "data": {"detail": [text]}}}
    yield (
        "notification",
        {"method": "notifications/message", "params": {"level": "info", "data": f"first line\n{text}"}},
    )
    yield "base64", _result(base64.b64encode(_lines(text).encode()).decode())
    yield "hex", _result(_lines(text).encode().hex())
    yield "percent", _call({"query": "".join(f"%{byte:02X}" for byte in text.encode())})
    yield "resource", {"result": {"contents": [{"uri": "file:///x", "mimeType": "text/plain", "text": text}]}}
    yield "prompt", {"result": {"messages": [_said(text)]}}
    yield "sampling", {"method": "sampling/createMessage", "params": {"messages": [_said(text)], "maxTokens": 9}}
    yield "elicitation", {"result": {"action": "accept", "content": {"answer": text}}}
    yield "input response", _call({}, inputResponses={"r1": {"action": "accept", "content": {"answer": text}}})
    if len(text) <= NAME_LIMIT:
        yield "name", {"method": "tools/call", "params": {"name": text, "arguments": {}}}


def _member_frames(name: str, value: str | int) -> Iterator[tuple[str, dict[str, object]]]:
    yield "member", _call({"config": {name: value}})
    yield "member of a result", {"result": {"structuredContent": {"env": {name: value, "LANG": "C"}}}}
    if isinstance(value, str):
        yield "pair", _call({"env": [{"name": "LANG", "value": "C"}, {"name": name, "value": value}]})


def _call(arguments: dict[str, object], **more: object) -> dict[str, object]:
    return {"method": "tools/call", "params": {"name": "log", "arguments": arguments, **more}}


def _said(text: str) -> dict[str, object]:
    return {"role": "user", "content": {"type": "text", "text": text}}


def _lines(text: str) -> str:
    return f"the first line\n{text}\nthe third line"


def _result(text: str) -> dict[str, object]:
    return {"result": {"content": [{"type": "text", "text": text}], "isError": False}}


def _line(frame: dict[str, object]) -> bytes:
    return json.dumps(frame, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def every_character_escaped(text: str) -> str:
    """`text` as JSON whose every UTF-16 unit is written as `\\u`, in digits of either case in turn."""
    units = text.encode("utf-16-be")
    pairs = (units[at : at + 2].hex() for at in range(0, len(units), 2))
    return "".join(rf"\u{pair.upper() if number % 2 else pair}" for number, pair in enumerate(pairs))


def stderr_of(canaries: list[Canary]) -> bytes:
    """Lines of a log; what has lines of its own is in none: each line is a record."""
    return "".join(f"warning: {each.text}\n" for each in canaries if "\n" not in each.text).encode()


def arguments_of(canaries: list[Canary]) -> list[str]:
    """A command line's: texts, and names as options."""
    arguments = [each.text for each in canaries]
    for each in canaries:
        if each.member is not None and each.member[0] == each.member[0].lower():
            arguments += [f"--{each.member[0].replace('_', '-')}", str(each.member[1])]
    return arguments


def folder_of(canaries: list[Canary]) -> str:
    """A working directory: folders in folders, of the texts that can be names of some."""
    names: list[str] = []
    for each in canaries:
        name = f"of {each.text} and more"  # what stands between slashes alone is a part of a path
        is_name = "/" not in name and len(name.encode()) <= _FOLDER_LIMIT and name.isprintable()
        if is_name and sum(len(other.encode()) + 1 for other in names) + len(name.encode()) < _PATH_LIMIT:
            names.append(name)
    return "/".join(names)


def server_name_of(canaries: list[Canary]) -> str | None:
    """The first text that can be one."""
    fitting = (each.text for each in canaries if len(each.text) <= NAME_LIMIT and each.text.isprintable())
    return next(fitting, None)
