"""The form of a payload in an answer."""

import base64
import json

from hypothesis import given
from hypothesis import strategies as st

from km_services.query.payload_forms import DEFERRED_ABOVE, payload_answer


@given(st.binary(max_size=300))
def test_every_byte_can_be_had_back(data: bytes) -> None:
    answer = payload_answer(data, stored=True, recorded_size=len(data), omitted=None)
    told = base64.b64decode(answer.base64) if answer.base64 is not None else (answer.text or "").encode()
    assert told == data
    assert answer.size == len(data)


def test_json_keeps_the_white_space_around_it_and_its_duplicate_keys() -> None:
    data = b' {"a": 1, "a": 2}\r\n'
    answer = payload_answer(data, stored=True, recorded_size=1, omitted=None)
    assert (answer.form, answer.text) == ("json", data.decode())


def test_text_that_is_no_json_is_text_and_other_bytes_are_base64() -> None:
    assert payload_answer(b"starting up\n", stored=True, recorded_size=1, omitted=None).form == "text"
    assert payload_answer(b"\xff", stored=True, recorded_size=1, omitted=None).form == "base64"
    deep = b"[" * 600 + b"]" * 600
    assert payload_answer(deep, stored=True, recorded_size=1, omitted=None).form == "text"


def test_a_large_payload_is_deferred_with_its_size() -> None:
    answer = payload_answer(b"x" * (DEFERRED_ABOVE + 1), stored=True, recorded_size=1, omitted=None)
    assert (answer.form, answer.size, answer.text) == ("deferred", DEFERRED_ABOVE + 1, None)
    assert payload_answer(None, stored=True, recorded_size=7, omitted=None).form == "deferred"


def test_an_omitted_payload_tells_its_size_and_hash_and_one_that_is_not_there_says_so() -> None:
    omitted = json.dumps({"size": 19_000_000, "sha256": "ab" * 32})
    answer = payload_answer(None, stored=False, recorded_size=1, omitted=omitted)
    assert (answer.form, answer.size, answer.sha256) == ("omitted", 19_000_000, "ab" * 32)
    assert payload_answer(None, stored=False, recorded_size=5, omitted=None).form == "missing"
