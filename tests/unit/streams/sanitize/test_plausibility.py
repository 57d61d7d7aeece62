"""What a secret without a form of its own looks like, beside identifiers, code and placeholders."""

import secrets
import string

import pytest

from km_streams.sanitize.plausibility import (
    is_code,
    is_common,
    is_literal_key,
    is_literal_password,
    is_mixed,
    is_passphrase,
    is_placeholder,
    is_plausible,
    is_wordlike,
)


@pytest.mark.parametrize("alphabet", [string.ascii_letters, string.ascii_letters + string.digits, "0123456789abcdef"])
def test_random_strings_are_plausible_and_not_made_of_words(alphabet: str) -> None:
    made = ["".join(secrets.choice(alphabet) for _ in range(24)).encode() for _ in range(200)]
    assert sum(map(is_plausible, made)) >= 180
    assert sum(map(is_wordlike, made)) <= 20


@pytest.mark.parametrize(
    "name", [b"get_session_token", b"AccessTokenProvider", b"csrfmiddlewaretoken", b"primary_key", b"useSecretManager"]
)
def test_identifiers_are_no_keys(name: bytes) -> None:
    assert not is_literal_key(name)


@pytest.mark.parametrize("value", [b"sunshine", b"it's winter", b"hunter2", b"blue llama dances", b"Basil53$"])
def test_a_quoted_password_may_be_any_word(value: bytes) -> None:
    assert is_literal_password(value)


@pytest.mark.parametrize(
    "value",
    [b"${DB_PASSWORD}", b"<password>", b"your-password-here", b"string", b"changeme", b"****", b"Enter your password"],
)
def test_placeholders_types_and_sentences_are_no_passwords(value: bytes) -> None:
    assert not is_literal_password(value)


@pytest.mark.parametrize("value", [b"SHA-256", b"v2.1.0", b"2026-11-23", b"utf-8", b"password2", b"#dcdccc", b"12px"])
def test_digits_in_names_of_methods_versions_and_dates_say_nothing(value: bytes) -> None:
    assert not is_mixed(value)


@pytest.mark.parametrize(
    "value", [b"self.config.token", b"get_token()", b"request->form", b"await", b"os.environ['X']"]
)
def test_expressions_of_programs_are_code(value: bytes) -> None:
    assert is_code(value) or is_placeholder(value)


def test_a_password_with_dots_or_signs_is_no_code() -> None:
    assert not is_code(b"LKU=Glb-spRlBCaj0HF.g0W")
    assert not is_code(b"Zq8w2L.r4Vt9Yb")


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        (b"correct horse battery staple", True),
        (b"willow.banjo.basil.ember", True),
        (b"settings.database.password", False),
        (b"incorrect login attempts", False),
        (b"must be at least eight", False),
        (b"policy manager vault", False),
    ],
)
def test_a_passphrase_is_words_that_speak_about_nothing(phrase: bytes, expected: bool) -> None:
    assert is_passphrase(phrase) is expected


def test_what_is_said_of_secrets_is_common() -> None:
    assert all(map(is_common, [b"incorrect", b"expired", b"policy", b"Authentication", b"stored."]))
    assert not is_common(b"r9je99SJED")
