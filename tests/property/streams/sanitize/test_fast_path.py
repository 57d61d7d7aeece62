"""The fast path reads what orjson parsed, the slow one the bytes: the first never spares what the second finds."""

import base64
import json
import os
import random
import re
from collections.abc import Iterator, Sequence

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.bench.sanitize.corpus import corpus

from km_streams.sanitize.json_frames import sanitize_json
from km_streams.sanitize.ruleset import Rule, load_rules
from km_streams.sanitize.testing import KNOWN_RING, known_sanitizer

STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
PIECE = re.compile(r"\\u[0-9a-fA-F]{4}|\\.|[ -~]")
NAMES = [
    "password", "token", "tokens", "api_key", "X-Api-Key", "dbPassword", "pin", "cvv", "auth", "cookie", "jwt",
    "clientSecret", "client_secret_2", "authorization", "progressToken", "next_page_token", "credentials",
    "my pass word",
    "name", "key", "value", "type", "properties", "ssn", "iban", "phone", "max_tokens", "note", "card",
    "passport number", "mobile", "driver's license", "cvc", "PESEL",
]  # fmt: skip
VALUES = [
    "hunter2", "correct horse battery staple", "sunshine", "Zx81Kq77", "${DB_PASSWORD}", '${A"B}', "<secret>", '<a"b>',
    "YOUR_API_KEY", "string", "", " ", "null", "true", "a\\", '"', '\\"', 'x" y', "Bearer abcDEF123456", "Basic x",
    "--api-key", "--token", "--password=", "API_KEY", "password: hunter2\nport: 1", "the password is hunter2",
    "123-45" + "-6789", "SSN", "+44 20 7946" + " 0958", "93.184" + ".216.34", "10.4.2.1", "4111 1111" + " 1111 1111",
    "GB82 WEST 1234" + " 5698 7654 32", "ada" + "@" + "example.org", "gh" + "p_" + "A1b2" * 9,
    "AKIA" + "Z2345672ABCDEFGH",
    "{'password': 'Zx81Kq'}", '{"password": "Zx81Kq"}', '{"token": "${A}", "b": 1}', "«", "»", "ghp", "_" + "A1b2" * 9,
    "[x](y)", "password", "token=", "é", "DB_PASSWORD=hunter2", "DB_PASSWORD=${A}", "C01X" + "00T47",
    "07700" + "900123", "D123" + "4567",
]  # fmt: skip
NUMBERS = [
    "4111111111111111",
    "4.111111111111111e15",
    "4111111111111111.0",
    "1234",
    "-1",
    "1E300",
    "0.5",
    "15021079326",
]
EXAMPLES = ["".join(pieces) for rule in load_rules().rules for pieces in rule.source.hits]
NESTED = [
    '{"token": "${A}", "password": "<x>"}', '["--api-key", "x"]', '{"a": "{\\"pin\\": 1234}"}', '[4111111111111111]',
    '{"name": "API_KEY", "value": "Zx81Kq"}', '{"etag": "W/\\"a\\"", "token": null}', "{not json", '{"a":1,"a":2}',
]  # fmt: skip
strings = (
    st.sampled_from(VALUES)
    | st.sampled_from(NESTED)
    | st.sampled_from(EXAMPLES)
    | st.lists(st.sampled_from(VALUES + NAMES + NUMBERS), max_size=3).map("".join)
)
names = st.sampled_from(NAMES) | strings
scalars = strings.map(json.dumps) | st.sampled_from([*NUMBERS, "null", "true", "false", "[" + "true," * 90 + "null]"])
spaces = st.sampled_from(["", " ", "\n  ", "\n" + 90 * " ", 400 * "\t"])


def array(items: Sequence[str]) -> str:
    return f"[{','.join(items)}]"


@st.composite
def objects(draw: st.DrawFn, values: st.SearchStrategy[str]) -> str:
    members = draw(st.lists(st.tuples(names, spaces, spaces, values), max_size=4))
    return "{" + ",".join(f"{json.dumps(n)}{before}:{behind}{value}" for n, before, behind, value in members) + "}"


structures = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4).map(array) | objects(inner), max_leaves=8
)  # duplicates of a name included


