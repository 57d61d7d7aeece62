"""Check digits that vendors publish for their tokens. A wrong one makes a finding less sure, and nothing more."""

import base64
import binascii
import hashlib
import zlib
from collections.abc import Callable, Mapping
from typing import Final

_BASE62: Final = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_BASE58: Final = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_CHECK_LETTERS: Final = 6
_ACCOUNT_BITS: Final = 0x7FFFFFFFFF80
_ACCOUNTS: Final = 10**12
_PYPI_HOSTS: Final = (b"pypi.org", b"test.pypi.org")


def github_crc32(token: bytes) -> bool:
    """GitHub and npm: the last six letters are the CRC-32 of those behind the prefix, in base 62."""
    _, _, body = token.partition(b"_")
    payload, check = body[:-_CHECK_LETTERS], body[-_CHECK_LETTERS:]
    number, letters = zlib.crc32(payload), b""
    while len(letters) < _CHECK_LETTERS:
        number, letter = divmod(number, len(_BASE62))
        letters = _BASE62[letter : letter + 1] + letters
    return letters == check


def grafana_crc32(token: bytes) -> bool:
    """Grafana service accounts: eight hexadecimal digits of the CRC-32 of what stands before them."""
    payload, _, check = token.rpartition(b"_")
    return b"%08x" % zlib.crc32(payload) == check


def aws_account(key: bytes) -> bool:
    """AWS: the first bits of a key id, in base 32, are an account of twelve digits."""
    try:
        first = base64.b32decode(key[4:20])[:6]
    except binascii.Error:
        return False
    return (int.from_bytes(first, "big") & _ACCOUNT_BITS) >> 7 < _ACCOUNTS


def pypi_macaroon(token: bytes) -> bool:
    """PyPI: a macaroon (version 2), whose location is one of the two hosts."""
    head = _base64url(token.removeprefix(b"pypi-")[:64])
    return head[:2] == b"\x02\x01" and head[3 : 3 + head[2]] in _PYPI_HOSTS


def discord_id(token: bytes) -> bool:
    """Discord: the first part is the number of the bot, in base 64."""
    return _base64url(token.partition(b".")[0]).isdigit()


def base58check(key: bytes) -> bool:
    """Bitcoin's private keys: the last four bytes are those of a double SHA-256 of the others."""
    number = 0
    for letter in key:
        number = number * len(_BASE58) + _BASE58.index(letter)
    data = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return hashlib.sha256(hashlib.sha256(data[:-4]).digest()).digest()[:4] == data[-4:]


def _base64url(text: bytes) -> bytes:
    text = text[: len(text) - (len(text) % 4 == 1)]
    try:
        return base64.urlsafe_b64decode(text + b"=" * (-len(text) % 4))
    except binascii.Error:
        return b"\0" * 3


CHECKSUMS: Final[Mapping[str, Callable[[bytes], bool]]] = {
    check.__name__: check
    for check in (github_crc32, grafana_crc32, aws_account, pypi_macaroon, discord_id, base58check)
}
"""Whether a value has the right check digits, by name."""
