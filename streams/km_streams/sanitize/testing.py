"""For tests and examples: a sanitizer with known keys, and raw records as the wrapper publishes them."""

import hashlib
import os
from functools import cache
from typing import Final

from km_schemas import topics
from km_schemas.headers import FRAME, EventHeaders, encode_headers
from km_schemas.identity import DEFAULT_CUSTOMER_ID
from km_schemas.words import Direction
from km_streams.engine.processor import SourceRecord
from km_streams.sanitize.database_cache import cache_folder
from km_streams.sanitize.detector import detector_of
from km_streams.sanitize.prefilter import Re2Prefilter, best_prefilter
from km_streams.sanitize.processor import SanitizeProcessor
from km_streams.sanitize.ruleset import load_rules
from km_streams.sanitize.sanitizer import Sanitizer
from km_streams.sanitize.tokens import KeyRing, TokenKey

INSTALLATION_ID: Final = "0190f3a1-2222-4222-8222-222222222222"
RUN_ID: Final = "0198f3a1-0000-7000-8000-000000000001"
EPOCH_US: Final = 1_795_500_000_000_000
"""2026-11-24T06:00:00Z: when seq 0 would have been recorded; seq n comes n milliseconds later."""

KNOWN_RING: Final = KeyRing([TokenKey("k1", hashlib.sha256(b"a key that only tests know").digest(), 0)])


@cache
def known_sanitizer(*, with_hyperscan: bool = True) -> Sanitizer:
    """A sanitizer whose tokens are the same in every process."""

    cache_at = cache_folder(os.environ)
    maker = best_prefilter(cache_at) if with_hyperscan else Re2Prefilter
    return Sanitizer(detector_of(load_rules(cache_at), KNOWN_RING, maker))


def known_processor() -> SanitizeProcessor:
    """The stage over `known_sanitizer`."""
    return SanitizeProcessor(DEFAULT_CUSTOMER_ID, known_sanitizer())


def raw_headers(seq: int, direction: Direction | None, type_: str = FRAME, run_id: str = RUN_ID) -> EventHeaders:
    """The headers of what was recorded at `seq`."""
    return EventHeaders(
        type=type_,
        customer_id=DEFAULT_CUSTOMER_ID,
        installation_id=INSTALLATION_ID,
        run_id=run_id,
        seq=seq,
        occurred_at_us=EPOCH_US + seq * 1_000,
        direction=direction,
    )


def raw_record(headers: EventHeaders, value: bytes) -> SourceRecord:
    """The record in `mcp.frames`, received half a millisecond after it occurred."""
    key = headers.installation_id.encode()
    received_at_us = headers.occurred_at_us + 500
    return SourceRecord(topics.FRAMES, 0, headers.seq, received_at_us, key, value, encode_headers(headers))
