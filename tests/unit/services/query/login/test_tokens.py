"""The token and its cookies."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from km_services.query.login.tokens import COOKIE_SECONDS, Tokens

TOKEN = "t" * 43
NOW = 1_790_000_000.0


def test_only_the_token_is_the_token() -> None:
    tokens = Tokens(TOKEN)
    assert tokens.is_token(TOKEN)
    assert not tokens.is_token(TOKEN[:-1])
    assert not tokens.is_token("")
    assert not tokens.is_token("\udc80")


def test_a_cookie_survives_a_restart_and_dies_with_its_token() -> None:
    cookie = Tokens(TOKEN).new_cookie(NOW)
    assert Tokens(TOKEN).is_cookie(cookie, NOW + COOKIE_SECONDS - 1)
    assert not Tokens("u" * 43).is_cookie(cookie, NOW)


def test_a_cookie_ends_when_it_says() -> None:
    tokens = Tokens(TOKEN)
    assert not tokens.is_cookie(tokens.new_cookie(NOW), NOW + COOKIE_SECONDS + 1)


def test_a_cookie_with_a_later_end_is_not_proven() -> None:
    tokens = Tokens(TOKEN)
    expires, _, proof = tokens.new_cookie(NOW).partition(".")
    assert not tokens.is_cookie(f"{int(expires) + 1}.{proof}", NOW)


@pytest.mark.parametrize("text", ["", ".", "1", "x.y", "9" * 5000 + ".a", "\udc80.\udc80"])
def test_a_text_that_is_no_cookie_is_refused(text: str) -> None:
    assert not Tokens(TOKEN).is_cookie(text, NOW)


@given(st.text())
def test_no_text_is_a_cookie_by_chance(text: str) -> None:
    assert not Tokens(TOKEN).is_cookie(text, NOW)


def test_services_of_two_tokens_do_not_overwrite_each_others_cookies() -> None:
    assert Tokens(TOKEN).cookie_name != Tokens("u" * 43).cookie_name


def test_neither_the_cookie_nor_its_name_holds_the_token() -> None:
    tokens = Tokens(TOKEN)
    assert TOKEN not in tokens.new_cookie(NOW) + tokens.cookie_name
