"""Keyed tokens: what stands in the place of a sensitive value, equal for equal values, readable by nobody.

    «secret.github_token:k1:m3JqyQ0mV3nZ5c1rXk2a»

type, kid, then 15 bytes in base64url (RFC 4648 §5): 96 bits of HMAC-SHA-256 (RFC 2104) over type and normalised
value, and 24 bits of an HMAC over those. By the latter the sanitizer knows its own tokens: they pass it unchanged,
so sanitizing twice is sanitizing once. Any other text that looks like a token is itself replaced, by a token of the
type `imitation`: no reader takes for ours what a server wrote.
"""

import base64
import hmac
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_DIGEST_BYTES: Final = 12
_CHECK_BYTES: Final = 3
_TOKEN: Final = re.compile(r"«([a-z0-9_.]{1,64}):([A-Za-z0-9_-]{1,32}):([A-Za-z0-9_-]{20})»".encode())
_NOT_DIGITS: Final = bytes(byte for byte in range(256) if not 0x30 <= byte <= 0x39)


@dataclass(frozen=True, slots=True)
class TokenKey:
    """One key of a customer."""

    kid: str
    """Its name in tokens: 1–32 of A–Z a–z 0–9 _ -."""
    secret: bytes
    valid_from_us: int
    """Microseconds since the epoch; it serves what was received from then on."""


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The keys of one customer, at least one, by `valid_from_us` ascending."""

    keys: Sequence[TokenKey]

    def key_at(self, received_at_us: int) -> TokenKey:
        """The key of what was received then, so that a replay gives equal tokens; the oldest before all."""
        newest = bisect_right(self.keys, received_at_us, key=lambda key: key.valid_from_us) - 1
        return self.keys[max(newest, 0)]

    def is_genuine(self, text: bytes) -> bool:
        """Whether the whole of `text` is a token that was made with a key of this ring."""
        form = _TOKEN.fullmatch(text)
        return form is not None and _is_made_by(tuple(self.keys), form[1], form[2], form[3])

    def genuine_in(self, text: bytes) -> Iterator[tuple[int, int]]:
        """(start, end) of every token in a text that was made with a key of this ring."""
        keys = tuple(self.keys)
        return (form.span() for form in _TOKEN.finditer(text) if _is_made_by(keys, form[1], form[2], form[3]))

    def without_genuine(self, text: bytes) -> bytes:
        """`text` without the tokens that were made with a key of this ring."""
        return _TOKEN.sub(lambda token: b"" if self.is_genuine(token[0]) else token[0], text)


def mint(key: TokenKey, type_: str, value: bytes) -> str:
    """The token of a value of a type such as `email` or `secret.github_token`."""
    name = type_.encode()
    digest = _hmac(key, name + b"\0" + normalised(type_, value))[:_DIGEST_BYTES]
    body = base64.urlsafe_b64encode(digest + _check(key, name, digest)).decode()
    return f"«{type_}:{key.kid}:{body}»"


def normalised(type_: str, value: bytes) -> bytes:
    """The form in which values of a type are equal: addresses in lower case, cards without separators."""
    if type_ == "email":
        return value.lower()
    if type_ == "card":
        return value.translate(None, _NOT_DIGITS)
    return value


@lru_cache(maxsize=4096)
def _is_made_by(keys: tuple[TokenKey, ...], name: bytes, kid: bytes, content: bytes) -> bool:
    body = base64.urlsafe_b64decode(content)
    return any(
        key.kid.encode() == kid and hmac.compare_digest(_check(key, name, body[:_DIGEST_BYTES]), body[_DIGEST_BYTES:])
        for key in keys
    )


def _check(key: TokenKey, name: bytes, digest: bytes) -> bytes:
    return _hmac(key, b"check\0" + name + b"\0" + digest)[:_CHECK_BYTES]


def _hmac(key: TokenKey, text: bytes) -> bytes:
    started = _started(key.secret).copy()
    started.update(text)
    return started.digest()


@lru_cache(maxsize=16)
def _started(secret: bytes) -> hmac.HMAC:
    """Of no text yet: half of its work is done with the key alone."""
    return hmac.new(secret, digestmod="sha256")
