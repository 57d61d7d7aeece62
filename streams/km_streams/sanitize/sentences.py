"""Secrets that sentences tell: `the password is hunter2`, `log in as ada / S3cret!`. Validators, as in `generic`."""

import re
from collections.abc import Iterator
from typing import Final

from km_streams.re2_bytes import compiled
from km_streams.sanitize.literals import BEFORE, LINE_END, PASSWORD_NAME, TRAILING, end_of_literal, literal
from km_streams.sanitize.plausibility import (
    SHORTEST,
    is_chosen_word,
    is_code,
    is_common,
    is_mixed,
    is_passphrase,
    is_placeholder,
    is_plausible,
    is_typed,
)
from km_streams.sanitize.vocabulary import FUNCTION_WORDS, TECHNICAL, UNITS

_LINE_BYTES: Final = 240
_RANDOM_LETTERS: Final = 8
_LONG_TOKEN: Final = 12
_SURE_SPACES: Final = 3
_SURE_WORDS: Final = 3
"""Words of a passphrase for each one that could be said of a secret."""
_LINK: Final = compiled(
    rb"(?i)(?:\b(?:is|was|are|be|lautet|ist|est|es|jest|set to|to|now|currently)|:|->|=>|\xe2\x86\x92|\xef\xbc\x9a)"
    rb"[\s*_]*[\"'`]?$"
)
_PHRASE_NAME: Final = compiled(rb"(?i)pass ?phrase\s*$")
_RESULT: Final = compiled(rb"PASS:\s*$|-\s?PASS")
"""Of a test, as test runners write it."""
_SEED_NAME: Final = compiled(rb"(?i)(?:seed|recovery|mnemonic|backup)[\w -]{0,12}[\s:=\"'`]*(?:is)?[\s:=\"'`]*$")
_ASCII: Final = re.compile(rb"[A-Za-z0-9]")
"""What a word of a sentence in another script (`密码：必填`) has none of."""
_SEED: Final = re.compile(rb"[a-z]{3,8}(?: [a-z]{3,8}){11,23}")
_MAILBOX: Final = re.compile(rb"[\w.+-]+@[\w.-]+")
_CLAUSE: Final = re.compile(rb"[.,;!?()\n\r\"|<]")
_AFTERTHOUGHT: Final = compiled(
    rb"(?i)^\s+(?:yesterday|today|tonight|now|again|please|thanks|thx|for now|last|this|until|-|\xe2\x80\x93)\b?"
)


def prose(text: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """What a sentence says a secret is: `the password is hunter2`, `passphrase: blue llama dances`."""
    if text[start - 1 : start] in {b'"', b"'", b"`"}:
        yield from literal(text, start, end)
        return
    before = text[max(0, start - BEFORE) : start]
    said = LINE_END.split(text[start : start + _LINE_BYTES], maxsplit=1)[0]
    phrase = _seed(said) if _SEED_NAME.search(before) else _phrase(said)
    if phrase:
        yield start, start + len(phrase)
        return
    word = said.split(None, 1)[0].rstrip(TRAILING) if said.strip() else b""
    behind = said[len(word) :]
    if len(word) < SHORTEST or (TECHNICAL.search(word) and (not word.isdigit() or UNITS.search(behind))):
        return
    if is_code(word) or is_placeholder(word) or (is_common(word) and not is_mixed(word)) or not _ASCII.search(word):
        return
    is_last = _CLAUSE.match(behind.strip() or b".") is not None or _AFTERTHOUGHT.search(behind) is not None
    if _is_said(word, before, is_last=is_last):
        yield start, start + len(word)


def _is_said(word: bytes, before: bytes, *, is_last: bool) -> bool:
    """Whether a sentence gives a word as a secret; a word of letters only where it says `is`, and nothing more."""
    if _RESULT.search(before):
        return False
    names_password = PASSWORD_NAME.search(before) is not None
    if not word.isalpha():
        return word.isdigit() or (names_password and is_mixed(word)) or is_plausible(word)
    if _LINK.search(before) is None:
        return False
    return (names_password and is_last) or (len(word) >= _RANDOM_LETTERS and is_plausible(word))


def spoken(text: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A secret right behind the word for it: `log in with password hunter2`, `use passphrase blue llama dances`."""
    if text[start - 1 : start] in {b'"', b"'", b"`"}:
        end = end_of_literal(text, start)
        word = text[start:end]
    else:
        word = text[start:end].rstrip(TRAILING)
    name = text[max(0, start - BEFORE) : start]
    phrase = _phrase(LINE_END.split(text[start : start + _LINE_BYTES], maxsplit=1)[0])
    if phrase and (_PHRASE_NAME.search(name) or b" " not in phrase or phrase.count(b" ") >= _SURE_SPACES):
        yield start, start + len(phrase)
        return
    if len(word) < SHORTEST or is_code(word) or is_placeholder(word) or is_common(word) or TECHNICAL.search(word):
        return
    if _MAILBOX.fullmatch(word):
        return
    is_password = PASSWORD_NAME.search(name) is not None
    is_long = len(word) >= _LONG_TOKEN and is_mixed(word)
    if (is_mixed(word) and is_password) or (is_plausible(word) and (is_password or is_long)):
        yield start, start + len(word)


def login(text: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """What is said behind a user's name: `admin / S3cret!`, `Credentials: ada:hunter2`."""
    said = LINE_END.split(text[start : start + _LINE_BYTES], maxsplit=1)[0]
    phrase = _phrase(said)
    word = text[start:end].rstrip(TRAILING[:3])
    if phrase and len(phrase) > len(word):
        yield start, start + len(phrase)
    elif len(word) >= SHORTEST and b"/" not in word and not is_common(word) and is_typed(word):
        yield start, start + len(word)


def chosen(text: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A password right behind a user's name, where a word of letters is one, too."""
    word = text[start:end].rstrip(TRAILING)
    if len(word) >= SHORTEST and not is_common(word) and (is_typed(word) or is_chosen_word(word)):
        yield start, start + len(word)


def _phrase(said: bytes) -> bytes:
    """The passphrase a sentence begins with; empty for none."""
    head = said.split(None, 1)[0] if said.strip() else b""
    whole = head.rstrip(TRAILING)
    if is_passphrase(whole.lower()):
        return whole
    clause = _CLAUSE.split(said, maxsplit=1)[0].rstrip()
    words = clause.split(b" ")
    stop = next((at for at, word in enumerate(words) if word.lower() in FUNCTION_WORDS), len(words))
    if stop and words[stop - 1] in {b"yesterday", b"today", b"now"}:
        stop -= 1
    phrase = b" ".join(words[:stop])
    said_of = sum(map(is_common, words[:stop]))
    return phrase if is_passphrase(phrase.lower()) and said_of * _SURE_WORDS <= stop - 1 else b""


def _seed(said: bytes) -> bytes:
    """The words of a wallet (BIP 39: 12 to 24 of any kind) a sentence begins with; empty for none."""
    found = _SEED.match(said)
    return found[0] if found else b""
