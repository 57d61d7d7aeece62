"""Histograms of durations add up and answer quantiles within their buckets."""

import pytest

from km_schemas.histogram import BOUNDS_US, BUCKETS, bucket_of, quantile_us


@pytest.mark.parametrize(
    ("duration", "bucket"), [(0, 0), (1_000, 0), (1_001, 1), (300_000_000, BUCKETS - 2), (300_000_001, BUCKETS - 1)]
)
def test_bounds_are_inclusive_and_the_last_bucket_is_open(duration: int, bucket: int) -> None:
    assert bucket_of(duration) == bucket


def test_a_quantile_lies_within_the_bucket_that_holds_it() -> None:
    counts = [0] * BUCKETS
    counts[bucket_of(15_000)] = 99
    counts[bucket_of(800_000)] = 1
    assert 10_000 < (quantile_us(counts, 0.5) or 0) <= 20_000
    assert 500_000 < (quantile_us(counts, 1.0) or 0) <= 1_000_000


def test_nothing_counted_has_no_quantile() -> None:
    assert quantile_us([0] * BUCKETS, 0.5) is None


def test_what_lies_above_the_last_bound_is_told_as_the_last_bound() -> None:
    assert quantile_us([0] * (BUCKETS - 1) + [5], 0.9) == BOUNDS_US[-1]
