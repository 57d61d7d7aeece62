"""Whatever comes, in whatever writing: no exception, valid JSON stays valid, no planted value survives."""

import json
import random
import re
import string

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from km_streams.sanitize.escapes import flatten
from km_streams.sanitize.splice import Sanitized
from km_streams.sanitize.testing import known_sanitizer

ALPHANUMERIC = string.ascii_letters + string.digits
STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
CHARACTER = re.compile(r"\\u[0-9a-f]{4}|\\.|[ -~]")
TEXT = st.text(st.characters(codec="utf-8"), max_size=30)


def secret(prefix: str, size: int, alphabet: str = ALPHANUMERIC) -> st.SearchStrategy[str]:
    return st.text(st.sampled_from(alphabet), min_size=size, max_size=size).map(lambda body: prefix + body)


def with_luhn(body: str) -> str:
    total = sum(sum(divmod(int(d) * (2 - i % 2), 10)) for i, d in enumerate(reversed(body)))
    return body + str(-total % 10)


CARDS = secret("4", 14, string.digits).map(with_luhn).filter(lambda card: len(set(card)) > 1)
PLANTED = st.one_of(
    secret("ghp" + "_", 36),
    st.builds("{}_{}".format, secret("github" + "_pat_", 22), secret("", 59)),
    secret("AKIA", 16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"),
    st.builds("{}-{}".format, secret("xoxb" + "-", 12, string.digits), secret("", 24)).map(
        lambda token: token.replace("-", "-" + "4" * 12 + "-", 1)
    ),
    secret("sk-" + "proj-", 40),
    st.builds("{}@{}.example.org".format, *[st.text(string.ascii_lowercase, min_size=3, max_size=12)] * 2),
    CARDS,
)
BORDERS = st.sampled_from(["", " ", "\n", "\t", '"', "'", "(", "[", ",", ";", "é", "/ ", ": ", "= "])
SAYING = st.builds(
    "".join, st.tuples(TEXT.map(lambda text: text + " "), BORDERS, st.just("{}"), BORDERS, TEXT.map(lambda t: " " + t))
)


@st.composite
def planted_frames(draw: st.DrawFn) -> tuple[bytes, list[str]]:
    """A JSON text in a random writing, and the values that were planted in it."""
    planted: list[str] = []

    def plant(template: str) -> str:
        planted.append(draw(PLANTED))
        return template.replace("{}", planted[-1])

    strings = TEXT | SAYING.map(plant) | PLANTED.map(lambda value: plant("{}"))

    def plant_number(card: str) -> int:
        planted.append(card)
        return int(card)

    numbers = st.integers(-(2**53), 2**53) | CARDS.map(plant_number)
    value = draw(
        st.recursive(
            st.none() | st.booleans() | numbers | strings,
            lambda inner: st.lists(inner, max_size=4) | st.dictionaries(strings, inner, max_size=4),
            max_leaves=12,
        )
    )
    text = json.dumps(value, ensure_ascii=draw(st.booleans()))
    return rewritten(text, random.Random(draw(st.integers()))), [
        value for value in planted if value in json.dumps(value)
    ]


def rewritten(text: str, chance: random.Random) -> bytes:
    """The same JSON, with characters inside its strings escaped here and there."""

    def rewrite(match: re.Match[str]) -> str:
        piece = match[0]
        return f"\\u{ord(piece):04x}" if len(piece) == 1 and piece.isalnum() and chance.random() < 0.2 else piece

    return STRING.sub(lambda string_: CHARACTER.sub(rewrite, string_[0]), text).encode()


def sanitize(data: bytes) -> Sanitized:
    return known_sanitizer().sanitize(data, 0)


def all_text(data: bytes) -> bytes:
    return data + flatten(data)


@settings(max_examples=120, deadline=None)
@given(planted_frames())
def test_no_planted_value_survives_in_any_writing(frame: tuple[bytes, list[str]]) -> None:
    data, planted = frame
    result = sanitize(data)
    orjson.loads(result.data)
    said = all_text(result.data)
    for value in planted:
        assert value.encode() not in said


@settings(max_examples=60, deadline=None)
@given(planted_frames(), st.integers(0, 200))
def test_no_planted_value_survives_where_json_is_cut_short(frame: tuple[bytes, list[str]], cut: int) -> None:
    data, planted = frame
    said = all_text(sanitize(data[: max(0, len(data) - cut)] + b"\xff").data)
    for value in planted:
        if not value.isdigit():  # digits next to a cut are no whole card
            assert value.encode() not in said


@settings(max_examples=80, deadline=None)
@given(planted_frames() | st.tuples(st.binary(max_size=300), st.just([])))
def test_sanitizing_twice_is_sanitizing_once(frame: tuple[bytes, list[str]]) -> None:
    once = sanitize(frame[0])
    assert sanitize(once.data) == Sanitized(once.data)


@settings(max_examples=80, deadline=None)
@given(planted_frames())
def test_without_findings_the_bytes_are_the_same_and_with_them_structure_is(frame: tuple[bytes, list[str]]) -> None:
    result = sanitize(frame[0])
    if not result.findings:
        assert result.data == frame[0]
    assert shape(orjson.loads(result.data)) == shape(orjson.loads(frame[0]))


def shape(value: object) -> object:
    if isinstance(value, dict):
        return [shape(inner) for inner in value.values()]
    return [shape(inner) for inner in value] if isinstance(value, list) else type(value) in {bool, type(None)}


@settings(max_examples=80, deadline=None)
@given(planted_frames() | st.tuples(st.binary(max_size=300), st.just([])))
def test_the_fallback_without_hyperscan_finds_the_same(frame: tuple[bytes, list[str]]) -> None:
    assert known_sanitizer(with_hyperscan=False).sanitize(frame[0], 0) == sanitize(frame[0])


@settings(max_examples=120, deadline=None)
@given(st.binary(max_size=2_000))
def test_any_bytes_are_sanitized(data: bytes) -> None:
    sanitize(data)
    known_sanitizer().sanitize_part(data, 0, cut_before=True, cut_behind=True)


TRICKY = [
    *'{}[],:"=\'', "\\", '\\"', " ", "\n", "«", "»", "é", "\\u0040", "1", "null", "1e15", "4111 ", "«email:k1:",
    "password", '"token":', "--api-key ", "Bearer ", "a@b.cc", "4111111111111111", "gh" + "p_" + "A" * 36,
]  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(TRICKY), max_size=40).map("".join))
def test_what_is_made_of_tricky_pieces_is_sanitized_once_and_for_all(text: str) -> None:
    once = sanitize(text.encode())
    assert sanitize(once.data) == Sanitized(once.data)
    assert known_sanitizer(with_hyperscan=False).sanitize(text.encode(), 0) == once
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        return
    orjson.loads(once.data)
