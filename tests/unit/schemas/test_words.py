"""Levels, times and ids have one form each."""

import pytest

from km_schemas.identity import canonical_uuid, event_id, is_canonical_uuid
from km_schemas.timestamps import datetime_of, micros_of, rfc3339
from km_schemas.words import risk_level


@pytest.mark.parametrize(
    ("score", "level"),
    [(0, "none"), (9, "none"), (10, "low"), (34, "low"), (35, "medium"), (74, "medium"), (75, "high"), (100, "high")],
)
def test_a_level_begins_at_its_floor(score: int, level: str) -> None:
    assert risk_level(score) == level


def test_a_time_always_has_six_digits_and_is_utc() -> None:
    assert rfc3339(1_790_000_000_000_000) == "2026-09-21T14:13:20.000000Z"
    assert datetime_of("2026-09-21T14:13:20.000001Z").microsecond == 1


@pytest.mark.parametrize(
    "text", ["", "2026-09-21T14:13:20Z", "2026-09-21 14:13:20.000000Z", "2026-09-21T14:13:20.000000+"]
)
def test_another_form_of_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        micros_of(text)


def test_an_id_has_one_canonical_form() -> None:
    assert canonical_uuid("0198A5A1-0000-7000-8000-00000000000F") == "0198a5a1-0000-7000-8000-00000000000f"
    assert not is_canonical_uuid("0198A5A1-0000-7000-8000-00000000000F")
    assert not is_canonical_uuid("0198a5a1-0000-7000-8000-00000000000f\n")
    assert event_id("0198a5a1-0000-7000-8000-00000000000f", 3).endswith("/3")
