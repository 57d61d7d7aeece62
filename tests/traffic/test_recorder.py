"""What a recorder changes of what it noted: times and places, nothing else."""

import json
import random
from itertools import pairwise
from pathlib import Path

import pytest
from tests.traffic.neutral import NotNeutralError, check, neutral
from tests.traffic.pace import paced

ROOT = Path("/somewhere/km-traffic-1")


def _note(at_us: int, rpc_id: int, direction: str, **members: object) -> dict[str, object]:
    frame = json.dumps({"jsonrpc": "2.0", "id": rpc_id, **members})
    return {"run": "git", "server": "git", "direction": direction, "at_us": at_us, "frame": frame}


def test_a_pause_stands_before_a_request_only_where_nothing_is_in_flight() -> None:
    notes = [
        _note(0, 1, "client_to_server", method="tools/list"),
        _note(10, 2, "client_to_server", method="tools/call"),
        _note(30, 1, "server_to_client", result={}),
        _note(70, 2, "server_to_client", result={}),
        _note(71, 3, "client_to_server", method="tools/call"),
    ]
    times = [at_us for at_us, _ in paced(notes, 0, random.Random(1))]
    steps = [after - before for before, after in pairwise(times)]
    assert steps[:3] == [10, 20, 40]
    assert steps[3] > 100_000


def test_frames_and_their_order_stay_and_a_run_has_one_name() -> None:
    notes = [_note(at, at, "client_to_server", method="ping") for at in range(5)]
    lines = [line for _, line in paced(notes, 0, random.Random(1))]
    assert [line["frame"] for line in lines] == [note["frame"] for note in notes]
    assert len({line["run"] for line in lines}) == 1
    assert [line["at"] for line in lines] == sorted(line["at"] for line in lines)


def test_a_path_of_the_machine_becomes_one_of_the_world() -> None:
    assert neutral(f"{ROOT}/home/dev/shop/README.md", ROOT) == "/home/dev/shop/README.md"


def test_a_frame_that_still_names_the_machine_is_refused() -> None:
    with pytest.raises(NotNeutralError):
        check(f'{{"path": "{Path.home()}/x"}}', ROOT)
