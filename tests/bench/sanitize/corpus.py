"""Realistic MCP frames with planted values, made from a seed; knows nothing of the sanitizer's rules.

Texts come from this Python's standard library and from made rows and logs. 4 % of the frames hold one planted value
each; the others hold what only looks like one: ids, hashes, placeholders, cursors, images, order numbers.
"""

import base64
import hashlib
import json
import random
import string
import sysconfig
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

UPPER, LOWER, DIGITS = string.ascii_uppercase, string.ascii_lowercase, string.digits
ALNUM, HEX = string.ascii_letters + string.digits, "0123456789abcdef"
SHARE = 0.04
WORDS = [
    "harbor",
    "violet",
    "tractor",
    "maple",
    "silent",
    "copper",
    "ladder",
    "winter",
    "marble",
    "falcon",
    "pepper",
    "lantern",
    "meadow",
    "rocket",
    "velvet",
    "amber",
    "pillow",
    "canyon",
    "thunder",
    "blanket",
    "orchid",
    "saddle",
    "walnut",
    "glacier",
    "puzzle",
    "dragon",
    "sunset",
    "banjo",
    "cactus",
    "whisper",
]
GIVEN = ["ada", "grace", "linus", "mira", "jonas", "elena", "tomas", "yuki", "omar", "priya"]


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame; `planted` is what must not be readable in it any more, `kind` of what kind it is."""

    data: bytes
    planted: str | None = None
    kind: str | None = None


def of(chance: random.Random, alphabet: str, size: int) -> str:
    """Random characters."""
    return "".join(chance.choices(alphabet, k=size))


def with_luhn(body: str) -> str:
    """A number with its check digit (ISO/IEC 7812-1 Annex B)."""
    total = sum(sum(divmod(int(d) * (2 - i % 2), 10)) for i, d in enumerate(reversed(body)))
    return body + str(-total % 10)


def iban(chance: random.Random) -> str:
    """A German one (ISO 13616, mod 97)."""
    body = of(chance, DIGITS, 18)
    return f"DE{98 - int(body + '131400') % 97:02d}{body}"


def jwt(chance: random.Random) -> str:
    """RFC 7519: three parts in base64url."""

    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return (
        f"{part({'alg': 'HS256', 'typ': 'JWT'})}.{part({'sub': of(chance, DIGITS, 9)})}.{of(chance, ALNUM + '-_', 43)}"
    )


def pem(chance: random.Random) -> str:
    """A private key's armour (RFC 7468) around random bytes."""
    body = "\n".join(of(chance, ALNUM + "+/", 64) for _ in range(8))
    return f"-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----"


def password(chance: random.Random) -> str:
    """As people make them."""
    word = chance.choice(WORDS)
    ways: list[Callable[[], str]] = [
        lambda: word.capitalize() + of(chance, DIGITS, 3) + chance.choice("!@#$%"),
        lambda: of(chance, ALNUM + "!@#%^*", 14),
        lambda: word + chance.choice(WORDS),
        lambda: word[:2] + of(chance, ALNUM, 9),
    ]
    return chance.choice(ways)()


def mailbox(chance: random.Random) -> str:
    """A made address under a reserved name (RFC 2606)."""
    return f"{chance.choice(GIVEN)}.{chance.choice(WORDS)}{of(chance, DIGITS, 2)}@{chance.choice(WORDS)}.example.org"


Maker = Callable[[random.Random], str]


def fixed(prefix: str, alphabet: str, size: int, suffix: str = "") -> Maker:
    """A vendor's prefix and random characters."""
    return lambda chance: prefix + of(chance, alphabet, size) + suffix


