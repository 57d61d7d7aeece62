"""Frames through the whole sanitizer: what is replaced, what is spared, and that nothing else changes."""

import json
from collections.abc import Callable

import orjson
import pytest

from km_streams.sanitize.floods import FLOOD as FLOOD_IN_LEAF
from km_streams.sanitize.splice import Sanitized
from km_streams.sanitize.testing import known_sanitizer

GITHUB = "ghp_" + "A1b2" * 9
CARD = "4111" + "1111" * 3
MAIL = "ada" + "@" + "example.org"


def sanitized(frame: object) -> Sanitized:
    data = frame if isinstance(frame, bytes) else json.dumps(frame).encode()
    return known_sanitizer().sanitize(data, 0)


def types_and_paths(result: Sanitized) -> list[tuple[str, str]]:
    return [(finding.type, finding.path) for finding in result.findings]


def test_values_in_strings_names_and_numbers_are_replaced() -> None:
    result = sanitized({"a": [f"to {MAIL}"], GITHUB: {"n": int(CARD)}})
    mail, name, card = result.findings
    assert orjson.loads(result.data) == {"a": [f"to {mail.token}"], name.token: {"n": card.token}}
    assert types_and_paths(result) == [
        ("email", "$['a'][0]"),
        ("secret.github_token", f"$['{name.token}']"),
        ("card", f"$['{name.token}']['n']"),
    ]
    assert [finding.in_key for finding in result.findings] == [False, True, False]


def test_only_the_replaced_spans_change() -> None:
    before, behind = b'\t{ "x" :\t[1.50, true],\n "t":"\\u00e9 \\/ ', b' \\n" } \r\n'
    result = sanitized(before + GITHUB.encode() + behind)
    assert result.data == before + result.findings[0].token.encode() + behind


def test_a_frame_without_findings_is_the_same_bytes() -> None:
    data = b'{"jsonrpc": "2.0", "id": 1.0, "method": "tools/list", "params": {"_meta": {"progressToken": "t-1"}}}\n'
    assert sanitized(data) == Sanitized(data)


@pytest.mark.parametrize(
    "write",
    [
        lambda text: text,
        lambda text: "".join(f"\\u{ord(c):04x}" for c in text),
        lambda text: "\\n" + text + "\\t",
        lambda text: '\\"' + text + '\\"',
        lambda text: "\\u00e9" + text,
    ],
)
def test_escapes_hide_nothing(write: Callable[[str], str]) -> None:
    result = sanitized(f'{{"t": "{write(GITHUB)}"}}'.encode())
    assert [finding.type for finding in result.findings] == ["secret.github_token"]
    assert GITHUB not in json.dumps(orjson.loads(result.data), ensure_ascii=False)


def test_what_duplicates_of_a_member_hide_from_readers_is_replaced_too() -> None:
    result = sanitized(b'{"a": "\\u0067hp_' + GITHUB[4:].encode() + b'", "a": 1}')
    assert types_and_paths(result) == [("secret.github_token", "$['a']")]
    assert result.data.endswith(b', "a": 1}')


@pytest.mark.parametrize("number", [CARD, f"{CARD}.0", "4.111111111111111e15", "411111111111111.1E1"])
def test_a_card_is_found_in_every_writing_of_a_number(number: str) -> None:
    result = sanitized(f'{{"n": {number}}}'.encode())
    assert types_and_paths(result) == [("card", "$['n']")]
    assert orjson.loads(result.data) == {"n": result.findings[0].token}


def test_equal_secrets_have_equal_tokens_wherever_they_stand() -> None:
    result = sanitized({"token": GITHUB, "text": f"see {GITHUB}", "authorization": f"Bearer {GITHUB}"})
    assert len(result.findings) == 3
    assert len({finding.token for finding in result.findings}) == 1


@pytest.mark.parametrize(
    ("frame", "secret"),
    [
        ({"password": "correct horse battery"}, "correct horse battery"),
        ({"dbPassword": "x"}, "x"),
        ({"X-Api-Key": "Zx81"}, "Zx81"),
        ({"access_token": "opaque"}, "opaque"),
        ({"client_secret": ["one", "two"]}, "two"),
        ({"credentials": {"user": {"value": "deep"}}}, "deep"),
        ({"headers": {"Authorization": "Bearer opaque"}}, "opaque"),
        ({"password": 12345678}, "12345678"),
        ({"argv": ["run", "--api-key", "opaque", "now"]}, "opaque"),
        ({"text": '{"password": "it\'s \\"quoted\\" here"}'}, "quoted"),
        ({"text": "export DB_PASSWORD=hunter2!"}, "hunter2!"),
    ],
)
def test_the_value_of_a_secret_name_is_replaced(frame: object, secret: str) -> None:
    result = sanitized(frame)
    assert result.findings
    assert f'"{secret}"'.encode() not in result.data
    assert secret.encode() not in result.data or secret == "x"


