"""Secrets without a form of their own: what is told from identifiers, prose and code by how it is written.

Validators (see `validators`) of the rules in `names.yaml`, which found a secret's name and what it is given.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from km_streams.re2_bytes import compiled
from km_streams.sanitize.bigrams import surprise
from km_streams.sanitize.validators import Validator, assigned

_SURPRISING: Final = 5.2
"""Bits per character: above it 1 of 20 words lies, and 19 of 20 random strings of eight letters."""
_PIECE: Final = re.compile(rb"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+|[\x80-\xff]+")
_PIECE_BYTES: Final = 2.2
"""A piece of an identifier is longer than that on the average."""
_DIGITS_LIMIT: Final = 4
_SHORTEST: Final = 6
_NOT_A_SECRET: Final = compiled(
    rb"^(?:[a-z][a-z0-9+.-]*://|~?/[\w.-]+/|\.{1,2}/|[A-Za-z]:\\)|[\s(){}\[\]]|^\d{4}-\d\d-\d\d"
)
_CODE: Final = compiled(
    rb"^(?:[A-Za-z_$][\w$]*(?:\.|::|->)[A-Za-z_$][\w$.:>-]*[,;)]*|[A-Za-z_$][\w$.]*[(\[{<].*|[\[({<*&!|>@].*"
    rb"|(?:await|new|yield|lambda|not|if|return|self|this|cls)\b.*|[A-Za-z_]+\s*(?:\||=).*)$"
)
"""An expression of a program: a member, a call, a container, a type."""
_CONSTANT_NAME: Final = compiled(rb"(?:^|[^A-Za-z0-9_])[A-Z][A-Z0-9_]+\s*[=:]\s*$")
_PASSWORD_NAME: Final = compiled(rb"(?i)(?:pass|pwd|passwort|pin)[\w.-]*\s*[:=]\s*$")
_WORDS_LIMIT: Final = 10
_LITERAL_TYPE: Final = compiled(
    rb"(?i)^(?:str|string|bytes|int|integer|bool|boolean|float|any|object|list|dict|optional|required|varchar|text|char"
    rb"|number|uuid|secretstr|yes|no|on|off|true|false|null|none|nil|undefined|enabled|disabled|default|ask|auto|basic"
    rb"|bearer|prompt|empty|unset|changed|plain|hidden|masked|redacted|n/a|todo|tbd|unknown|username|email|user|file)"
    rb"[,;.)]*$"
)
_FUNCTION_WORDS: Final = frozenset(
    b"the a an is are was were be been being to of for in on at by with from as and or not no if it its this that "
    b"these those your you our my must should can could may will shall would has have had do does did please when "
    b"where which who how than then so but only also any all each into must cannot required invalid optional "
    b"password passwords passphrase token tokens secret secrets key keys value values user field string characters "
    b"use used using via per provided supported default authentication based".split()
)
"""What makes a sentence of words; no passphrase has them."""
_STATES: Final = frozenset(
    b"incorrect wrong expired missing stored reset change changed length long least set enter one new same different "
    b"valid correct empty weak strong too short available true false none unknown now here there still already never "
    b"always very secure safe visible hidden protected sent".split()
)
"""What is said of a password in one word."""
_ENDINGS: Final = (b"ed", b"ing", b"ly", b"able", b"tion")
_UNITS: Final = compiled(
    rb"(?i)^\s*(?:char|byte|bit|letter|digit|symbol|word|minute|hour|day|second|time|token|long|or|to|%)"
)
_WORDS: Final = compiled(rb"^[a-z]{2,14}(?:[ _.-][a-z]{2,14}){2,9}$")
_SENTENCE: Final = re.compile(rb"[.,;!?)]*(?:\s|$)")
_QUOTES: Final = b"\"'`"
_TRAILING: Final = b".,;:!?)\"'`>"


def is_wordlike(value: bytes) -> bool:
    """Whether a value is made as identifiers are: of words, small numbers and separators."""
    pieces = _PIECE.findall(value)
    if not pieces or sum(map(len, pieces)) < _PIECE_BYTES * len(pieces):
        return False
    return all(
        len(piece) <= _DIGITS_LIMIT if piece.isdigit() else surprise(piece.lower()) < _SURPRISING or len(piece) < 4
        for piece in pieces
    )


def is_plausible(value: bytes) -> bool:
    """Whether a value could be a secret by itself, where its name alone says little (`token`)."""
    value = value.strip()
    return len(value) >= _SHORTEST and not _NOT_A_SECRET.search(value) and not is_wordlike(value)


def is_passphrase(value: bytes) -> bool:
    """Several small words, none of them one that makes a sentence."""
    return _WORDS.search(value) is not None and not _FUNCTION_WORDS.intersection(re.split(rb"[ _.-]", value))


def variable(text: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """`DB_PASSWORD=correcthorse`: of a constant all but types and code; of other names what no identifier is."""
    value = text[start:end].rstrip(b",;)")
    if list(assigned(text, start, end)):
        if not _is_code(value) or not is_wordlike(value):
            yield start, end
    elif len(value) < 4 or _is_code(value) or _LITERAL_TYPE.search(value):
        return
    elif _CONSTANT_NAME.search(text[max(0, start - 80) : start].rstrip(b"\"'")) or is_plausible(value):
        yield start, end


def line(text: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The rest of a line of configuration: `password: correct horse`, and no type, code or sentence."""
    value = re.split(rb"\s+(?:#|//|--)\s?", text[start:end], maxsplit=1)[0].rstrip()
    value = value.rstrip(b",;") if value[-1:] in b",;" else value
    end = start + len(value)
    if len(value) < 4 or _LITERAL_TYPE.search(value) or _is_code(value) or value[:1] in b"\"'":
        return
    words = value.split()
    names_password = _PASSWORD_NAME.search(text[max(0, start - 80) : start]) is not None
    if len(words) == 1:
        if is_plausible(value) or (names_password and not _reads_as_word(value) and _is_memorable(value)):
            yield start, end
    elif len(words) > _WORDS_LIMIT or _FUNCTION_WORDS.intersection(word.lower().rstrip(_TRAILING) for word in words):
        return
    elif is_passphrase(value.lower()):
        yield start, end
    elif is_plausible(words[0]):
        yield start, start + len(words[0])


