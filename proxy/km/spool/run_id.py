"""The name of a run: a UUIDv7, whose first 48 bits are its start in milliseconds (RFC 9562 §5.7)."""


def uuid7(unix_ms: int, random: bytes) -> str:
    """The UUIDv7 text of a moment and at least 10 random bytes."""
    number = unix_ms << 80 | int.from_bytes(random[:10], "big")
    number = number & ~(0xF << 76) | 0x7 << 76
    number = number & ~(0x3 << 62) | 0x2 << 62
    digits = f"{number:032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
