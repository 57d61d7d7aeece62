"""JSON inside strings of JSON is read as JSON, and stays JSON."""

import json

import orjson
import pytest

from km_streams.sanitize.nested import leaves_in
from km_streams.sanitize.testing import known_sanitizer

MAIL = "ada" + "@" + "example.org"


def nested(value: object, depth: int) -> object:
    for _ in range(depth):
        value = json.dumps({"inner": value})
    return value


@pytest.mark.parametrize("depth", [0, 1, 2])
@pytest.mark.parametrize("value", [MAIL, f'a "quoted" {MAIL}\n', 4111111111111111])
def test_what_is_replaced_in_nested_json_leaves_valid_json_at_every_depth(value: object, depth: int) -> None:
    result = known_sanitizer().sanitize(json.dumps({"a": nested({"b": value}, depth)}).encode(), 0)
    said = orjson.loads(result.data)["a"]
    for _ in range(depth):
        said = orjson.loads(said)["inner"]
    assert len(result.findings) == 1
    assert result.findings[0].path == "$['a']" if depth else "$['a']['b']"
    assert result.findings[0].token in said["b"]
    assert str(value) not in result.data.decode()


def test_members_with_secret_names_are_found_in_nested_json_and_placeholders_are_not() -> None:
    text = json.dumps({"password": "hunter2", "api_key": "${API_KEY}", "pin": 1234})
    result = known_sanitizer().sanitize(json.dumps({"text": text}).encode(), 0)
    said = orjson.loads(orjson.loads(result.data)["text"])
    assert said["api_key"] == "${API_KEY}"
    assert {"hunter2", 1234}.isdisjoint(said.values())


def test_a_span_in_nested_json_is_found_again_in_the_frame() -> None:
    data = json.dumps([json.dumps({"k": 'é "x" end'})]).encode()
    leaves = leaves_in(data)
    said = next(leaves.said(number) for number, leaf in enumerate(leaves.all) if not leaf.is_name)
    start, end = said.in_frame(data, said.leaf.text.index(b"x"), said.leaf.text.index(b"x") + 1)
    assert data[start:end] == b"x"
    assert data[start - 4 : start] == rb"\\\""


def test_text_that_only_begins_like_json_is_text() -> None:
    leaves = leaves_in(b'"{not json"')
    assert [leaf.text for leaf in leaves.all] == [b"{not json"]
    assert leaves.said(0).outer is leaves.all[0]
    assert not leaves.inner
