# ruff: noqa: SIM905 - words are easier to read in a text
"""Values that must not be readable after sanitizing, made from chance; nothing here knows the sanitizer's rules.

`FORMED` have a published form of their own; `NAMED` are secret because something says so; `PERSONAL` concern people.
Prefixes are written in pieces, so that scanners of repositories stay quiet.
"""

import base64
import json
import random
import string
import uuid
from collections.abc import Callable
from typing import Final

Maker = Callable[[random.Random], str]

UPPER, LOWER, DIGITS = string.ascii_uppercase, string.ascii_lowercase, string.digits
LETTERS, ALNUM, HEX = string.ascii_letters, string.ascii_letters + string.digits, "0123456789abcdef"
URLSAFE, BASE32, CROCKFORD = ALNUM + "-_", UPPER + "234567", DIGITS + "ABCDEFGHJKMNPQRSTVWXYZ"
WORDS: Final = (
    "harbor violet tractor maple silent copper ladder winter marble falcon pepper lantern meadow rocket velvet "
    "amber pillow canyon thunder blanket orchid saddle walnut glacier puzzle dragon sunset banjo cactus whisper "
    "anchor basil cobalt dune ember fjord garnet hollow ivory jungle kettle lemon mango nectar olive plum quartz "
    "raven spruce tulip umber vapor willow yonder zephyr monkey trouble summer dolphin cheese flower cookie hockey"
).split()
GIVEN: Final = ("ada grace linus mira jonas elena tomas yuki omar priya chen fatima lars ines kofi").split()
FAMILY: Final = ("lovelace hopper berg novak tanaka haddad okafor silva jensen kowalski moreau").split()


def of(chance: random.Random, alphabet: str, size: int) -> str:
    """Random characters."""
    return "".join(chance.choices(alphabet, k=size))


def fixed(prefix: str, alphabet: str, size: int, suffix: str = "") -> Maker:
    """A vendor's prefix and random characters."""
    return lambda chance: prefix + of(chance, alphabet, size) + suffix


def with_luhn(body: str) -> str:
    """A number with its check digit (ISO/IEC 7812-1 Annex B)."""
    total = sum(sum(divmod(int(d) * (2 - i % 2), 10)) for i, d in enumerate(reversed(body)))
    return body + str(-total % 10)


def grouped(number: str, *sizes: int, by: str = " ") -> str:
    """Digits in groups."""
    pieces, at = [], 0
    for size in sizes:
        pieces.append(number[at : at + size])
        at += size
    return by.join(pieces)


def uuid4(chance: random.Random) -> str:
    """A random UUID."""
    return str(uuid.UUID(int=chance.getrandbits(128), version=4))


def base64url(value: object) -> str:
    """JSON in base64url without padding."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def jwt(chance: random.Random) -> str:
    """RFC 7519."""
    header = {"alg": chance.choice(["HS256", "RS256", "ES256"]), "typ": "JWT"}
    return f"{base64url(header)}.{base64url({'sub': of(chance, DIGITS, 9)})}.{of(chance, URLSAFE, 43)}"


def pem(kind: str) -> Maker:
    """A private key's armour (RFC 7468) around random bytes."""

    def make(chance: random.Random) -> str:
        lines = "\n".join(of(chance, ALNUM + "+/", 64) for _ in range(chance.randrange(3, 9)))
        return f"-----BEGIN {kind}PRIVATE KEY-----\n{lines}\n-----END {kind}PRIVATE KEY-----"

    return make


