"""How surprising a text is to who knows only words and identifiers: a table of character bigrams.

Made by `streams/scripts/train_bigrams.py`. Entropy cannot tell `get_session_token` from `g7Xp_q2LzV0kRt4wM`; which
letters follow which can.
"""

import string
from operator import add
from pathlib import Path
from typing import Final

TABLE_FILE: Final = Path(__file__).with_name("bigrams.bin")
UNITS_PER_BIT: Final = 16

_ALPHABET: Final = (string.ascii_letters + string.digits + "_-. ").encode()
SYMBOLS: Final = len(_ALPHABET) + 2
"""And one for every other byte, and one for the border of a text."""
_OTHER, _BORDER = SYMBOLS - 2, SYMBOLS - 1
_CODES: Final = bytes(_ALPHABET.index(byte) if byte in _ALPHABET else _OTHER for byte in range(256))
_ROWS: Final = tuple(range(0, SYMBOLS * SYMBOLS, SYMBOLS))
_READ_BYTES: Final = 128

_table: Final = TABLE_FILE.read_bytes() if TABLE_FILE.exists() else bytes(SYMBOLS * SYMBOLS)


def symbols_of(text: bytes) -> bytes:
    """The symbols of a text between two borders."""
    return bytes((_BORDER,)) + text[:_READ_BYTES].translate(_CODES) + bytes((_BORDER,))


def surprise(text: bytes) -> float:
    """Bits per character: words about 4, random letters and digits above 6."""
    known = symbols_of(text)
    total = sum(map(_table.__getitem__, map(add, map(_ROWS.__getitem__, known), known[1:])))
    return total / UNITS_PER_BIT / (len(known) - 1)
