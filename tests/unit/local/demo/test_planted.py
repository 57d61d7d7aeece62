"""The demo's fake secrets and the forms in which they are looked for."""

import base64
import re
import zlib

from hypothesis import given
from hypothesis import strategies as st

from km_local.demo.planted import base62, disguises, github_token, plant


def test_a_planted_token_has_the_form_and_the_checksum_of_a_real_one() -> None:
    token = github_token()
    assert re.fullmatch(r"ghp_[0-9A-Za-z]{36}", token)
    assert token[-6:] == f"{base62(zlib.crc32(token[4:-6].encode())):0>6}"


def test_no_two_demos_plant_the_same() -> None:
    assert not set(plant().values) & set(plant().values)


def test_the_email_that_a_result_will_hold_is_the_one_looked_for() -> None:
    planted = plant()
    assert planted.answered_email == f"{planted.customer.lower().replace(' ', '.')}@example.org"


@given(st.binary(max_size=20), st.binary(max_size=20))
def test_a_secret_is_found_inside_base64_and_hexadecimal_of_anything_around_it(before: bytes, after: bytes) -> None:
    secret = "ghp_" + "A1b2" * 9
    whole = before + secret.encode() + after
    for text in (whole, base64.b64encode(whole), whole.hex().encode()):
        assert any(form in text for form in disguises(secret))