SAID = ["use {} for this", "{}", "see: {}.", "line one\n{}\nline three", "value={}, next", '"{}"', "(`{}`)"]
"""Around what has a form of its own."""
FORMED: dict[str, Maker] = {
    "github classic": fixed("ghp" + "_", ALNUM, 36),
    "github oauth": fixed("gho" + "_", ALNUM, 36),
    "github fine-grained": lambda c: "github" + f"_pat_{of(c, ALNUM, 22)}_{of(c, ALNUM, 59)}",
    "gitlab": fixed("glpat" + "-", ALNUM + "-_", 20),
    "aws key id": fixed("AKIA", UPPER + "234567", 16),
    "google api": fixed("AIza", ALNUM + "-_", 35),
    "slack bot": lambda c: "xoxb" + f"-{of(c, DIGITS, 12)}-{of(c, DIGITS, 12)}-{of(c, ALNUM, 24)}",
    "slack hook": lambda c: (
        f"https://hooks.slack.com/services/T{of(c, UPPER + DIGITS, 8)}/B{of(c, UPPER + DIGITS, 8)}/{of(c, ALNUM, 24)}"
    ),
    "openai project": fixed("sk-" + "proj-", ALNUM + "-_", 48),
    "anthropic": fixed("sk-" + "ant-api03-", ALNUM + "-_", 93, "AA"),
    "stripe live": fixed("sk" + "_live_", ALNUM, 24),
    "stripe restricted": fixed("rk" + "_live_", ALNUM, 24),
    "sendgrid": lambda c: f"SG.{of(c, ALNUM + '-_', 22)}.{of(c, ALNUM + '-_', 43)}",
    "npm": fixed("npm" + "_", ALNUM, 36),
    "pypi": fixed("pypi-" + "AgEIcHlwaS5vcmc", ALNUM + "-_", 80),
    "huggingface": fixed("hf" + "_", string.ascii_letters, 34),
    "digitalocean": fixed("dop" + "_v1_", HEX, 64),
    "shopify": fixed("shpat" + "_", HEX, 32),
    "telegram": lambda c: f"{of(c, '123456789', 1)}{of(c, DIGITS, 9)}:AA{of(c, ALNUM + '-_', 33)}",
    "mailgun": fixed("key" + "-", HEX, 32),
    "jwt": jwt,
    "pem": pem,
    "email": mailbox,
    "visa": lambda c: with_luhn("4" + of(c, DIGITS, 14)),
    "mastercard spaced": lambda c: " ".join(
        map("".join, zip(*[iter(with_luhn("5" + c.choice("12345") + of(c, DIGITS, 13)))] * 4, strict=True))
    ),
    "iban": iban,
    "doppler": fixed("dp.pt.", ALNUM, 43),
    "grafana": fixed("glsa" + "_", ALNUM, 32, "_" + "0a1b2c3d"),
    "vault": fixed("hvs.", ALNUM, 90),
    "linear": fixed("lin" + "_api_", ALNUM, 40),
    "age key": fixed("AGE-SECRET-KEY-1", "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L", 58),
}
PLACED: dict[str, tuple[Maker, list[str]]] = {
    "env password": (password, ["DB_PASSWORD={}\nDB_HOST=db", "export ADMIN_PASSWORD={}"]),
    "yaml password": (password, ["user: ada\npassword: {}\nport: 5432\n"]),
    "prose password": (password, ["the password is {}", "Login as ada, password: {}"]),
    "passphrase": (lambda c: " ".join(c.sample(WORDS, 4)), ["passphrase: {}", "the passphrase is {}."]),
    "connection string": (
        fixed("", ALNUM, 16),
        ["postgres" + "://app:{}@db.example.org:5432/app", "amqp" + "://svc:{}@mq/"],
    ),
    "basic-auth url": (fixed("", ALNUM, 12), ["https" + "://ci:{}@git.example.org/x.git"]),
    "bearer": (fixed("", ALNUM, 32), ["Authorization: Bearer {}"]),
    "cookie": (fixed("", ALNUM, 32), ["Set-Cookie: session_id={}; HttpOnly", "Cookie: sid={}"]),
    "aws secret": (fixed("", ALNUM + "/+", 40), ["aws_secret_access_key = {}"]),
    "query token": (fixed("", ALNUM, 28), ["GET https://example.org/cb?access_token={}&state=1"]),
    "us ssn": (
        lambda c: f"{c.randrange(101, 600)}-{c.randrange(10, 99)}-{c.randrange(1000, 9999)}",
        ["SSN: {}", "social security number {}"],
    ),
    "phone": (lambda c: f"+49 151 {of(c, DIGITS, 8)}", ["call {} today", "phone: {}"]),
    "public ip": (
        lambda c: f"8.{c.randrange(20, 250)}.{c.randrange(1, 250)}.{c.randrange(1, 250)}",
        ["connection from {} refused", "client ip {}"],
    ),
}
KEYED: dict[str, tuple[Maker, list[str]]] = {
    "member password": (password, ["password", "dbPassword", "smtp_password"]),
    "member api key": (fixed("", ALNUM, 28), ["api_key", "apiKey", "X-Api-Key"]),
    "member token": (fixed("", ALNUM, 32), ["access_token", "refresh_token", "authToken"]),
    "member secret": (fixed("", HEX, 40), ["client_secret", "webhook_secret"]),
    "pair": (fixed("", ALNUM, 24), ["SERVICE_API_KEY", "DB_PASSWORD"]),
    "number card": (lambda c: with_luhn("4" + of(c, DIGITS, 14)), ["card"]),
}
HIDDEN: list[tuple[str, Callable[[str], str]]] = [
    ("base64", lambda text: base64.b64encode(f"note: {text} end".encode()).decode()),
    ("hex", lambda text: f"note: {text} end".encode().hex()),
    ("percent", lambda text: "q=" + "".join(f"%{byte:02X}" for byte in text.encode())),
    ("json in json", lambda text: json.dumps(json.dumps({"note": f"a\n{text}"}))),
]
KINDS = [*FORMED, *PLACED, *KEYED, *(f"hidden {name}" for name, _ in HIDDEN)]


@cache
def paragraphs() -> list[str]:
    """Pieces of the standard library's sources, without addresses of people and networks."""
    root = Path(sysconfig.get_paths()["stdlib"])
    found: list[str] = []
    for path in sorted(root.glob("*.py")) + sorted(root.glob("json/*.py")) + sorted(root.glob("asyncio/*.py")):
        text = path.read_text(encoding="utf-8", errors="replace")
        found += [text[at : at + 600] for at in range(0, len(text), 600) if "@" not in text[at : at + 600]]
    return found


