"""Cuts the bytes of one stream into frames. Pure: any chunking of the same bytes gives the same pieces."""

from dataclasses import dataclass
from typing import Final

PART_BYTES: Final = 16 * 1024 * 1024
"""Bytes without a newline are cut here: with its headers a part stays below a topic's 20 MiB a record."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A frame with its newline; the last bytes of a stream without one; or a part of a frame that is too large."""

    content: bytes
    part: int | None = None
    """1, 2 … of a frame that was cut. The last one may be empty, where a stream ends at a cut."""
    partial: bool = False
    """Another part follows."""


class FrameCutter:
    """Keeps what is not a whole frame yet: below `part_bytes`."""

    def __init__(self, part_bytes: int = PART_BYTES, parts: int = 0) -> None:
        self._limit = part_bytes
        self._held: list[bytes] = []
        self.held_bytes = 0
        """Bytes fed that no piece has held yet."""
        self.parts = parts
        """Parts already given of the frame that is being cut."""

    def feed(self, chunk: bytes) -> list[Piece]:
        """The pieces that these bytes complete."""
        pieces: list[Piece] = []
        start = 0
        while start < len(chunk):
            newline = chunk.find(b"\n", start) + 1
            end = min(newline or len(chunk), start + self._limit - self.held_bytes)
            self._held.append(chunk[start:end])
            self.held_bytes += end - start
            if end == newline:
                pieces.append(self._complete())
            elif self.held_bytes == self._limit:
                pieces.append(self._cut())
            start = end
        return pieces

    def finish(self) -> Piece | None:
        """What is left when the stream has ended, or is interrupted by a loss."""
        return self._complete() if self._held or self.parts else None

    def _complete(self) -> Piece:
        part = self.parts + 1 if self.parts else None
        self.parts = 0
        return Piece(self._take(), part)

    def _cut(self) -> Piece:
        self.parts += 1
        return Piece(self._take(), self.parts, partial=True)

    def _take(self) -> bytes:
        content = self._held[0] if len(self._held) == 1 else b"".join(self._held)
        self._held.clear()
        self.held_bytes = 0
        return content
