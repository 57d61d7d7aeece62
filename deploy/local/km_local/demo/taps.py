"""What passed, as the two taps of each run recorded it: on the client's pipes and on the server's own."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

DIRECTIONS = ("client_to_server", "server_to_client")
CLIENT_SIDE, SERVER_SIDE = "client-side", "server-side"


@dataclass(frozen=True, slots=True)
class TappedRun:
    """The frames of one run by direction, at the client's pipes and at the server's."""

    name: str
    at_client: Mapping[str, tuple[bytes, ...]]
    at_server: Mapping[str, tuple[bytes, ...]]


def read_run(folder: Path, name: str) -> TappedRun:
    """The record files of one run."""
    return TappedRun(name, _read_side(folder, name, CLIENT_SIDE), _read_side(folder, name, SERVER_SIDE))


def tap_path(folder: Path, name: str, side: str) -> Path:
    """What a tap is given: its files are this with the direction behind."""
    return folder / f"{name}.{side}"


def _read_side(folder: Path, name: str, side: str) -> Mapping[str, tuple[bytes, ...]]:
    path = tap_path(folder, name, side)
    return {way: cut(path.with_name(f"{path.name}.{way}").read_bytes()) for way in DIRECTIONS}


def cut(stream: bytes) -> tuple[bytes, ...]:
    """Frames: each ends with its newline, the last one perhaps without. A reader of its own, not the shipper's."""
    *whole, rest = stream.split(b"\n")
    frames = [frame + b"\n" for frame in whole]
    return tuple([*frames, rest] if rest else frames)


def digests(frames: tuple[bytes, ...]) -> tuple[str, ...]:
    """The SHA-256 of each frame, in order."""
    return tuple(hashlib.sha256(frame).hexdigest() for frame in frames)


def calls_in(run: TappedRun) -> int:
    """Logical calls on the client's pipes: requests of either side, a retry with the answers asked for not again.

    MCP 2026-07-28, multi round-trip requests: the retry carries `inputResponses` or `requestState`.
    """
    return sum(is_call(orjson.loads(frame)) for frames in run.at_client.values() for frame in frames)


def is_call(message: dict[str, Any]) -> bool:
    """Whether a JSON-RPC object opens a call."""
    retry = {"inputResponses", "requestState"} & set(message.get("params") or ())
    return "method" in message and "id" in message and not retry