FORMED: Final[dict[str, Maker]] = {
    "github classic": fixed("ghp" + "_", ALNUM, 36),
    "github oauth": fixed("gho" + "_", ALNUM, 36),
    "github user": fixed("ghu" + "_", ALNUM, 36),
    "github server": fixed("ghs" + "_", ALNUM, 36),
    "github refresh": fixed("ghr" + "_", ALNUM, 76),
    "github fine-grained": lambda c: "github" + f"_pat_{of(c, ALNUM, 22)}_{of(c, ALNUM, 59)}",
    "gitlab": fixed("glpat" + "-", URLSAFE, 20),
    "gitlab routable": lambda c: f"{'glpat'}-{of(c, URLSAFE, 27)}.{of(c, DIGITS, 2)}.{of(c, LOWER + DIGITS, 9)}",
    "gitlab deploy": fixed("gldt" + "-", URLSAFE, 20),
    "gitlab runner": fixed("glrt" + "-", URLSAFE, 20),
    "aws key id": fixed("AKIA", BASE32, 16),
    "aws session key id": fixed("ASIA", BASE32, 16),
    "google api key": fixed("AIza", URLSAFE, 35),
    "google oauth token": fixed("ya29" + ".a0", URLSAFE, 120),
    "google client secret": fixed("GOCSPX" + "-", URLSAFE, 28),
    "azure client secret": lambda c: f"{of(c, ALNUM, 3)}8Q~{of(c, ALNUM + '_~.-', 33)}{of(c, ALNUM, 1)}",
    "slack bot": lambda c: "xoxb" + f"-{of(c, DIGITS, 12)}-{of(c, DIGITS, 13)}-{of(c, ALNUM, 24)}",
    "slack user": lambda c: "xoxp" + f"-{of(c, DIGITS, 12)}-{of(c, DIGITS, 12)}-{of(c, DIGITS, 13)}-{of(c, HEX, 32)}",
    "slack app": lambda c: "xapp" + f"-1-A{of(c, UPPER + DIGITS, 10)}-{of(c, DIGITS, 13)}-{of(c, HEX, 64)}",
    "slack webhook": lambda c: "/".join(
        [
            "https:/",
            "hooks.slack.com",
            "services",
            "T" + of(c, CROCKFORD, 8),
            "B" + of(c, CROCKFORD, 10),
            of(c, ALNUM, 24),
        ]
    ),
    "discord webhook": lambda c: "/".join(
        ["https:/", "discord.com", "api", "webhooks", of(c, "123456789", 19), of(c, URLSAFE, 68)]
    ),
    "discord bot": lambda c: (
        base64.b64encode(("1" + of(c, DIGITS, 17)).encode()).decode().rstrip("=")
        + f".G{of(c, URLSAFE, 5)}.{of(c, URLSAFE, 38)}"
    ),
    "telegram bot": lambda c: f"{of(c, '123456789', 1)}{of(c, DIGITS, 9)}:AA{of(c, URLSAFE, 33)}",
    "stripe live": fixed("sk" + "_live_", ALNUM, 99),
    "stripe short": fixed("sk" + "_test_", ALNUM, 24),
    "stripe restricted": fixed("rk" + "_live_", ALNUM, 24),
    "stripe webhook": fixed("whsec" + "_", ALNUM, 32),
    "twilio key": fixed("SK", HEX, 32),
    "sendgrid": lambda c: f"SG.{of(c, URLSAFE, 22)}.{of(c, URLSAFE, 43)}",
    "mailgun": fixed("key" + "-", HEX, 32),
    "mailchimp": lambda c: f"{of(c, HEX, 32)}-us{c.randrange(1, 22)}",
    "openai project": lambda c: "sk-" + f"proj-{of(c, URLSAFE, 74)}T3BlbkFJ{of(c, URLSAFE, 74)}",
    "openai legacy": lambda c: "sk-" + f"{of(c, ALNUM, 20)}T3BlbkFJ{of(c, ALNUM, 20)}",
    "openai service": fixed("sk-" + "svcacct-", URLSAFE, 120),
    "anthropic": fixed("sk-" + "ant-api03-", URLSAFE, 93, "AA"),
    "huggingface": fixed("hf" + "_", LETTERS, 34),
    "groq": fixed("gsk" + "_", ALNUM, 52),
    "replicate": fixed("r8" + "_", ALNUM, 37),
    "perplexity": fixed("pplx" + "-", ALNUM, 48),
    "xai": fixed("xai" + "-", ALNUM, 80),
    "npm": fixed("npm" + "_", ALNUM, 36),
    "pypi": fixed("pypi-" + "AgEIcHlwaS5vcmc", URLSAFE, 150),
    "rubygems": fixed("rubygems" + "_", HEX, 48),
    "docker hub": fixed("dckr" + "_pat_", URLSAFE, 27),
    "databricks": fixed("dapi", HEX, 32),
    "digitalocean": fixed("dop" + "_v1_", HEX, 64),
    "heroku": fixed("HRKU" + "-AA", URLSAFE, 58),
    "shopify": fixed("shpat" + "_", HEX, 32),
    "shopify secret": fixed("shpss" + "_", HEX, 32),
    "square": fixed("EAAA", URLSAFE, 60),
    "square secret": fixed("sq0csp" + "-", URLSAFE, 43),
    "atlassian": lambda c: "ATATT3xFfGF0" + of(c, URLSAFE, 172) + "=" + of(c, HEX.upper(), 8),
    "new relic": fixed("NRAK" + "-", UPPER + DIGITS, 27),
    "sentry": lambda c: (
        "sntrys" + f"_{base64url({'iat': 1700000000.1, 'url': None, 'region_url': None})}_{of(c, ALNUM + '+/', 43)}"
    ),
    "sentry user": fixed("sntryu" + "_", HEX, 64),
    "grafana": lambda c: "glsa" + f"_{of(c, ALNUM, 32)}_{of(c, HEX, 8)}",
    "vault": fixed("hvs" + ".", URLSAFE, 92),
    "doppler": fixed("dp.pt" + ".", ALNUM, 43),
    "linear": fixed("lin" + "_api_", ALNUM, 40),
    "notion": lambda c: "ntn" + f"_{of(c, DIGITS, 11)}{of(c, ALNUM, 35)}",
    "notion legacy": fixed("secret" + "_", ALNUM, 43),
    "figma": fixed("figd" + "_", URLSAFE, 40),
    "airtable": lambda c: f"pat{of(c, ALNUM, 14)}.{of(c, HEX, 64)}",
    "postman": lambda c: "PMAK" + f"-{of(c, HEX, 24)}-{of(c, HEX, 34)}",
    "dynatrace": lambda c: f"dt0c01.{of(c, BASE32, 24)}.{of(c, BASE32, 64)}",
    "planetscale": fixed("pscale" + "_tkn_", URLSAFE, 43),
    "supabase": fixed("sbp" + "_", HEX, 40),
    "tailscale": lambda c: "tskey" + f"-auth-k{of(c, ALNUM, 8)}CNTRL-{of(c, ALNUM, 32)}",
    "terraform": lambda c: f"{of(c, ALNUM, 14)}.atlasv1.{of(c, ALNUM, 67)}",
    "jwt": jwt,
    "rsa key": pem("RSA "),
    "pkcs8 key": pem(""),
    "openssh key": pem("OPENSSH "),
    "age key": fixed("AGE-SECRET-KEY-1", "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L", 58),
}