def test_the_scheme_of_an_authorization_stays() -> None:
    result = sanitized({"authorization": "Bearer opaque-value"})
    assert orjson.loads(result.data)["authorization"] == f"Bearer {result.findings[0].token}"


@pytest.mark.parametrize(
    "frame",
    [
        {"progressToken": "abc-1", "nextPageToken": "eyJvIjoxMH0", "cursor": "abc", "nextCursor": "tok"},
        {"password": "${DB_PASSWORD}", "token": "$TOKEN", "api_key": "YOUR_API_KEY", "secret": "<secret>"},
        {"password": "", "token": None, "secret": True, "max_tokens": 4096, "auth_token": 17},
        {"properties": {"password": {"type": "string", "description": "The password to use"}}},
        {"required": ["password", "token"], "tokenizer": "cl100k", "token_type": "bearer", "passwordPolicy": "long"},
        {"sha": "4f1d2c3b" * 5, "id": "0b9a4f7e-1c2d-4e5f-8a9b-123456789012", "version": "10.4.2.1"},
        {"usage": {"input_tokens": 812, "output_tokens": 90}, "order": "9999 8888 7777 6666"},
    ],
)
def test_parts_of_protocols_and_placeholders_are_spared(frame: object) -> None:
    assert sanitized(frame).findings == ()


@pytest.mark.parametrize("local", ["secret.agent", "op.ada", "env.x", "password", "null"])
def test_what_spares_a_named_value_spares_no_address(local: str) -> None:
    assert [finding.type for finding in sanitized({"to": f"{local}@example.org"}).findings] == ["email"]


def test_text_that_imitates_a_token_is_replaced_and_a_genuine_token_is_not() -> None:
    genuine = sanitized({"a": MAIL}).findings[0].token
    result = sanitized({"a": genuine, "b": "«email:k1:AAAAAAAAAAAAAAAAAAAA»"})
    assert types_and_paths(result) == [("imitation", "$['b']")]
    assert orjson.loads(result.data)["a"] == genuine


HOSTILE = {
    "lone surrogate": b'{"a": "\\ud800", "t": "%s"}',
    "not a number": b'{"a": NaN, "t": "%s"}',
    "400 digits": b'{"a": ' + b"7" * 400 + b', "t": "%s"}',
    "invalid UTF-8": b'{"a": "\xff\xfe", "t": "%s"}',
    "cut short": b'{"a": [{"t": "%s',
    "10,000 levels": b"[" * 10_000 + b'"%s"',
    "byte order mark": b'\xef\xbb\xbf{"t": "%s"}',
    "two values": b'{"t": 1} {"t": "%s"}',
    "bare text": b"Warning: using %s (env)\n",
    "NUL bytes": b"\x00\x00%s\x00",
}


