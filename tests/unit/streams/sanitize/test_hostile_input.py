"""A hundred kilobytes of anything, as a string of JSON and as bytes, take no long time."""

import json
from collections.abc import Callable

import pytest
from tests.bench.sanitize.hostile import AIM, SIZE, STRUCTURES, TEXTS, frames, seconds

from km_streams.sanitize.sanitizer import Sanitizer
from km_streams.sanitize.testing import known_sanitizer

FRAMES = frames()
MACHINE = 5
"""How much longer a busy machine may take, before that is a slow algorithm."""


def sanitizer() -> Sanitizer:
    known_sanitizer().sanitize(b'{"a": "password: x"}', 0)
    return known_sanitizer()


@pytest.mark.parametrize("text", FRAMES.values(), ids=FRAMES.keys())
def test_a_hundred_kilobytes_of_anything_take_no_long_time(text: str, request: pytest.FixtureRequest) -> None:
    taken, found = seconds(lambda data: sanitizer().sanitize(data, 0), text.encode(), 2)
    print(f"{taken[0] * 1000:.0f} ms, {found} findings: {request.node.callspec.id}")
    assert taken[0] < MACHINE * AIM


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_nor_does_a_part_of_a_frame(text: str) -> None:
    data = text.encode()
    taken, _ = seconds(lambda data: sanitizer().sanitize_part(data, 0, cut_before=True, cut_behind=True), data, 2)
    assert taken[0] < MACHINE * AIM


@pytest.mark.parametrize("name", ["members with numbers", "whole tokens", "passwords", "random signs"])
@pytest.mark.parametrize("depth", [1, 2, 3])
def test_nor_does_what_stands_in_json_inside_of_json(name: str, depth: int) -> None:
    text = TEXTS[name][: SIZE // 2**depth]
    for _ in range(depth):
        text = json.dumps({"a": text})
    taken, _ = seconds(lambda data: sanitizer().sanitize(data, 0), json.dumps({"a": text}).encode(), 2)
    assert taken[0] < MACHINE * AIM


LARGE = {
    "a million members": lambda: "{" + ",".join(f'"k{number}":{number}' for number in range(1_000_000)) + "}",
    "members below a mebibyte": lambda: "{" + ",".join(f'"k{n}":{n}' for n in range(70_000)) + "}",
    "depth of ten thousand": lambda: STRUCTURES["depth"],
    "depth of ten thousand arrays": lambda: "[" * 10_000 + "]" * 10_000,
}


@pytest.mark.parametrize("made", LARGE.values(), ids=LARGE.keys())
def test_large_structures_take_the_time_of_their_size(made: Callable[[], str], request: pytest.FixtureRequest) -> None:
    data = made().encode()
    taken, found = seconds(lambda data: sanitizer().sanitize(data, 0), data, 2)
    print(f"{taken[0] * 1000:.0f} ms, {len(data) / 1e6:.1f} MB, {found} findings: {request.node.callspec.id}")
    assert taken[0] < MACHINE * AIM * max(1, len(data) / SIZE)
