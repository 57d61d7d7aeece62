"""States in memory, bounded in bytes."""

from km_streams.engine.processor import StateKey
from km_streams.engine.state_cache import StateCache, StateSlot

KEYS = [StateKey("customer", f"installation-{number}") for number in range(4)]


def cache_of(*sizes: int, limit: int) -> StateCache[str]:
    cache: StateCache[str] = StateCache(limit)
    for key, size in zip(KEYS, sizes, strict=False):
        cache.put(StateSlot(key, "state", b"x" * size))
    return cache


def held(cache: StateCache[str]) -> list[bool]:
    return [cache.get(key) is not None for key in KEYS]


def test_the_least_recently_used_go_first() -> None:
    cache = cache_of(10, 10, 10, 10, limit=25)
    cache.get(KEYS[0])
    cache.evict(dirty=())
    assert held(cache) == [True, False, False, True]
    assert cache.size_bytes == 20


def test_what_postgres_lacks_stays_whatever_the_limit() -> None:
    cache = cache_of(10, 10, limit=5)
    cache.evict(dirty={KEYS[0], KEYS[1]})
    assert held(cache) == [True, True, False, False]


def test_growth_of_a_state_counts() -> None:
    cache = cache_of(10, 10, limit=100)
    slot = cache.get(KEYS[0])
    assert slot is not None
    cache.encoded(slot, b"x" * 95)
    assert cache.size_bytes == 105
    cache.evict(dirty=())
    assert held(cache)[:2] == [True, False]
