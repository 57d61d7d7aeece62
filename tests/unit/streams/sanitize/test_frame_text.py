"""A frame's text says every leaf, or there is none where only the structure tells."""

import orjson
import pytest

from km_streams.sanitize.frame_text import FrameText
from km_streams.sanitize.leaves import leaves_of
from km_streams.sanitize.testing import known_sanitizer


def text_of(data: bytes) -> bytes | None:
    detector = known_sanitizer().detector
    seen = FrameText(detector.rules, detector.group_of, lambda group, value: bool(detector.named_span(group, value)))
    return seen.text_of(data, orjson.loads(data))


@pytest.mark.parametrize(
    "data",
    [
        b'{"a": [1, "x", {"b": null, "c": "d:e"}], "f": 1.5}',
        b'"alone"', b"17", b"[]", b'{"a": 411111111111111.0}', '{"é": "\\u00e9 \\n"}'.encode(),
    ],
)  # fmt: skip
def test_it_says_what_the_leaves_say_in_their_order(data: bytes) -> None:
    assert text_of(data) == b"\n\x1f\n".join(leaf.text for leaf in leaves_of(data))


@pytest.mark.parametrize(
    "data",
    [
        b'{"a": 1, "a": 2}', b'{"x": {"a": "1:2", "a": "3"}}', rb'{"a": "\u003a", "b": 1, "b": 2}',
        b'{"password": "hunter2"}', b'{"password": {"x": "y"}}', b'{"pin": 1234}', b'["--api-key", "x"]',
        b'{"name": "API_KEY", "value": "x"}', b"1e300", b"[" * 200 + b"]" * 200,
        rb'{"text": "{\"a\": 1, \"a\": 2}"}',
    ],
)  # fmt: skip
def test_there_is_none_for_equal_names_secret_names_and_what_python_cannot_say_again(data: bytes) -> None:
    assert text_of(data) is None


@pytest.mark.parametrize(
    "data", [b'{"password": "${A}"}', b'{"token": null}', b'{"name": "API_KEY"}', b'{"max_tokens": 5}']
)
def test_what_is_spared_under_a_secret_name_is_text_like_any_other(data: bytes) -> None:
    assert text_of(data) is not None
