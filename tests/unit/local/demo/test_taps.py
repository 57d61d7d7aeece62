"""Frames as the demo itself cuts them, and calls as it counts them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from km_local.demo.taps import TappedRun, calls_in, cut


@given(st.binary())
def test_frames_put_together_are_the_stream(stream: bytes) -> None:
    frames = cut(stream)
    assert b"".join(frames) == stream
    assert all(frame.endswith(b"\n") for frame in frames[:-1])
    assert all(frame.count(b"\n") <= 1 for frame in frames)
    assert b"" not in frames


@pytest.mark.parametrize(
    ("frame", "calls"),
    [
        (b'{"id":1,"method":"ping"}', 1),
        (b'{"id":0,"method":"roots/list","params":null}', 1),
        (b'{"id":1,"result":{}}', 0),
        (b'{"method":"notifications/initialized"}', 0),
        (b'{"id":4,"method":"tools/call","params":{"name":"x","inputResponses":{}}}', 0),
        (b'{"id":4,"method":"tools/call","params":{"name":"x","requestState":"s"}}', 0),
    ],
)
def test_a_request_is_a_call_and_a_retry_with_answers_is_the_same_call(frame: bytes, calls: int) -> None:
    run = TappedRun("r", {"client_to_server": (frame,), "server_to_client": ()}, {})
    assert calls_in(run) == calls
