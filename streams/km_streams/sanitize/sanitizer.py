"""One frame in, the same frame with tokens in place of everything sensitive out. Pure; raises nothing of its input."""

from dataclasses import dataclass
from typing import Final

import orjson

from km_streams.sanitize.byte_frames import sanitize_bytes
from km_streams.sanitize.detector import Detector
from km_streams.sanitize.json_frames import Searched, sanitize_json
from km_streams.sanitize.splice import Sanitized
from km_streams.sanitize.tokens import TokenKey

PARSED_BYTES_LIMIT: Final = 1024 * 1024
"""Larger frames are searched as bytes, with bounded memory."""


@dataclass(frozen=True, slots=True)
class Sanitizer:
    """Sanitizes the frames of one customer."""

    detector: Detector

    def sanitize(self, data: bytes, received_at_us: int, *, numbers: bool = True) -> Sanitized:
        """A whole frame, or any other bytes; itself where nothing is found. Without `numbers` those of JSON stay.

        Raises TooManyFindingsError where it has more findings than an event can list.
        """
        ring = self.detector.ring
        if len(data) > PARSED_BYTES_LIMIT:
            return self._sanitized_large(data, ring.key_at(received_at_us))
        try:
            parsed = orjson.loads(data)
        except orjson.JSONDecodeError:
            return sanitize_bytes(data, self.detector, ring.key_at(received_at_us))
        text = self.detector.text_of(data, parsed)
        searched = None if text is None else Searched(text, list(self.detector.spans(text)))
        if searched is not None and not searched.spans:
            return Sanitized(data)
        return sanitize_json(data, self.detector, ring.key_at(received_at_us), numbers=numbers, searched=searched)

    def is_clean(self, data: bytes) -> bool:
        """Whether a frame shows at a look that it has nothing to replace; where not, its structure is read."""
        if len(data) > PARSED_BYTES_LIMIT:
            return False
        try:
            text = self.detector.text_of(data, orjson.loads(data))
        except orjson.JSONDecodeError:
            return False
        return text is not None and self.detector.is_clean(text)

    def _sanitized_large(self, data: bytes, key: TokenKey) -> Sanitized:
        sanitized = sanitize_bytes(data, self.detector, key)
        if sanitized.findings and _is_json(data) and not _is_json(sanitized.data):
            # A bare number was replaced: only who reads the structure can put quotes there.
            return sanitize_json(data, self.detector, key)
        return sanitized

    def sanitize_part(self, data: bytes, received_at_us: int, *, cut_before: bool, cut_behind: bool) -> Sanitized:
        """One part of a frame that was cut."""
        key = self.detector.ring.key_at(received_at_us)
        return sanitize_bytes(data, self.detector, key, cut_before=cut_before, cut_behind=cut_behind)


def _is_json(data: bytes) -> bool:
    try:
        orjson.loads(data)
    except orjson.JSONDecodeError:
        return False
    return True