@pytest.mark.parametrize("frame", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("escaped", [False, True], ids=["plain", "escaped"])
def test_no_secret_passes_because_parsing_failed(frame: bytes, escaped: bool) -> None:
    written = "\\u0067" + GITHUB[1:] if escaped else GITHUB
    result = sanitized(frame.replace(b"%s", written.encode()))
    assert "secret.github_token" in {finding.type for finding in result.findings}
    assert GITHUB[1:].encode() not in result.data


def test_a_secret_has_the_same_token_in_bytes_and_in_json_however_it_is_escaped() -> None:
    whole = sanitized({"token": GITHUB})
    cut = sanitized(('{"token": "\\u0067' + GITHUB[1:]).encode())
    assert [finding.token for finding in cut.findings] == [finding.token for finding in whole.findings]


def test_a_password_in_json_cut_short_is_replaced() -> None:
    result = sanitized(b'{"user": "ada", "password": "correct horse ba')
    assert b"correct" not in result.data
    assert [finding.type for finding in result.findings] == ["secret.password"]


def test_findings_in_bytes_say_where_their_token_stands() -> None:
    result = sanitized(f"mail {MAIL} or {GITHUB}".encode())
    for finding in result.findings:
        start, end = map(int, finding.path.removeprefix("bytes[").removesuffix("]").split(":"))
        assert result.data[start:end].decode() == finding.token


MIB = 1024 * 1024


@pytest.mark.parametrize("at", [0, MIB - 20, MIB - 1, MIB, MIB + 8 * 1024 - 20, 2 * MIB])
def test_a_secret_anywhere_in_a_large_frame_is_found_once(at: int) -> None:
    text = b"x " * (2 * MIB)
    data = b'{"t": "' + text[: at // 2 * 2] + GITHUB.encode() + b" " + text[at // 2 * 2 :] + b'"}'
    result = sanitized(data)
    assert len(result.findings) == 1
    assert GITHUB.encode() not in result.data
    orjson.loads(result.data)


def test_a_card_as_a_number_in_a_large_frame_leaves_it_valid_json() -> None:
    result = sanitized(b'{"t": "' + b"x " * MIB + b'", "n": ' + CARD.encode() + b"}")
    assert orjson.loads(result.data)["n"] == result.findings[0].token


def test_both_sides_of_a_cut_are_masked() -> None:
    data = b"a" * 5_000 + b" middle " + b"z" * 5_000
    middle = known_sanitizer().sanitize_part(data, 0, cut_before=True, cut_behind=True)
    assert [finding.type for finding in middle.findings] == ["cut", "cut"]
    assert len(middle.data) < len(data) - 2 * 4_096 + 200
    first = known_sanitizer().sanitize_part(data, 0, cut_before=False, cut_behind=True)
    assert first.data.startswith(b"a" * 5_000)
    assert not first.data.endswith(b"z")


@pytest.mark.parametrize("cut", [0, 1], ids=["JSON", "bytes"])
def test_of_very_many_findings_the_first_are_replaced_one_by_one_and_then_all_that_is_behind(cut: int) -> None:
    mails = b"".join(b'x%d@b.cc","' % number for number in range(12_000))
    result = sanitized((b'["' + mails + b'"]')[cut:])
    assert b"@" not in result.data
    assert result.counts == {"email": len(result.findings) - 1, "flood": 1}
    assert 1_000 <= len(result.findings) <= 2_000
    assert known_sanitizer().sanitize(result.data, 0) == Sanitized(result.data)


def test_behind_a_flood_a_frame_still_says_what_it_is_and_its_members_keep_the_names_they_had() -> None:
    rows = [{"mail": f"x{number}@b.cc", "n": number} for number in range(3_000)]
    frame = {"result": {"rows": rows, "x@b.cc": "secret"}, "jsonrpc": "2.0", "id": 7}
    said = orjson.loads(sanitized(json.dumps(frame).encode()).data)
    assert said["jsonrpc"] == "2.0"
    assert said["id"] == 7
    assert said["result"]["rows"][0]["n"] == 0
    assert set(said["result"]["rows"][-1]) == {"mail", "n"}
    assert said["result"]["rows"][-1]["mail"] == said["result"]["rows"][-1]["n"]
    assert b"@" not in orjson.dumps(said)


@pytest.mark.parametrize("start", [b'{"a": "', b'cut short: "'], ids=["JSON", "bytes"])
def test_a_flood_in_one_string_is_replaced_one_by_one_at_first_and_then_to_the_end_of_the_string(start: bytes) -> None:
    flood = b" ".join(b"x%d@b.cc" % number for number in range(2_000))
    result = sanitized(start + flood + b'", "b": "stays"}')
    assert b"@" not in result.data
    assert b'"stays"}' in result.data
    assert len(result.findings) == FLOOD_IN_LEAF + 1
    assert known_sanitizer().sanitize(result.data, 0) == Sanitized(result.data)


@pytest.mark.parametrize("start", [b"", b'{"a": "'], ids=["noise", "string"])
def test_a_flood_over_several_windows_of_bytes_hides_nothing(start: bytes) -> None:
    data = start + b"".join(b"x%06d@b.cc " % number for number in range(180_000))
    result = sanitized(data)
    assert b"@" not in result.data
    assert len(result.data) < len(data) / 10


def test_a_long_run_of_letters_beside_a_token_hides_nothing() -> None:
    run, token = "QUJDREVG" * 20, "gh" + "p_" + "A1b2" * 9
    for text in (
        f"{run}/{token} end",
        f"{token}/{run}",
        f"{run}/{token}/{run}",
        f"{run}+{'AKIA' + 'Z2345672ABCDEFGH'}/",
    ):
        assert sanitized({"path": text}).findings, text
