"""Examples of every type on every topic: what producers write and every consumer must take.

One JSON file each, in the folder that the topic's YAML names: `description`, `key`, `headers`, and the value as
`json` (verbatim), as `text` or as `base64`. Text may be in pieces, so that invented secrets stand in no file whole.
"""

import base64
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import msgspec

from km_schemas.headers import KafkaHeaders
from km_schemas.topics import RecordType, topic

FOLDER: Final = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Example:
    """One record."""

    name: str
    description: str
    record_type: RecordType
    key: bytes
    headers: KafkaHeaders
    value: bytes


class _ExampleFile(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    description: str
    key: str
    headers: dict[str, str]
    json: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    text: list[str] | msgspec.UnsetType = msgspec.UNSET
    base64: str | msgspec.UnsetType = msgspec.UNSET


@cache
def examples_of(topic_name: str) -> tuple[Example, ...]:
    """The examples of a topic, type by type, each type's by name."""
    return tuple(
        _read(path, record_type)
        for record_type in topic(topic_name).types
        for path in sorted((FOLDER / record_type.examples).glob("*.json"))
    )


def write_json_example(example: Example) -> None:
    """Store an example whose value is JSON on one line, verbatim."""
    headers = {name: value.decode() for name, value in example.headers}
    file = _ExampleFile(example.description, example.key.decode(), headers, json=msgspec.Raw(example.value))
    path = FOLDER / example.record_type.examples / f"{example.name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(msgspec.json.encode(file) + b"\n")


def _read(path: Path, record_type: RecordType) -> Example:
    file = msgspec.json.decode(path.read_bytes(), type=_ExampleFile)
    headers = [(name, value.encode()) for name, value in file.headers.items()]
    return Example(path.stem, file.description, record_type, file.key.encode(), headers, _value(file))


def _value(file: _ExampleFile) -> bytes:
    if file.json is not msgspec.UNSET:
        return bytes(file.json)
    if file.text is not msgspec.UNSET:
        return "".join(file.text).encode()
    return base64.b64decode(file.base64 or "", validate=True)
