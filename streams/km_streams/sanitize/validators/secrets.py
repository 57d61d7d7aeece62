"""What tells a secret with a structure from text that has its form: JSON Web Tokens, key blocks, Basic credentials."""

import base64
import binascii
import re
from itertools import pairwise
from typing import Final

import orjson

from km_streams.sanitize.validators.forms import Spans

_HEADER_LIMIT: Final = 4096
_SIGNATURE_BYTES: Final = 16
_DIGITS: Final = frozenset(b"0123456789")
_SWITCHES: Final = 0.3
"""Changes of case for each letter: random letters have 0.5, names of classes 0.2."""
_DASHED_WORDS: Final = re.compile(rb"[a-z]+(?:-[a-z]{1,12}){2,}")
_HEADER_MEMBERS: Final = ("alg", "typ", "kid", "enc", "cty")


def jwt(text: bytes, start: int, end: int) -> Spans:
    """Three or five parts of which the first is a JOSE header (RFC 7515 §4, RFC 7516 §4), or a damaged one."""
    header, _, rest = text[start:end].partition(b".")
    try:
        decoded = orjson.loads(base64.urlsafe_b64decode(header[:_HEADER_LIMIT] + b"=" * (-len(header) % 4)))
    except (binascii.Error, orjson.JSONDecodeError):
        claims, _, signature = rest.partition(b".")
        if claims.startswith(b"eyJ") and len(signature) >= _SIGNATURE_BYTES:
            yield start, end
        return
    if isinstance(decoded, dict) and any(member in decoded for member in _HEADER_MEMBERS):
        yield start, end


def mixed(text: bytes, start: int, end: int) -> Spans:
    """What no identifier of a program is: letters or separators with digits among them, or in changing case."""
    value = text[start:end]
    switches = sum(before.islower() != behind.islower() for before, behind in pairwise(map(chr, value)))
    if any(byte in _DIGITS for byte in value) or switches >= len(value) * _SWITCHES:
        yield start, end


def undashed(text: bytes, start: int, end: int) -> Spans:
    """What is not spelled with words and dashes, as placeholders are: `xoxb-your-token`."""
    if _DASHED_WORDS.fullmatch(text[start:end]) is None:
        yield start, end


def basic(text: bytes, start: int, end: int) -> Spans:
    """User and password of RFC 7617 in base 64: printable, with a colon."""
    value = text[start:end].rstrip(b"=")
    try:
        decoded = base64.b64decode(value[: len(value) - (len(value) % 4 == 1)] + b"=" * (-len(value) % 4))
    except binascii.Error:
        return
    if b":" in decoded and decoded.decode("utf-8", "replace").isprintable():
        yield start, end
