"""The committed JSON Schemas are those of the record types."""

import json

import jsonschema
import pytest

from km_schemas.json_schemas import FOLDER, schema_texts


def test_the_committed_schemas_are_current() -> None:
    committed = {path.name: path.read_bytes() for path in FOLDER.glob("*.json")}
    assert committed == schema_texts(), "run: python -m km_schemas.json_schemas --write"


@pytest.mark.parametrize("name", schema_texts())
def test_a_schema_is_a_schema_and_refuses_an_empty_object(name: str) -> None:
    schema = json.loads(schema_texts()[name])
    jsonschema.Draft202012Validator.check_schema(schema)
    assert not jsonschema.Draft202012Validator(schema).is_valid({})