def typed_password(chance: random.Random) -> str:
    """As people make them: words, digits, signs, without one of them now and then."""
    word, other = chance.choice(WORDS), chance.choice(WORDS)
    ways: list[Callable[[], str]] = [
        lambda: word.capitalize() + of(chance, DIGITS, chance.randrange(1, 5)) + chance.choice("!@#$%?*"),
        lambda: word + of(chance, DIGITS, chance.randrange(2, 5)),
        lambda: word.capitalize() + other.capitalize() + of(chance, DIGITS, 2),
        lambda: word.replace("e", "3").replace("a", "@").replace("o", "0") + of(chance, DIGITS, 2) + "!",
        lambda: f"{word}-{other}-{of(chance, DIGITS, 3)}",
    ]
    return chance.choice(ways)()


def random_password(chance: random.Random) -> str:
    """As password managers make them."""
    size = chance.randrange(12, 25)
    return of(chance, LETTERS, 1) + of(chance, ALNUM + "!#%^*_+-=.~", size - 2) + of(chance, ALNUM, 1)


def letters_password(chance: random.Random) -> str:
    """Letters alone."""
    ways: list[Callable[[], str]] = [
        lambda: "".join(chance.sample(WORDS, 2)),
        lambda: of(chance, LOWER, chance.randrange(8, 15)),
        lambda: of(chance, LETTERS, chance.randrange(10, 21)),
    ]
    return chance.choice(ways)()


def passphrase(chance: random.Random) -> str:
    """Three to six words."""
    return chance.choice([" ", "-", " ", "."]).join(chance.sample(WORDS, chance.randrange(3, 7)))


NAMED: Final[dict[str, Maker]] = {
    "typed password": typed_password,
    "random password": random_password,
    "letters password": letters_password,
    "passphrase": passphrase,
    "alphanumeric key": lambda c: of(c, ALNUM, c.choice([20, 24, 32, 40])),
    "hexadecimal key": lambda c: of(c, HEX, c.choice([32, 40, 64])),
    "base64 key": lambda c: base64.b64encode(c.randbytes(c.choice([24, 32, 48]))).decode(),
    "uuid key": uuid4,
}
KEY_KINDS: Final = ("alphanumeric key", "hexadecimal key", "base64 key", "uuid key")


