"""How many planted values are found and how many clean frames altered, on sets that know nothing of the rules."""

import pytest

from km_streams.sanitize.testing import known_sanitizer

from .frames import clean, planted
from .negatives import NEGATIVES
from .report import Tally, tally
from .values import FORMED, NAMED, PERSONAL

SEED = 20261123


@pytest.fixture(scope="module")
def found() -> Tally:
    return tally(known_sanitizer(), planted(SEED, 1))


def test_values_with_a_form_of_their_own_are_covered_wherever_they_stand(found: Tally) -> None:
    assert found.share(FORMED) <= 0.002, found.places


def test_passwords_and_keys_that_only_their_surroundings_betray_are_covered(found: Tally) -> None:
    assert found.share(NAMED) <= 0.03, found.places


def test_personal_data_is_covered(found: Tally) -> None:
    assert found.share(PERSONAL) <= 0.01, found.places


def test_frames_that_only_look_sensitive_pass_unaltered() -> None:
    altered = tally(known_sanitizer(), clean(SEED, 8))
    assert altered.share() <= 0.003, (altered.places, altered.rules)


def test_the_sets_are_as_wide_as_they_claim() -> None:
    assert len(FORMED) + len(NAMED) + len(PERSONAL) >= 100
    assert len(NEGATIVES) >= 100
