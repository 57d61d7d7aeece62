"""JSON's escapes undone, with and without the way back."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from km_streams.sanitize.escapes import flatten, unescape

TEXTS = st.text(st.characters(codec="utf-8"))


@settings(deadline=None)
@given(TEXTS, st.booleans())
def test_what_json_escapes_is_undone(text: str, ensure_ascii: bool) -> None:
    inner = json.dumps(text, ensure_ascii=ensure_ascii)[1:-1].encode()
    assert unescape(inner).text == text.encode()


def test_characters_that_stand_for_something_inside_are_only_themselves() -> None:
    assert flatten(rb"\u0000\u0000") == b"\0\0"
    assert flatten(b"\0\0\\n") == b"\0\0\n"


@settings(deadline=None)
@given(st.text(st.characters(max_codepoint=0xFFFF, codec="utf-8")))
def test_flat_text_is_unescaped_text_in_the_basic_plane(text: str) -> None:
    inner = json.dumps(text)[1:-1].encode()
    assert flatten(inner) == text.encode()


@settings(deadline=None)
@given(TEXTS, TEXTS, TEXTS, st.booleans())
def test_a_span_of_the_text_leads_back_to_the_bytes_that_say_it(a: str, b: str, c: str, ensure_ascii: bool) -> None:
    written = [json.dumps(piece, ensure_ascii=ensure_ascii)[1:-1].encode() for piece in (a, b, c)]
    undone = unescape(b"".join(written))
    start, end = len(a.encode()), len((a + b).encode())
    if b:
        assert undone.origin_of_start(start) == len(written[0])
        assert undone.origin_of_end(end) == len(written[0] + written[1])


@settings(deadline=None)
@given(st.binary())
def test_any_bytes_can_be_flattened_and_unescaped(data: bytes) -> None:
    flatten(data)
    unescape(data)


@settings(deadline=None)
@given(st.text(st.sampled_from('\\"/bfnrtu05cC2 xé'), max_size=40).map(str.encode))
def test_few_escapes_in_a_long_text_are_undone_as_many_are(data: bytes) -> None:
    assert flatten(data + 4096 * b" ").rstrip(b" ") == flatten(data).rstrip(b" ")


def test_an_escaped_backslash_before_an_n_is_no_newline() -> None:
    assert flatten(rb"C:\\new") == rb"C:\new"
    assert unescape(rb"C:\\new").text == rb"C:\new"


def test_a_span_that_ends_within_an_escape_takes_all_of_it() -> None:
    undone = unescape(rb"a\u00e9b")
    assert undone.text == "aéb".encode()
    assert (undone.origin_of_start(2), undone.origin_of_end(2)) == (1, 7)


def test_half_a_surrogate_pair_is_kept_as_bytes() -> None:
    assert unescape(rb"\ud800x").text.endswith(b"x")
