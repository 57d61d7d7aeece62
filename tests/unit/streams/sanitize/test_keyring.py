"""The key ring's file."""

import base64
import json
import secrets
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from km_schemas.identity import DEFAULT_CUSTOMER_ID
from km_streams.sanitize.keyring import KeyRingError, open_key_ring


def write_ring(path: Path, *entries: dict[str, str]) -> None:
    path.touch(0o600)
    path.write_text(json.dumps({"customers": {DEFAULT_CUSTOMER_ID: list(entries)}}))


def entry(kid: str, valid_from: str, size: int = 32) -> dict[str, str]:
    return {"kid": kid, "key": base64.b64encode(secrets.token_bytes(size)).decode(), "valid_from": valid_from}


def test_the_first_start_makes_a_ring_that_only_its_owner_reads(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "ring.json"
    made = open_key_ring(path, DEFAULT_CUSTOMER_ID)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert open_key_ring(path, DEFAULT_CUSTOMER_ID) == made
    assert [file.name for file in path.parent.iterdir()] == ["ring.json"]


def test_workers_that_start_at_once_share_one_ring(tmp_path: Path) -> None:
    path = tmp_path / "ring.json"
    with ThreadPoolExecutor(8) as pool:
        rings = list(pool.map(lambda _: open_key_ring(path, DEFAULT_CUSTOMER_ID), range(16)))
    assert all(ring == rings[0] for ring in rings)


def test_a_ring_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ring.json"
    open_key_ring(path, DEFAULT_CUSTOMER_ID)
    path.chmod(0o640)
    with pytest.raises(KeyRingError, match="chmod 600"):
        open_key_ring(path, DEFAULT_CUSTOMER_ID)


def test_keys_are_sorted_by_the_time_from_which_they_serve(tmp_path: Path) -> None:
    path = tmp_path / "ring.json"
    write_ring(path, entry("b", "2026-01-01T00:00:00.000000Z"), entry("a", "1970-01-01T00:00:00.000000Z"))
    assert [key.kid for key in open_key_ring(path, DEFAULT_CUSTOMER_ID).keys] == ["a", "b"]


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"customers": {"x": [{"kid": 1}]}}'])
def test_a_damaged_ring_is_refused_and_kept(tmp_path: Path, text: str) -> None:
    path = tmp_path / "ring.json"
    path.touch(0o600)
    path.write_text(text)
    with pytest.raises(KeyRingError):
        open_key_ring(path, DEFAULT_CUSTOMER_ID)
    assert path.read_text() == text


def test_a_short_key_is_refused_without_being_quoted(tmp_path: Path) -> None:
    path = tmp_path / "ring.json"
    short = entry("a", "1970-01-01T00:00:00.000000Z", size=16)
    write_ring(path, short)
    with pytest.raises(KeyRingError) as refused:
        open_key_ring(path, DEFAULT_CUSTOMER_ID)
    assert short["key"] not in str(refused.value)


def test_a_customer_without_a_key_is_named(tmp_path: Path) -> None:
    path = tmp_path / "ring.json"
    open_key_ring(path, DEFAULT_CUSTOMER_ID)
    other = DEFAULT_CUSTOMER_ID[:-1] + "2"
    with pytest.raises(KeyRingError, match=other):
        open_key_ring(path, other)
