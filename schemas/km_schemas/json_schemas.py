"""JSON Schemas (2020-12) of our records, derived from their types. `python -m km_schemas.json_schemas --write`."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec

from km_schemas import records
from km_schemas.topics import load_topics

FOLDER: Final = Path(__file__).with_suffix("")
"""Where they are committed, for readers that are not Python."""
_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def schema_texts() -> Mapping[str, bytes]:
    """Every schema as it is committed, by file name: one for each type of value that a topic carries."""
    types = {record.value for topic in load_topics().values() for record in topic.types} - {"bytes"}
    return {f"{name}.schema.json": _text(getattr(records, name)) for name in sorted(types)}


def write() -> None:
    """Bring the committed schemas up to date."""
    FOLDER.mkdir(exist_ok=True)
    for name, text in schema_texts().items():
        (FOLDER / name).write_bytes(text)


def _text(record_type: type[msgspec.Struct]) -> bytes:
    schema = {"$schema": _DIALECT} | msgspec.json.schema(record_type)
    return msgspec.json.format(msgspec.json.encode(schema, order="sorted"), indent=2) + b"\n"


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit("usage: python -m km_schemas.json_schemas --write")
    write()
