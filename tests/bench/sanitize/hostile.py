"""A hundred kilobytes of anything: shapes that are made to take long, and how long they take."""

import base64
import gc
import json
import random
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Final

from km_streams.sanitize.ruleset import RuleSet
from km_streams.sanitize.sanitizer import Sanitizer
from km_streams.sanitize.splice import Sanitized, TooManyFindingsError

SIZE: Final = 100_000
AIM: Final = 0.05
"""Seconds of processor time."""


def filled(piece: str) -> str:
    """`piece` again and again."""
    return (piece * (SIZE // len(piece) + 1))[:SIZE]


def counted(form: str) -> str:
    """`form` again and again, each time with other numbers of five and of two digits."""
    return "".join(form.format(number, number % 90 + 10) for number in range(10_000, 10_000 + SIZE // 5))[:SIZE]


def drawn(alphabet: str) -> str:
    """Letters of `alphabet` at random."""
    return "".join(random.Random(6).choices(alphabet, k=SIZE))


def encoded(text: str, times: int) -> str:
    """Base64 of base64."""
    return base64.b64encode(encoded(text, times - 1).encode()).decode() if times else text


TEXTS: Final[Mapping[str, str]] = {
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
    "whole quotes": filled('"'), "escaped characters": filled("\\u0000"), "many escapes": filled("\\n\\t\\\\"),
    "percent of percent": filled("%25%25"), "base64 of base64": encoded(filled("password: hunter2x1 "), 2)[:SIZE],
    "short base64": filled("cGFzc3dvcmQ6IHgxeTI= "), "random hex": drawn("0123456789abcdef"),
    "random digits": drawn("0123456789"), "random letters": drawn("abcdefghijklmnopqrstuvwxyz"),
    "random base64": drawn("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"),
    "random groups": drawn("0123456789 -"), "random signs": drawn("aA0@.:/-_=\"' \n\\{}[],%&#;«»"),
    "whole tokens": counted("«email:k1:AAAAAAAAAAAAAAA{0:05d}» "), "cut tokens": filled("«"),
    "different mails": counted("user{0:05d}@example{1}.com, "),
    "different passwords": counted("password=h{0:05d}!xQ{1}\n"),
    "different members": counted('"password":"h{0:05d}!xQ{1}",'), "members with numbers": counted('"pin":{0:05d},'),
    "different names": counted("name{0:05d}_password="), "different addresses": counted("client {1}.{1}.184.{1} "),
    "tickets": filled("eyJhbGciOiJIUzI1NiJ9.eyJhIjoxfQ."),
    "URLs with passwords": counted("https://u{0:05d}:p{0:05d}x@h.example/ "),
    "names in sentences": filled("the password for the server of the team is "), "cells": filled("| password | "),
    "elements": filled("<password>"), "options": filled("--password "), "calls": filled("setPassword('"),
    "pairs": filled('name: password\nvalue: '), "commas": filled("password,"), "spoken": filled("password hunter2x "),
    "one word": "password=" + "x" * SIZE, "words": filled("blue llama dances quietly "),
    "key bodies": "-----BEGIN PRIVATE KEY-----\n" + filled("MIIE"),
    "cookies": "Cookie: " + filled("a=b; "),
    "identities": counted("{0:05d}{0:05d}{1} "), "identities of letters": counted("AB{0:05d}{1}C "),
}  # fmt: skip
STRUCTURES: Final[Mapping[str, str]] = {
    "names": json.dumps({f"k{number}": number for number in range(9_000)}),
    "secret names": json.dumps({f"password{number}": "${A}" for number in range(4_500)}),
    "secret members": json.dumps({f"password{number}": f"x1!{number}q" for number in range(3_500)}),
    "duplicates": "{" + ",".join(['"token":"${A}"'] * 6_500) + "}",
    "duplicates of one letter": "{" + ",".join(['"a":1'] * 16_000) + "}",
    "depth": '{"a":' * 10_000 + "1" + "}" * 10_000,
    "depth of arrays": "[" * 10_000 + "]" * 10_000,
    "depth and a secret": '{"a":' * 10_000 + '"password: x1y2z3q!"' + "}" * 10_000,
    "numbers": json.dumps([4_000_000_000_000_000 + 7_919 * number for number in range(5_500)]),
    "short strings": json.dumps(["a"] * 20_000),
    "short numbers": json.dumps([1] * 33_000),
    "mails": json.dumps([f"u{number}@ex.org" for number in range(5_500)]),
    "equal mails": json.dumps(["a@ex.org"] * 8_000),
    "deep mails": '{"password":[' * 100 + json.dumps([f"u{n}@ex.org" for n in range(5_000)]) + "]}" * 100,
    "names that are mails": json.dumps({f"u{number}@ex.org": 1 for number in range(5_000)}),
    "objects": json.dumps([{"name": "password", "value": "${A}"}] * 2_200),
    "pairs": json.dumps([{"name": "password", "value": f"x1!{n}q"} for n in range(2_200)]),
    "options": json.dumps(["--password", "x1!q2z"] * 3_500),
    "empty objects": json.dumps([{}] * 25_000),
    "nested texts": json.dumps([json.dumps({"password": f"x1!{n}q"}) for n in range(3_000)]),
    "texts in texts in texts": json.dumps([json.dumps([json.dumps([f"u{n}@ex.org"])]) for n in range(2_500)]),
    "colons": json.dumps([":"] * 20_000),
    "escaped strings": json.dumps(["\u00e9\n"] * 8_000),
    "floats": json.dumps([number + 0.5 for number in range(10_000)]),
    "exponents": "[" + ",".join(["4.111111111111111e15"] * 4_700) + "]",
}  # fmt: skip


def frames() -> dict[str, str]:
    """Every shape: texts in a string of JSON, in one inside a string, as a name, and as bytes that are no JSON."""
    return {
        **{f"{name} in a string": json.dumps({"a": text}, ensure_ascii=False) for name, text in TEXTS.items()},
        **{f"{name} as bytes": text for name, text in TEXTS.items()},
        **{f"structure: {name}": text for name, text in STRUCTURES.items()},
    }


def more_frames() -> dict[str, str]:
    """The same texts elsewhere."""
    return {
        **{f"{name} in a nested string": json.dumps({"a": json.dumps({"b": text})}) for name, text in TEXTS.items()},
        **{f"{name} as a name": json.dumps({text: 1}) for name, text in TEXTS.items()},
        **{f"{name} in lines": json.dumps(list(_cut(text, 40))) for name, text in TEXTS.items()},
        **{f"structure in a string: {name}": json.dumps({"a": text}) for name, text in STRUCTURES.items()},
        **{f"structure cut short: {name}": text[:-3] for name, text in STRUCTURES.items()},
    }


def frames_of_rules(rules: RuleSet) -> Iterator[tuple[str, str]]:
    """Examples of each rule again and again, and the words of all rules before what is none of them."""
    words = " ".join(keyword for rule in rules.rules for keyword in rule.source.keywords)
    starts = " ".join("".join(example) for rule in rules.rules for example in rule.source.hits)
    for piece in ("a", "7", "A1", "a.", "a ", "1-", "=", '"'):
        yield f"words of all rules and {piece}", words + filled(piece)[: max(0, SIZE - len(words))]
        yield f"examples of all rules and {piece}", starts + filled(piece)[: max(0, SIZE - len(starts))]
    for rule in rules.rules:
        for kind, examples in (("hit", rule.source.hits), ("near miss", rule.source.near_misses)):
            for number, example in enumerate(examples):
                text = "".join(example)
                yield f"{rule.source.id}, {kind} {number}", filled(text + " ")
                if kind == "hit":
                    yield f"{rule.source.id}, half of {kind} {number}", filled(text[: len(text) // 2 + 1])
                    yield f"{rule.source.id}, most of {kind} {number}", filled(text[: len(text) * 9 // 10])


def _cut(text: str, width: int) -> Iterator[str]:
    return (text[start : start + width] for start in range(0, len(text), width))


def seconds(sanitize: Callable[[bytes], Sanitized], data: bytes, passes: int) -> tuple[list[float], int]:
    """(of processor time, one for each pass, sorted; findings)."""
    taken, found = [], 0
    for _ in range(passes):
        started = time.process_time()
        with suppress(TooManyFindingsError):  # refused as a whole: nothing passes
            found = sum(sanitize(data).counts.values())
        taken.append(time.process_time() - started)
    return sorted(taken), found


def print_table(sanitizer: Sanitizer, *, passes: int, with_rules: bool, longest: int) -> None:
    """The median time of every shape, the slowest first."""
    shapes = {**frames(), **more_frames(), **(dict(frames_of_rules(sanitizer.detector.rules)) if with_rules else {})}
    rows = []
    gc.collect()
    gc.freeze()  # as the worker does
    for name, text in shapes.items():
        data = text.encode()
        taken, found = seconds(lambda data: sanitizer.sanitize(data, 0), data, passes)
        rows.append((statistics.median(taken) * 1000, taken[-1] * 1000, len(data), found, name))
        if name.endswith("as bytes"):
            taken, found = seconds(
                lambda data: sanitizer.sanitize_part(data, 0, cut_before=True, cut_behind=True), data, passes
            )
            part = name.removesuffix("as bytes") + "as a part"
            rows.append((statistics.median(taken) * 1000, taken[-1] * 1000, len(data), found, part))
    rows.sort(reverse=True)
    slow = sum(row[0] >= AIM * 1000 for row in rows)
    print(f"{len(rows)} shapes, {slow} of them from {AIM * 1000:.0f} ms on")
    print(f"\n{'ms':>7}{'longest':>9}{'KB':>6}{'found':>7}  shape")
    for median, most, size, found, name in rows[:longest]:
        print(f"{median:>7.1f}{most:>9.1f}{size / 1000:>6.0f}{found:>7}  {name}")