def prose(text: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """What a sentence says a secret is: `the password is hunter2`, `passphrase: blue llama dances`."""
    opening = text[start - 1 : start] if start else b""
    said = text[start:end]
    if opening in (b'"', b"'", b"`") and opening:
        quoted = said.partition(opening)[0]
        if len(quoted) >= 4 and not _LITERAL_TYPE.search(quoted) and not _is_code(quoted) and not _is_sentence(quoted):
            yield start, start + len(quoted)
        return
    yield from _unquoted(text, start, end)


def _unquoted(text: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    said = text[start:end]
    phrase = re.split(rb"[.,;!?()\n\r\"]", said, maxsplit=1)[0].rstrip()
    if is_passphrase(phrase.lower()):
        yield start, start + len(phrase)
        return
    word = said.split(None, 1)[0] if said.strip() else b""
    trimmed = word.rstrip(_TRAILING[:3]) if word[-1:] in b".,;" else word
    behind = said[len(word) :]
    if len(trimmed) < 4 or _is_code(trimmed) or _NOT_A_SECRET.search(trimmed) or _LITERAL_TYPE.search(trimmed):
        return
    if trimmed.isdigit() and _UNITS.search(behind):
        return
    if (
        _has_marks(trimmed)
        or is_plausible(trimmed)
        or (not _reads_as_word(trimmed) and trimmed.isalpha() and (not behind.strip() or word != trimmed))
    ):
        yield start, start + len(trimmed)


def _is_memorable(value: bytes) -> bool:
    """A password that people make: a word, with digits or signs perhaps, and no `name_of_something`."""
    return b"_" not in value and (value.isalpha() or _has_marks(value) or is_passphrase(value.lower()))


def _has_marks(word: bytes) -> bool:
    """Digits or signs that words of prose do not have; `key_1` and `SHA-256` are identifiers all the same."""
    bare = word.strip(b"-_./")
    if re.search(rb"[!@#$%^&*+=~?]", bare.rstrip(b"!?")) is not None:
        return True
    return any(48 <= byte <= 57 for byte in bare) and re.search(rb"[-_./:]", bare) is None


def _is_code(value: bytes) -> bool:
    return _CODE.search(value) is not None


def _is_sentence(value: bytes) -> bool:
    words = value.lower().split()
    return len(words) > 1 and bool(_FUNCTION_WORDS.intersection(words))


def _reads_as_word(value: bytes) -> bool:
    word = value.lower()
    return word in _FUNCTION_WORDS or word in _STATES or word.endswith(_ENDINGS)


GENERIC_VALIDATORS: Final[Mapping[str, Validator]] = {"variable": variable, "line": line, "prose": prose}
