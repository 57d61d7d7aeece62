"""A sample of what `make canaries` proves for every rule."""

import random

import pytest

from km_local.testing import Stack
from km_streams.sanitize.testing import known_sanitizer

from .making import canaries, labels_of
from .proof import prove

pytestmark = [pytest.mark.xdist_group("canaries"), pytest.mark.timeout(400)]

EVERY = 19
"""Of rules and groups of names, in their order: some of each file. Values are the same in every run of the suite."""


async def test_no_canary_of_a_sample_of_rules_is_readable_behind_the_sanitizer(stack: Stack) -> None:
    detector, chance = known_sanitizer().detector, random.Random(6)
    sent = list(canaries(detector, chance, labels_of(detector)[::EVERY]))
    outcome = await prove(stack, sent, chance)
    assert outcome.searched.leaks == set()
    assert outcome.not_in_raw == frozenset()
    assert outcome.decoys_missed == frozenset()
    assert outcome.raw > outcome.lines * 2
    for place in ("topic mcp.events", "topic mcp.scored", "payload blocks", "GET /api/runs/{run_id}/frames"):
        assert outcome.rows[place] > 0
