"""The searcher finds a canary in whatever form it was left, and nothing else: what cannot find proves nothing."""

import base64
import json
import random
import zlib
from urllib.parse import quote

import pytest

from km_streams.sanitize.testing import known_sanitizer

from .carriers import carriers, every_character_escaped
from .making import MIXED, Canary, canaries, labels_of
from .search import Searcher, needles_of, searcher_of

VALUE = "".join(random.Random(7).choices(MIXED, k=40))
TEXT = f"the token is {VALUE}, thanks"
CANARY = Canary("made", TEXT, 13, 53, (5.9,) * 40)


def found(content: bytes, canary: Canary = CANARY) -> bool:
    searcher = searcher_of([canary])
    searcher.look("here", content)
    return bool(searcher.leaks)


@pytest.mark.parametrize("shift", range(3))
def test_a_value_is_found_in_base64_at_each_alignment(shift: int) -> None:
    assert found(base64.b64encode(b"x" * shift + TEXT.encode()))
    assert found(base64.urlsafe_b64encode(b"x" * shift + TEXT.encode()))


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        VALUE.lower().encode(),
        VALUE.encode().hex().encode(),
        VALUE.encode().hex().upper().encode(),
        quote(VALUE).encode(),
        "".join(f"%{byte:02x}" for byte in VALUE.encode()).encode(),
        every_character_escaped(VALUE).encode(),
        json.dumps(json.dumps(every_character_escaped(VALUE))).encode(),
        b"xx" + VALUE[:15].encode() + b"...",
        b"xx" + VALUE[-15:].encode() + b"...",
        b"xx" + VALUE[9:24].encode() + b"...",
    ],
)
def test_a_value_and_any_15_characters_of_it_are_found_in_every_writing(content: bytes) -> None:
    assert found(content)


@pytest.mark.parametrize(
    "content", [b"", b"the token is \xc2\xabtoken:k1:abc\xc2\xbb, thanks", zlib.compress(TEXT.encode())]
)
def test_what_does_not_hold_the_value_is_no_leak(content: bytes) -> None:
    assert not found(content)


def test_a_short_number_is_found_where_it_stands_alone_and_not_inside_of_another() -> None:
    number = Canary("id", "bsn: 463022129", 5, 14, (3.3,) * 9)
    assert found(b'{"n":463022129}', number)
    assert not found(b"14630221290", number)
    assert not found(b"463022129ab", number)


def test_the_shortest_values_are_found_with_what_stands_before_them() -> None:
    code = Canary("code", "cvv: 482", 5, 8, (3.3,) * 3)
    assert found(b'"note":"cvv: 482"', code)
    assert not found(b"482", code)


def test_every_rule_and_every_group_of_names_has_a_canary_that_can_be_found() -> None:
    detector = known_sanitizer().detector
    made = list(canaries(detector, random.Random(3)))
    assert {canary.rule for canary in made} == set(labels_of(detector))
    assert len({canary.value for canary in made}) == len(made)
    for canary in made:
        assert list(needles_of(canary))
        plain = next(line for name, line in carriers(canary, 1) if name == "argument")
        assert found(plain, canary), canary.rule


def test_canaries_are_fresh_in_every_run() -> None:
    detector = known_sanitizer().detector
    labels = labels_of(detector)[::17]
    first, second = ({canary.text for canary in canaries(detector, random.Random(seed), labels)} for seed in (1, 2))
    assert not first & second


def test_places_are_counted() -> None:
    searcher = Searcher()
    searcher.look("a", b"12")
    searcher.look("a", b"3")
    assert (searcher.places["a"], searcher.sizes["a"]) == (2, 3)