def rewritten(text: str, chance: random.Random, share: float) -> bytes:
    """The same JSON, with characters inside its strings written as `\\u`, in digits of either case."""

    def rewrite(match: re.Match[str]) -> str:
        piece = match[0]
        if piece == "/" and chance.random() < share:
            return "\\/"
        if len(piece) == 2 and piece[1] in '"\\/' and chance.random() < share:
            return f"\\u{ord(piece[1]):04x}"
        if len(piece) == 1 and chance.random() < share:
            return f"\\u{ord(piece):04X}" if chance.random() < 0.5 else f"\\u{ord(piece):04x}"
        return piece

    def rewrite_string(match: re.Match[str]) -> str:
        return '"' + PIECE.sub(rewrite, match[0][1:-1]) + '"'

    return STRING.sub(rewrite_string, text).encode()


frames = st.builds(rewritten, structures, st.integers().map(random.Random), st.sampled_from([0.0, 0.1, 1.0]))


EXAMPLES_RUN = int(os.environ.get("KM_NIGHTLY_EXAMPLES", "150"))


@settings(max_examples=EXAMPLES_RUN, deadline=None)
@given(frames)
def test_what_the_structure_shows_the_fast_path_never_calls_clean(data: bytes) -> None:
    orjson.loads(data)
    sanitizer = known_sanitizer()
    assert sanitizer.sanitize(data, 0) == sanitize_json(data, sanitizer.detector, KNOWN_RING.key_at(0))


SURROUNDINGS = [
    "{}", '{{"a": {}}}', '["x", {}, 17]', '{{"result": {{"content": [{{"type": "text", "text": {}}}], "note": null}}}}',
    '{{"password": "${{A}}", "b": {}}}', '{{{}: 1}}',
]  # fmt: skip


def writings(example: str) -> Iterator[bytes]:
    """An example in frames: plain, in pieces of the frame, inside JSON in a string, escaped."""
    chance = random.Random(example)
    for surrounding in SURROUNDINGS:
        for inner in (example, json.dumps({"say": example, "n": 1})):
            text = surrounding.format(json.dumps(inner, ensure_ascii=chance.random() < 0.5))
            yield rewritten(text, chance, chance.choice([0.0, 0.1, 1.0]))


@pytest.mark.parametrize("rule", load_rules().rules, ids=lambda rule: rule.label)
def test_an_example_of_a_rule_is_never_called_clean_where_the_structure_shows_it(rule: Rule) -> None:
    sanitizer = known_sanitizer()
    for example in ("".join(pieces) for pieces in rule.source.hits):
        for data in writings(example):
            assert sanitizer.sanitize(data, 0) == sanitize_json(data, sanitizer.detector, KNOWN_RING.key_at(0))


@pytest.mark.parametrize("rule", load_rules().rules, ids=lambda rule: rule.label)
def test_without_hyperscan_the_findings_in_an_example_of_a_rule_are_the_same(rule: Rule) -> None:
    sanitizer, fallback = known_sanitizer(), known_sanitizer(with_hyperscan=False)
    for example in ("".join(pieces) for pieces in rule.source.hits):
        data = json.dumps({"params": [example, {"text": f"and {example}, too"}]}).encode()
        assert fallback.sanitize(data, 0) == sanitizer.sanitize(data, 0)


def test_without_hyperscan_the_findings_in_ordinary_frames_are_the_same() -> None:
    sanitizer, fallback = known_sanitizer(), known_sanitizer(with_hyperscan=False)
    for frame in corpus(300, 11):
        assert fallback.sanitize(frame.data, 0) == sanitizer.sanitize(frame.data, 0)


def test_what_the_fast_path_has_searched_is_what_the_structure_shows_in_ordinary_frames() -> None:
    sanitizer = known_sanitizer()
    for frame in corpus(1_000, 12):
        shown = sanitize_json(frame.data, sanitizer.detector, KNOWN_RING.key_at(0))
        assert sanitizer.sanitize(frame.data, 0) == shown


def test_a_token_on_either_side_of_an_image_is_found_though_its_middle_is_not_looked_at() -> None:
    image, token = base64.b64encode(random.Random(6).randbytes(60_000)).decode(), "gh" + "p_" + "A1b2" * 9
    for text in (f"{token}\n{image}", f"{image}\n{token}", f"{image}\n{token}\n{image}"):
        data = json.dumps({"data": image, "text": text}).encode()
        assert token.encode() not in known_sanitizer().sanitize(data, 0).data
