"""Check digits, ranges and neighbours."""

import pytest

from km_streams.sanitize.validators import assigned, card, email

VISA = "4111" * 1 + "1111" * 3


def cards(text: str, digits: str) -> list[str]:
    start = text.index(digits)
    data = text.encode()
    return [data[a:b].decode() for a, b in card(data, start, start + len(digits))]


@pytest.mark.parametrize(
    "digits",
    [
        VISA,
        "4111 1111 1111 1111".replace(" ", "-"),
        "3782 822463 10005",
        "6011" + "1111" * 2 + "1117",
        "3056 930902 5904",
    ],
)
def test_cards_of_known_issuers_with_luhns_digit_are_cards(digits: str) -> None:
    assert cards(f"pay {digits} now", digits) == [digits]


@pytest.mark.parametrize("digits", ["4111" * 3 + "1112", "9" * 15 + "3", "4" * 16, "1234" * 4, "0" * 16])
def test_wrong_digits_issuers_and_repeated_digits_are_none(digits: str) -> None:
    assert cards(digits, digits) == []


@pytest.mark.parametrize("text", [f"0.{VISA}", f"abc{VISA}", f"12ab-{VISA}", f"{VISA}x", f"{VISA}.5", f"_{VISA}"])
def test_digits_that_continue_something_longer_are_no_card(text: str) -> None:
    assert cards(text, VISA) == []


def test_a_card_behind_other_groups_of_digits_is_found() -> None:
    text = "2024 4111 1111 1111 1111 12"
    assert cards(text, text) == ["4111 1111 1111 1111"]


def test_two_cards_in_one_run_of_digits_are_two() -> None:
    text = "4111 1111 1111 1111 5555 5555 5555 4444"
    assert len(cards(text, text)) == 2


def test_mixed_separators_are_no_card() -> None:
    text = "4111-1111 1111-1111"
    assert cards(text, text) == []


def test_scp_paths_and_images_are_no_mailboxes() -> None:
    for text in ("git@github.com:a/b", "logo@2x.png"):
        at = text.partition(":")[0].encode()
        assert list(email(text.encode(), 0, len(at))) == []


def test_a_mailbox_behind_a_url_is_one_and_user_information_is_none() -> None:
    mail = "ada" + "@" + "example.org"
    for text in (
        f"https://example.org,{mail}",
        f"https://example.org?to={mail}",
        f"https://example.org/{mail}",
        f"<{mail}>",
    ):
        start = text.index(mail)
        assert list(email(text.encode(), start, start + len(mail))), text
    for text in (f"https://{mail}/", f"https://ada:pa$$.{mail}"):
        start = text.index(mail)
        assert not list(email(text.encode(), start, start + len(mail))), text


def test_an_identifier_or_expression_is_no_assigned_secret() -> None:
    for text in (b"password", b"get_token()", b"abc", b"items[0]"):
        assert list(assigned(text, 0, len(text))) == []
    assert list(assigned(b"hunter2", 0, 7)) == [(0, 7)]