def mailbox(chance: random.Random) -> str:
    """Under a name that is reserved (RFC 2606): it is personal data all the same."""
    given, family = chance.choice(GIVEN), chance.choice(FAMILY)
    local = chance.choice(
        [f"{given}.{family}", f"{given[0]}{family}", f"{given}+{family}", f"{given}_{family}7", given]
    )
    return (
        f"{local}@{chance.choice(['example.com', 'mail.example.org', 'example.co.uk', chance.choice(WORDS) + '.io'])}"
    )


def card(prefix: str, size: int, *groups: int) -> Maker:
    """A payment card, in groups now and then."""

    def make(chance: random.Random) -> str:
        number = with_luhn(prefix + of(chance, DIGITS, size - 1 - len(prefix)))
        return chance.choice([number, grouped(number, *groups), grouped(number, *groups, by="-")])

    return make


def iban(country: str, bank: str, size: int) -> Maker:
    """ISO 13616: check digits modulo 97."""

    def make(chance: random.Random) -> str:
        body = bank + of(chance, DIGITS, size)
        number = "".join(str(int(letter, 36)) for letter in body + country + "00")
        whole = f"{country}{98 - int(number) % 97:02d}{body}"
        return whole if chance.random() < 0.5 else " ".join(whole[at : at + 4] for at in range(0, len(whole), 4))

    return make


def ssn(chance: random.Random) -> str:
    """US Social Security number."""
    return f"{chance.randrange(101, 665)}-{chance.randrange(10, 99)}-{chance.randrange(1000, 9999)}"


def cpf(chance: random.Random) -> str:
    """Brazil: two check digits modulo 11."""
    digits = [chance.randrange(10) for _ in range(9)]
    for size in (10, 11):
        rest = sum(d * w for d, w in zip(digits, range(size, 1, -1), strict=True)) * 10 % 11
        digits.append(rest % 10)
    text = "".join(map(str, digits))
    return f"{text[:3]}.{text[3:6]}.{text[6:9]}-{text[9:]}"


def dni(chance: random.Random) -> str:
    """Spain: a letter modulo 23."""
    number = chance.randrange(10_000_000, 99_999_999)
    return f"{number}{'TRWAGMYFPDXBNJZSQVHLCKE'[number % 23]}"


def nir(chance: random.Random) -> str:
    """France: 97 minus the number modulo 97."""
    number = (
        f"{chance.choice('12')}{chance.randrange(50, 99)}{chance.randrange(1, 13):02d}{chance.randrange(1, 95):02d}"
    )
    number += of(chance, DIGITS, 2) + f"{chance.randrange(1, 9)}" + f"{chance.randrange(1, 999):03d}"
    whole = f"{number}{97 - int(number) % 97:02d}"
    return grouped(whole, 1, 2, 2, 2, 3, 3, 2)


def pesel(chance: random.Random) -> str:
    """Poland: weights 1 3 7 9."""
    body = (
        f"{chance.randrange(50, 99)}{chance.randrange(1, 13):02d}{chance.randrange(1, 29):02d}{of(chance, DIGITS, 4)}"
    )
    total = sum(int(d) * w for d, w in zip(body, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3), strict=True))
    return body + str(-total % 10)


def bsn(chance: random.Random) -> str:
    """Netherlands: the eleven test."""
    while True:
        body = of(chance, "123456789", 1) + of(chance, DIGITS, 7)
        rest = sum(int(d) * w for d, w in zip(body, range(9, 1, -1), strict=True)) % 11
        if rest < 10:
            return f"{body}{rest}"


def aadhaar(chance: random.Random) -> str:
    """India: Verhoeff's digit, found by trying."""
    from stdnum import verhoeff

    body = of(chance, "23456789", 1) + of(chance, DIGITS, 10)
    return grouped(body + verhoeff.calc_check_digit(body), 4, 4, 4)


def nhs(chance: random.Random) -> str:
    """United Kingdom, National Health Service: modulo 11."""
    while True:
        body = of(chance, "4679", 1) + of(chance, DIGITS, 8)
        rest = -sum(int(d) * w for d, w in zip(body, range(10, 1, -1), strict=True)) % 11
        if rest < 10:
            return grouped(f"{body}{rest}", 3, 3, 4)


