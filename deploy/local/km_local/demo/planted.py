"""The secrets that the demo plants: made at run time, well-formed, worth nothing."""

import base64
import secrets
import string
import zlib
from dataclasses import dataclass

BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase


@dataclass(frozen=True, slots=True)
class Planted:
    """One demo's secrets. The server of the demo turns `customer` into `answered_email` in a result."""

    github_token: str
    email: str
    customer: str
    answered_email: str

    @property
    def values(self) -> tuple[str, ...]:
        """What must be found nowhere behind the sanitizer."""
        return (self.github_token, self.email, self.answered_email)


def plant() -> Planted:
    """Secrets that were never used before, so that finding one anywhere is a leak of this demo."""
    mark = secrets.token_hex(6)
    return Planted(
        github_token=github_token(),
        email=f"jonas.weber.{mark}@example.org",
        customer=f"Mira Keller {mark}",
        answered_email=f"mira.keller.{mark}@example.org",
    )


def github_token() -> str:
    """The form of a GitHub personal access token: 30 random characters and their CRC-32 in base 62."""
    body = "".join(secrets.choice(BASE62) for _ in range(30))
    return f"ghp_{body}{base62(zlib.crc32(body.encode())):0>6}"


def base62(number: int) -> str:
    """A number in digits 0-9, A-Z, a-z."""
    digits = ""
    while number:
        number, rest = divmod(number, 62)
        digits = BASE62[rest] + digits
    return digits


def disguises(value: str) -> frozenset[bytes]:
    """The forms in which bytes of `value` may stand in a text: plain, hexadecimal, base64 at each alignment."""
    plain = value.encode()
    return frozenset({plain, plain.hex().encode(), *(_base64_core(plain, shift) for shift in range(3))})


def _base64_core(plain: bytes, shift: int) -> bytes:
    """The base64 characters that `plain` alone decides when `shift` other bytes stand before it."""
    encoded = base64.b64encode(b"\0" * shift + plain)
    first = -(-shift * 8 // 6)
    last = (shift + len(plain)) * 8 // 6
    return encoded[first:last]
