"""Whether what was recorded is what passed, frame by frame."""

from collections.abc import Mapping, Sequence

from km_local.demo.recorded import RecordedRun
from km_local.demo.taps import DIRECTIONS, TappedRun, digests


def differences(tapped: Sequence[TappedRun], recorded: Mapping[str, RecordedRun]) -> list[str]:
    """A line for each run and direction that differs: between the pipes, or between the pipes and `mcp.frames`."""
    found = []
    for run in tapped:
        if run.name not in recorded:
            found.append(f"{run.name}: not recorded")
            continue
        for direction in DIRECTIONS:
            at_client, at_server = digests(run.at_client[direction]), digests(run.at_server[direction])
            in_topic = digests(recorded[run.name].frames_of(direction))
            found += _differing(f"{run.name} {direction}: client and server", at_client, at_server)
            found += _differing(f"{run.name} {direction}: pipes and mcp.frames", at_client, in_topic)
    return found


def _differing(what: str, left: tuple[str, ...], right: tuple[str, ...]) -> list[str]:
    if left == right:
        return []
    same = next((n for n, pair in enumerate(zip(left, right, strict=False)) if pair[0] != pair[1]), None)
    position = min(len(left), len(right)) if same is None else same
    return [f"{what} differ at position {position + 1} of {len(left)} and {len(right)} frames"]
