"""Keyed tokens: equal for equal values, recognised, and imitated by nobody."""

import secrets

from km_streams.sanitize.tokens import KeyRing, TokenKey, mint

OLD, NEW = TokenKey("old", secrets.token_bytes(32), 0), TokenKey("new", secrets.token_bytes(32), 1_000)
RING = KeyRing([OLD, NEW])


def test_equal_values_have_equal_tokens_and_others_have_others() -> None:
    assert mint(OLD, "email", b"Ada@Example.org") == mint(OLD, "email", b"ada@example.org")
    assert mint(OLD, "card", b"4111 1111") == mint(OLD, "card", b"4111-1111")
    assert mint(OLD, "secret.x", b"a") != mint(OLD, "secret.x", b"A")
    assert mint(OLD, "email", b"a") != mint(OLD, "card", b"a")
    assert mint(OLD, "email", b"a") != mint(NEW, "email", b"a")


def test_the_key_is_that_of_the_time_of_receipt() -> None:
    assert [RING.key_at(at).kid for at in (-1, 0, 999, 1_000, 10**18)] == ["old", "old", "old", "new", "new"]


def test_tokens_of_every_key_of_the_ring_are_genuine() -> None:
    for key in RING.keys:
        assert RING.is_genuine(mint(key, "secret.github_token", b"value").encode())


def test_what_only_looks_like_a_token_is_not_genuine() -> None:
    genuine = mint(OLD, "email", b"value")
    body = genuine[genuine.rindex(":") + 1 : -1]
    changed = "B" + body[1:] if body[0] != "B" else "C" + body[1:]
    for text in (
        genuine[:-1],
        genuine + " ",
        genuine.replace(body, changed),
        genuine.replace("email", "card"),
        "«a:b:c»",
    ):
        assert not RING.is_genuine(text.encode())


def test_a_token_of_a_key_that_is_not_in_the_ring_is_not_genuine() -> None:
    other = TokenKey("old", secrets.token_bytes(32), 0)
    assert not RING.is_genuine(mint(other, "email", b"value").encode())
