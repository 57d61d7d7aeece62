"""A hundred kilobytes of anything, as a string of JSON and as bytes, take no long time."""

import json
import time
from collections.abc import Callable
from contextlib import suppress

import pytest

from km_streams.sanitize.sanitizer import Sanitizer
from km_streams.sanitize.splice import Sanitized, TooManyFindingsError
from km_streams.sanitize.testing import known_sanitizer

SIZE = 100_000
AIM = 0.05
"""Seconds of processor time."""
MACHINE = 5
"""How much longer a busy machine may take, before that is a slow algorithm."""


def filled(piece: str) -> str:
    return (piece * (SIZE // len(piece) + 1))[:SIZE]


def counted(form: str) -> str:
    return "".join(form.format(number, number % 90 + 10) for number in range(SIZE // len(form)))[:SIZE]


TEXTS = {
    "dots": filled("eyJ."), "ats": filled("a.a@"), "digits": filled("4"), "spaced digits": filled("4 "),
    "names": filled("password "), "glued names": filled("password"), "backslashes": filled("\\"),
    "quotes": filled('\\"'),
    "passwords": filled("password: x1y2z3q!\n"), "names with colons": filled("password:"),
    "assignments": filled("token="), "addresses": filled("93.184.216.34 "), "cut addresses": filled("1.2.3."),
    "addresses of six": filled("2001:db8:"), "phones": filled("+44 20 7946 0958 "), "plus": filled("+1"),
    "different phones": counted("+4420794{0:05d} "), "American phones": counted("(212) 555-{0:04d} "),
    "percent": filled("%41"), "percent and mail": filled("a%40b%2Ecc "), "characters": filled("&#65;"),
    "numbers": filled("4111111111111111 "), "different numbers": counted("40000000000{0:05d} "),
    "groups": filled("4111-"), "accounts": filled("GB82 "), "different accounts": counted("DE{1}0000000000000{0:05d} "),
    "mails": filled("a@b.cc "), "base64": filled("QUJDREVGR0hJSktMTU5P"), "hex": filled("4142434445464748"),
    "keys": filled("-----BEGIN PRIVATE KEY-----\n"), "URLs": filled("http://a:b@"), "tokens": filled("«email:k1:"),
    "phone words": filled("phone "), "licence words": filled("driver's license "), "blanks": filled(" "),
    "social security": filled("ssn 123-45-6789 "), "nothing": filled("\0"), "members": filled('"token":"x'),
    "nested": "[" * 50_000 + "]" * 50_000, "imitated": filled("~\xab~"),
}  # fmt: skip
STRUCTURES = {
    "names": json.dumps({f"k{number}": number for number in range(9_000)}),
    "secret names": json.dumps({f"password{number}": "${A}" for number in range(4_500)}),
    "duplicates": "{" + ",".join(['"token":"${A}"'] * 6_500) + "}",
    "depth": '{"a":' * 10_000 + "1" + "}" * 10_000,
    "numbers": json.dumps([4_000_000_000_000_000 + 7_919 * number for number in range(5_500)]),
}
FRAMES = {
    **{f"{name} in a string": json.dumps({"a": text}, ensure_ascii=False) for name, text in TEXTS.items()},
    **{f"{name} as bytes": text for name, text in TEXTS.items()},
    **{f"structure: {name}": text for name, text in STRUCTURES.items()},
}


def measured(sanitize: Callable[[bytes], Sanitized], data: bytes) -> tuple[float, int]:
    """(seconds of processor time, the best of two; findings)."""
    best, found = float("inf"), 0
    for _ in range(2):
        started = time.process_time()
        with suppress(TooManyFindingsError):  # refused as a whole: nothing passes
            found = sum(sanitize(data).counts.values())
        best = min(best, time.process_time() - started)
    return best, found


def sanitizer() -> Sanitizer:
    known_sanitizer().sanitize(b'{"a": "password: x"}', 0)
    return known_sanitizer()


@pytest.mark.parametrize("text", FRAMES.values(), ids=FRAMES.keys())
def test_a_hundred_kilobytes_of_anything_take_no_long_time(text: str, request: pytest.FixtureRequest) -> None:
    taken, found = measured(lambda data: sanitizer().sanitize(data, 0), text.encode())
    print(f"{taken * 1000:.0f} ms, {found} findings: {request.node.callspec.id}")
    assert taken < MACHINE * AIM


LARGE = {
    "a million members": lambda: "{" + ",".join(f'"k{number}":{number}' for number in range(1_000_000)) + "}",
    "members below a mebibyte": lambda: "{" + ",".join(f'"k{n}":{n}' for n in range(70_000)) + "}",
    "depth of ten thousand": lambda: STRUCTURES["depth"],
    "depth of ten thousand arrays": lambda: "[" * 10_000 + "]" * 10_000,
}


@pytest.mark.parametrize("made", LARGE.values(), ids=LARGE.keys())
def test_large_structures_take_the_time_of_their_size(made: Callable[[], str], request: pytest.FixtureRequest) -> None:
    data = made().encode()
    taken, found = measured(lambda data: sanitizer().sanitize(data, 0), data)
    print(f"{taken * 1000:.0f} ms, {len(data) / 1e6:.1f} MB, {found} findings: {request.node.callspec.id}")
    assert taken < MACHINE * AIM * max(1, len(data) / SIZE)
