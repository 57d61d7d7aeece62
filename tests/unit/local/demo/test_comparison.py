"""What the demo compares really fails when it differs."""

from km_local.demo.comparison import differences
from km_local.demo.recorded import RecordedRun
from km_local.demo.taps import DIRECTIONS, TappedRun

FRAMES = {"client_to_server": (b"a\n", b"b\n"), "server_to_client": (b"c\n",)}


def recorded(frames: dict[str, tuple[bytes, ...]]) -> dict[str, RecordedRun]:
    run = RecordedRun("id", "run")
    for way in DIRECTIONS:
        run.frames[way] = dict(enumerate(frames[way], 1))
    return {"run": run}


def tapped(frames: dict[str, tuple[bytes, ...]], at_server: dict[str, tuple[bytes, ...]] | None = None) -> TappedRun:
    return TappedRun("run", frames, at_server or frames)


def test_equal_frames_have_no_difference() -> None:
    assert differences([tapped(FRAMES)], recorded(FRAMES)) == []


def test_a_run_that_was_not_recorded_is_named() -> None:
    assert differences([tapped(FRAMES)], {}) == ["run: not recorded"]


def test_a_changed_frame_is_named_with_its_position() -> None:
    (line,) = differences([tapped(FRAMES)], recorded(FRAMES | {"client_to_server": (b"a\n", b"B\n")}))
    assert line.startswith("run client_to_server: pipes and mcp.frames differ at position 2")


def test_a_missing_frame_a_doubled_one_and_swapped_ones_differ() -> None:
    for frames in [(b"a\n",), (b"a\n", b"a\n", b"b\n"), (b"b\n", b"a\n")]:
        assert differences([tapped(FRAMES)], recorded(FRAMES | {"client_to_server": frames}))


def test_bytes_that_changed_between_client_and_server_differ() -> None:
    (line,) = differences([tapped(FRAMES, FRAMES | {"server_to_client": (b"c\r\n",)})], recorded(FRAMES))
    assert line.startswith("run server_to_client: client and server differ")