def negatives(chance: random.Random) -> dict[str, object]:
    """What only looks sensitive."""
    sha = of(chance, HEX, 40)
    return dict(
        chance.sample(
            [
                ("id", str(uuid.UUID(int=chance.getrandbits(128), version=4))),
                ("commit", sha),
                ("order", "9" + of(chance, DIGITS, 15)),
                ("integrity", "sha512-" + base64.b64encode(chance.randbytes(64)).decode()),
                ("version", "10.4.2.1"),
                ("nextCursor", base64.b64encode(b'{"page":%d}' % chance.randrange(99)).decode()),
                ("mimeType", "text/plain"),
                ("password", "${DB_PASSWORD}"),
                ("api_key", "YOUR_API_KEY_HERE"),
                ("token", None),
                ("secret", "<secret>"),
                ("timestamp", f"2026-11-{chance.randrange(10, 28)}T10:22:31.{of(chance, DIGITS, 6)}Z"),
                ("max_tokens", 4096),
                ("etag", f'W/"{of(chance, HEX, 32)}"'),
                ("url", f"https://example.org/items/{chance.randrange(10**6)}?page=2"),
                ("path", f"/home/build/src/{chance.choice(WORDS)}/main.py"),
                ("duration_ns", chance.randrange(10**12)),
                ("digest", "sha256:" + hashlib.sha256(sha.encode()).hexdigest()),
                ("host", "10.0.4.17"),
                ("phone_required", True),
            ],
            k=chance.randrange(2, 7),
        )
    )


def body(chance: random.Random) -> object:
    """What a frame carries: mostly short, now and then very long."""
    at = chance.random()
    if at < 0.012:
        return {
            "type": "image",
            "mimeType": "image/png",
            "data": base64.b64encode(b"\x89PNG\r\n" + chance.randbytes(52_000)).decode(),
        }
    if at < 0.018:
        return {"rows": [negatives(chance) | {"n": n, "name": chance.choice(WORDS)} for n in range(240)]}
    if at < 0.14:
        return {"text": "".join(chance.choices(paragraphs(), k=chance.randrange(2, 10)))}
    if at < 0.5:
        return {"text": chance.choice(paragraphs())[: chance.randrange(100, 600)]} | negatives(chance)
    return {
        "items": [negatives(chance) for _ in range(chance.randrange(1, 4))],
        "text": chance.choice(paragraphs())[:160],
    }


def planted(chance: random.Random, kind: str) -> tuple[dict[str, object], str]:
    """(members with a planted value, the value)."""
    if kind in FORMED:
        value = FORMED[kind](chance)
        return {"note": chance.choice(SAID).replace("{}", value)}, value
    if kind in PLACED:
        make, places = PLACED[kind]
        value = make(chance)
        return {"note": chance.choice(places).replace("{}", value)}, value
    if kind in KEYED:
        make, names = KEYED[kind]
        value, name = make(chance), chance.choice(names)
        if kind == "pair":
            return {"env": [{"name": "LANG", "value": "C"}, {"name": name, "value": value}]}, value
        return {"config": {name: int(value) if kind == "number card" else value}}, value
    hide = dict(HIDDEN)[kind.removeprefix("hidden ")]
    value = hide(FORMED[chance.choice(["email", "github classic", "aws key id", "stripe live"])](chance))
    return {"content": value}, value.strip('"')


def framed(chance: random.Random, number: int, content: object) -> bytes:
    """A request or a result, in one of the writings of JSON."""
    ascii_ = chance.random() < 0.3
    meta = {"_meta": {"progressToken": str(uuid.UUID(int=chance.getrandbits(128), version=4))}}
    frame: dict[str, object] = {"jsonrpc": "2.0", "id": number}
    if chance.random() < 0.4:
        frame |= {"method": "tools/call", "params": {"name": chance.choice(WORDS), "arguments": content, **meta}}
    else:
        text = content if isinstance(content, dict) and content.get("type") == "image" else None
        block = text or {
            "type": "text",
            "text": json.dumps(content, indent=chance.choice([None, 2])) if chance.random() < 0.3 else "ok",
        }
        frame["result"] = {"content": [block], "structuredContent": {} if text else content, "isError": False}
    return json.dumps(frame, ensure_ascii=ascii_, separators=chance.choice([(",", ":"), (", ", ": ")])).encode() + b"\n"


def corpus(size: int = 20_000, seed: int = 6) -> Iterator[Frame]:
    """`size` frames; the same for the same seed and Python."""
    chance = random.Random(seed)
    for number in range(size):
        content = body(chance)
        if chance.random() < SHARE:
            kind = KINDS[number % len(KINDS)] if chance.random() < 0.5 else chance.choice(KINDS)
            members, value = planted(chance, kind)
            merged = members | {"about": content}
            yield Frame(framed(chance, number, merged), value, kind)
        else:
            yield Frame(framed(chance, number, content))
