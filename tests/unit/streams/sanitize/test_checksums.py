"""Check digits of vendors: the right ones are known, wrong ones make a finding less sure, none is spared."""

import base64
import zlib

import pytest

from km_streams.sanitize.testing import known_sanitizer
from km_streams.sanitize.validators.checksums import aws_account, base58check, discord_id, github_crc32, pypi_macaroon

BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def with_crc32(prefix: str, body: str) -> str:
    number, check = zlib.crc32(body.encode()), ""
    for _ in range(6):
        number, letter = divmod(number, 62)
        check = BASE62[letter] + check
    return prefix + body + check


GOOD = with_crc32("ghp" + "_", "A1b2C3" * 5)
WRONG = GOOD[:-1] + ("0" if GOOD[-1] != "0" else "1")


def test_githubs_checksum_is_known() -> None:
    assert github_crc32(GOOD.encode())
    assert not github_crc32(WRONG.encode())


def test_a_wrong_checksum_makes_a_finding_less_sure_and_spares_nothing() -> None:
    sure, unsure = (next(iter(known_sanitizer().detector.spans(token.encode()))) for token in (GOOD, WRONG))
    assert (sure.start, sure.end) == (unsure.start, unsure.end) == (0, len(GOOD))
    assert sure.confidence > unsure.confidence


def test_a_key_of_aws_holds_an_account_of_twelve_digits() -> None:
    account = (123456789012 << 7).to_bytes(6, "big") + b"\0" * 4
    assert aws_account(b"AK" + b"IA" + base64.b32encode(account))
    assert not aws_account(b"AK" + b"IA" + base64.b32encode(b"\x7f" + b"\xff" * 9))
    assert not aws_account(b"AK" + b"IA" + b"1" * 16)


def test_a_token_of_pypi_names_its_host() -> None:
    body = base64.urlsafe_b64encode(b"\x02\x01\x08pypi.org\x02\x24" + b"a" * 60)
    assert pypi_macaroon(b"pypi-" + body)
    assert not pypi_macaroon(b"pypi-" + base64.urlsafe_b64encode(b"\x02\x01\x08pypi.com" + b"a" * 60))


def test_a_token_of_discord_begins_with_a_number() -> None:
    number = base64.urlsafe_b64encode(b"123456789012345678").rstrip(b"=")
    assert discord_id(number + b".abcdef." + b"x" * 27)
    assert not discord_id(b"TWFyeSBo" + b".abcdef." + b"x" * 27)


@pytest.mark.parametrize(("key", "is_right"), [(b"5HueCGU8rMjxEXxiPuD5BDku4MkFqe" + b"ZyWH4kBgu6uKkrLvbMvFf", False)])
def test_a_wrong_key_of_bitcoin_is_told(key: bytes, is_right: bool) -> None:
    assert base58check(key) is is_right
    assert base58check(b"5HueCGU8rMjxEXxiPuD5BDku4MkFqe" + b"ZyeZ4dZRhUvnJ6gRYw7Q" + b"t") is is_right
