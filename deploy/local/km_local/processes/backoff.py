"""How long to wait before a process that ended is started again."""

FIRST_SECONDS = 0.5
LONGEST_SECONDS = 30.0
HEALTHY_SECONDS = 60.0


def failures_in_a_row(before: int, ran_seconds: float) -> int:
    """Failures to count now: a process that ran for a minute was well, so its end is the first again."""
    return 1 if ran_seconds >= HEALTHY_SECONDS else before + 1


def delay(failures: int) -> float:
    """Seconds to wait after the n-th failure in a row (1, 2, …): 0.5, 1, 2, … up to 30."""
    return float(min(FIRST_SECONDS * 2 ** (failures - 1), LONGEST_SECONDS))
