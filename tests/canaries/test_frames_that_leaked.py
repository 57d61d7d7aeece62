"""Frames that canaries and fuzzing found to break a promise once, as small as they get."""

import base64
import json
import random
import string

import pytest

from km_streams.sanitize.splice import Sanitized
from km_streams.sanitize.testing import known_sanitizer

from .making import MIXED

CHANCE = random.Random(20)
VALUE = "".join(CHANCE.choices(MIXED, k=20))
DIGITS = "".join(CHANCE.choices("123456789", k=14))
HEX = "".join(CHANCE.choices(string.hexdigits.lower(), k=32))
OPENAI = "sk-" + "proj-" + "".join(CHANCE.choices(MIXED, k=40))
TWILIO = "SK" + HEX

LEAKED = {
    "a line break in percent escapes": (f"%0A{OPENAI}%0A", OPENAI),
    "percent escapes of percent escapes": (f"%250A{TWILIO}%250A", TWILIO),
    **{
        f"JSON in text, {name}": (json.dumps({name: VALUE}), VALUE)
        for name in ("pin", "pwd", "jwt", "bearer", "cvv", "otp", "mfaCode", "cookie", "SET_COOKIE", "token")
    },
    **{
        f"JSON in text, a number under {name}": (f'{{"{name}": {DIGITS}}}', DIGITS)
        for name in ("secret", "pin", "api-key", "pwd")
    },
    "base64 of a text with a control": (base64.b64encode(f"\x1b[31m{OPENAI}\x1b[0m\n".encode()).decode(), OPENAI),
    "hexadecimal of a text with controls": (f"\x02see\0{OPENAI}\n".encode().hex(), OPENAI),
    **{
        f"{name} in JSON in a line": (f'a line {{"{name}": "{VALUE}"}}', VALUE)
        for name in ("CONTRASEÑA", "HASŁO", "Hasło", "ŞIFRE", "JELSZÓ", "LÖSENORD", "ПАРОЛЬ", "Пароль", "密码")
    },
    **{
        f"JSON as a part of a text, {name}": (f'the first line\n{{"{name}": {value}}}\nend', value.strip('"'))
        for name, value in (("pin", DIGITS), ("mfaCode", f'"{VALUE}"'), ("SET_COOKIE", f'"{VALUE}"'))
    },
}


@pytest.mark.parametrize("said", LEAKED)
def test_the_value_does_not_survive(said: str) -> None:
    text, value = LEAKED[said]
    frame = json.dumps({"jsonrpc": "2.0", "id": 1, "result": {"content": [{"type": "text", "text": text}]}})
    for data in (frame.encode(), b"{" + frame.encode(), frame.encode()[:-5]):
        result = known_sanitizer().sanitize(data, 0)
        assert result.findings
        assert value.encode() not in result.data
        assert json.dumps(text)[1:-1].encode() not in result.data


@pytest.mark.parametrize("name", ["pin", "pwd", "secret", "api-key", "cookie"])
def test_a_number_in_json_that_an_argument_of_a_command_is_does_not_survive(name: str) -> None:
    record = json.dumps({"pid": 17, "argv": ["node", f'{{"{name}": {DIGITS}}}']}).encode()
    result = known_sanitizer().sanitize(record, 0, numbers=False)
    assert DIGITS.encode() not in result.data
    assert json.loads(result.data)["pid"] == 17


def test_a_pattern_that_ends_at_a_bound_takes_no_half_character() -> None:
    for characters in range(20, 200):
        frame = json.dumps({"a": 1, "b": {'"Token:' + "\ufffd" * characters: "x"}}, ensure_ascii=False)
        json.loads(known_sanitizer().sanitize(frame.encode(), 0).data)


@pytest.mark.parametrize("name", ["cookie", "jwt", "pin", "otp", "pwd", "auth"])
def test_a_pair_of_members_whose_name_stands_alone_is_found(name: str) -> None:
    frame = json.dumps({"params": {"env": [{"name": name, "value": VALUE}]}})
    assert VALUE.encode() not in known_sanitizer().sanitize(frame.encode(), 0).data


@pytest.mark.parametrize(
    "text",
    [
        f"{{\nnomad_token: {HEX}, ok\n}}",
        f"\ngit clone https://{VALUE}@git.example.org/ada/app.git\n",
        f"\n*:5432:*:postgres:{VALUE}\n",
        f"\nDriver={{ODBC Driver 18}};Server=db;UID=ada;PWD={VALUE};\n",
        f"\n(SharedAccessKey={VALUE}{VALUE}fu=)\n",
        f"see:\n| **api_key** | `{VALUE}` |\nthanks",
        f"<db_password>{VALUE}</db_password>",
        "token:yEgco, o",
        "login in / er,2,",
        "token:'\\u:see \\",
        "PASSWORD ffdffd:\n{",
        "\\Pw=s6u4;",
    ],
)
def test_what_was_sanitized_holds_nothing_more_to_find(text: str) -> None:
    frame = json.dumps({"jsonrpc": "2.0", "id": 1, "result": {"content": [{"type": "text", "text": text}]}})
    once = known_sanitizer().sanitize(frame.encode(), 0)
    assert known_sanitizer().sanitize(once.data, 0) == Sanitized(once.data)