def codice_fiscale(chance: random.Random) -> str:
    """Italy: a letter of odd and even values."""
    consonants = "BCDFGLMNPRSTV"
    body = f"{of(chance, consonants, 6)}{chance.randrange(50, 99)}{chance.choice('ABCDEHLMPRST')}"
    body += f"{chance.randrange(1, 28):02d}{chance.choice('AFHL')}{chance.randrange(100, 999)}"
    odd_digits = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21]
    odd_letters = [*odd_digits, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23]
    odd = dict(zip(DIGITS + UPPER, odd_digits + odd_letters, strict=True))
    total = sum(odd[c] if at % 2 == 0 else int(c) if c.isdigit() else ord(c) - 65 for at, c in enumerate(body))
    return body + UPPER[total % 26]


def public_ip(chance: random.Random) -> str:
    """An address of networks that are nobody's example."""
    first = chance.choice([23, 34, 52, 81, 93, 145, 185, 203])
    return f"{first}.{chance.randrange(8, 250)}.{chance.randrange(3, 99)}.{chance.randrange(1, 255)}"


def national_phone(chance: random.Random) -> str:
    """As people write them at home: Britain, France, Germany, America."""
    return chance.choice(
        [
            f"020 7{of(chance, DIGITS, 3)} {of(chance, DIGITS, 4)}",
            f"07700 900{of(chance, DIGITS, 3)}",
            "06 " + " ".join(of(chance, DIGITS, 2) for _ in range(4)),
            f"0151 {of(chance, '123456789', 1)}{of(chance, DIGITS, 7)}",
            f"030/{of(chance, '123456789', 1)}{of(chance, DIGITS, 6)}",
            f"({chance.choice(['212', '415', '617'])}) 555-0{of(chance, DIGITS, 3)}",
            f"{chance.choice(['212', '415', '617'])}-555-0{of(chance, DIGITS, 3)}",
            f"{chance.choice(['212', '415', '617'])} 555 0{of(chance, DIGITS, 3)}",
            f"{chance.choice(['212', '415', '617'])}5550{of(chance, DIGITS, 3)}",
        ]
    )


def international_phone(chance: random.Random) -> str:
    """With + and the country's code."""
    return chance.choice(
        [
            f"+49 151 {of(chance, DIGITS, 8)}",
            f"+4915{of(chance, DIGITS, 9)}",
            f"+44 20 7{of(chance, DIGITS, 3)} {of(chance, DIGITS, 4)}",
            f"+44 (0)20 7{of(chance, DIGITS, 3)} {of(chance, DIGITS, 4)}",
            f"+1 (415) 555-0{of(chance, DIGITS, 3)}",
            f"+1-212-555-0{of(chance, DIGITS, 3)}",
            "+33 6 " + " ".join(of(chance, DIGITS, 2) for _ in range(4)),
            f"+91 98{of(chance, DIGITS, 3)} {of(chance, DIGITS, 5)}",
            f"+81-90-{of(chance, DIGITS, 4)}-{of(chance, DIGITS, 4)}",
            f"+55 11 9{of(chance, DIGITS, 4)}-{of(chance, DIGITS, 4)}",
        ]
    )


PERSONAL: Final[dict[str, tuple[Maker, str]]] = {
    "email": (mailbox, "email"),
    "visa": (card("4", 16, 4, 4, 4, 4), "card"),
    "mastercard": (card("53", 16, 4, 4, 4, 4), "card"),
    "mastercard 2-series": (card("2223", 16, 4, 4, 4, 4), "card"),
    "american express": (card("37", 15, 4, 6, 5), "card"),
    "discover": (card("6011", 16, 4, 4, 4, 4), "card"),
    "iban de": (iban("DE", "", 18), "iban"),
    "iban gb": (iban("GB", "NWBK", 14), "iban"),
    "iban fr": (iban("FR", "", 23), "iban"),
    "us ssn": (ssn, "ssn"),
    "br cpf": (cpf, "cpf"),
    "es dni": (dni, "dni"),
    "fr nir": (nir, "numéro de sécurité sociale"),
    "pl pesel": (pesel, "pesel"),
    "nl bsn": (bsn, "bsn"),
    "in aadhaar": (aadhaar, "aadhaar"),
    "gb nhs": (nhs, "nhs number"),
    "it codice fiscale": (codice_fiscale, "codice fiscale"),
    "public ip": (public_ip, "client ip"),
    "national phone": (national_phone, "phone"),
    "international phone": (international_phone, "phone"),
    "passport": (lambda c: of(c, "CFGHJK", 1) + of(c, DIGITS, 8), "passport number"),
    "driving licence": (lambda c: of(c, UPPER, 1) + of(c, DIGITS, 7), "driver's license number"),
}
"""With the word that stands beside it."""
