"""Secrets without a form of their own: where the value that a name is given begins and ends, and whether it is one.

Validators (see `validators`) of the rules in `names.yaml`. A match shows a name and the first word of its value; what
belongs to the value (the rest of a literal, of a line, of a passphrase) and whether it is secret is decided here.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from km_streams.re2_bytes import compiled
from km_streams.sanitize.plausibility import (
    SHORTEST,
    is_code,
    is_common,
    is_literal_key,
    is_literal_password,
    is_mixed,
    is_passphrase,
    is_placeholder,
    is_plausible,
    is_sentence,
    is_typed,
    is_wordlike,
)
from km_streams.sanitize.tables import column, copied, headed, inserted
from km_streams.sanitize.validators import REPLACED, Validator
from km_streams.sanitize.vocabulary import FUNCTION_WORDS, PASSWORD_WORDS, TECHNICAL, UNITS

__all__ = ["GENERIC_VALIDATORS", "is_passphrase", "is_plausible", "is_wordlike"]

_BEFORE: Final = 96
_NEAR: Final = 40
_LITERAL_BYTES: Final = 512
_LINE_BYTES: Final = 240
_QUOTES: Final = b"\"'`"
_TRAILING: Final = b".,;:)\"'`>"
_RANDOM_LETTERS: Final = 8
_LONG_TOKEN: Final = 12
_WORDS_LIMIT: Final = 10
_SURE_SPACES: Final = 3
_SURE_WORDS: Final = 3
"""Words of a passphrase for each one that could be said of a secret."""
_PASSWORD_NAME: Final = compiled(
    rb"(?i)(?:pass|pwd|kennwort|senha|contrase|pin|\bpw|community|identified|" + PASSWORD_WORDS + rb")"
    rb"(?:[\w@()\xc3\xb1 -]|\.\w){0,48}[\"'`\])*_]{0,4}"
    rb"\s*(?:is|was|=>|->|:=|=|:|,|\||>|by|lautet|ist|est|es|jest|\xef\xbc\x9a|\xe2\x86\x92)?[\s\"'`(*|]*$"
)
"""Whether the name right before a value is that of a password: people choose those."""
_NEAR_PASSWORD: Final = compiled(rb"(?i)(?:pass|pwd|kennwort|senha|contrase|\bpin\b|" + PASSWORD_WORDS + rb")")
"""Whether a name in front of an attribute or member `value` is that of a password."""
_CONSTANT_NAME: Final = compiled(rb"(?:^|[^A-Za-z0-9_])[A-Z][A-Z0-9_]+\s*[=:]\s*[\"'`]?$")
_BARE_NAME: Final = compiled(rb"(?i)(?:^|[^\w.$])(?:tokens?|auth|pass|pw|signature|sas|\w*salt)\"\s*:\s*\"$")
_LIST: Final = compiled(rb"[\"'`]\s*,\s*[\"'`]$")
_FIRST_OF_LIST: Final = compiled(rb"(?:\(\s*[\"'`][\w.-]+|[\"'`]--?[\w-]+)[\"'`]\s*,\s*[\"'`]$")
"""The second argument of a call whose first is the name; the element behind an option."""
_LINK: Final = compiled(
    rb"(?i)(?:\b(?:is|was|are|be|lautet|ist|est|es|jest|set to|to|now|currently)|:|->|=>|\xe2\x86\x92|\xef\xbc\x9a)"
    rb"[\s*_]*[\"'`]?$"
)
_PHRASE_NAME: Final = compiled(rb"(?i)pass ?phrase\s*$")
_COMMENT: Final = re.compile(rb"\s+(?:#|//|--)\s?")
_RESULT: Final = compiled(rb"PASS:\s*$|-\s?PASS")
"""Of a test, as test runners write it."""
_SEED_NAME: Final = compiled(rb"(?i)(?:seed|recovery|mnemonic|backup)[\w -]{0,12}[\s:=\"'`]*(?:is)?[\s:=\"'`]*$")
_ASCII: Final = re.compile(rb"[A-Za-z0-9]")
"""What a word of a sentence in another script (`密码：必填`) has none of."""
_RESOURCE: Final = compiled(rb"\barn:[\w:/.-]*$")
"""A name of a resource of AWS, which the text after it goes on with: `arn:aws:secretsmanager:…:secret:db-1`."""
_SEED: Final = re.compile(rb"[a-z]{3,8}(?: [a-z]{3,8}){11,23}")
_MAILBOX: Final = re.compile(rb"[\w.+-]+@[\w.-]+")
_CLAUSE: Final = re.compile(rb"[.,;!?()\n\r\"|<]")
_CHOSEN: Final = 6
"""Letters from which on a word is taken for a password where nothing but a password stands."""
_ARGUMENT: Final = compiled(rb"(?:^|[\n\x1f?&;]|^[^(\n]*[ \t]|\n[^(\n]*[ \t])[\w.=-]+=$")
_ARGUMENT_ENDS: Final = frozenset({b"", b"\n", b"\r", b" ", b"&", b";", b'"', b"'"})
_AFTERTHOUGHT: Final = compiled(
    rb"(?i)^\s+(?:yesterday|today|tonight|now|again|please|thanks|thx|for now|last|this|until|-|\xe2\x80\x93)\b?"
)
_LINE_END: Final = re.compile(rb"[\n\r\x1f]")


def member(text: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The value of a member of JSON; names that say little need one that looks like a secret."""
    if not _BARE_NAME.search(text[max(0, start - _BEFORE) : start]) or is_plausible(text[start:end]):
        yield start, end


def literal(text: bytes, start: int, _end: int) -> Iterator[tuple[int, int]]:
    """`dbPassword = "…"`, `setKey('…')`, `token: `…``: what stands between quotes, all of it."""
    end = _end_of_literal(text, start)
    value = text[start:end]
    before = text[max(0, start - _BEFORE) : start]
    if len(value) < SHORTEST:
        return
    if _LIST.search(before) and not (_FIRST_OF_LIST.search(before) and b"_" not in value):
        if (is_mixed(value) or is_plausible(value)) and not is_placeholder(value) and not is_sentence(value):
            yield start, end
    elif is_literal_password(value) if _PASSWORD_NAME.search(before) else is_literal_key(value):
        yield start, end


def password(text: bytes, start: int, _end: int) -> Iterator[tuple[int, int]]:
    """The literal of a call or statement that takes a password there."""
    end = _end_of_literal(text, start)
    if end - start >= SHORTEST and is_literal_password(text[start:end]):
        yield start, end


def _end_of_literal(text: bytes, start: int) -> int:
    """Where the quote is that opened right before; without one, or where no other follows, the end of the word."""
    opening = text[start - 1 : start]
    line = _LINE_END.split(text[start : start + _LITERAL_BYTES], maxsplit=1)[0]
    if opening and opening in _QUOTES:
        closed = re.match(rb"(?:[^\\" + opening + rb"]|\\.)*", line)
        if closed is not None and line[closed.end() : closed.end() + 1] == opening:
            return start + closed.end()
    return start + len(line.split(None, 1)[0].rstrip(_TRAILING)) if line.strip() else start


def variable(text: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """`DB_PASSWORD=correcthorse`: of a constant all but types and code; of other names what no identifier is."""
    value = text[start:end].rstrip(b",;)")
    before = text[max(0, start - _BEFORE) : start]
    if len(value) < SHORTEST or is_placeholder(value) or TECHNICAL.search(value):
        return
    is_constant = _CONSTANT_NAME.search(before) is not None and not is_code(value)
    names_password = _PASSWORD_NAME.search(before) is not None
    is_word = names_password and _is_whole_argument(text, before, start + len(value)) and _is_chosen_word(value)
    if is_constant or is_word or (is_typed(value) if names_password else is_plausible(value) and not is_code(value)):
        yield start, end if text[start:end].endswith(b")") and b"(" in value else start + len(value)


def _is_whole_argument(text: bytes, before: bytes, end: int) -> bool:
    """Whether `name=value` stands alone: in a query, a word of a command, a line; not in a call."""
    return _ARGUMENT.search(before) is not None and text[end : end + 1] in _ARGUMENT_ENDS


def _is_chosen_word(value: bytes) -> bool:
    """A word that somebody may have chosen as a password."""
    return len(value) >= _CHOSEN and value.isalpha() and value.islower() and not is_common(value)


def option(text: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """`--password hunter2`; in quotes also a word."""
    is_quoted = text[start - 1 : start] in {b"'", b'"'}
    if is_quoted:
        end = _end_of_literal(text, start)
    value = text[start:end]
    names_password = _PASSWORD_NAME.search(text[max(0, start - _BEFORE) : start]) is not None
    if len(value) < SHORTEST or (value.endswith(b",") and not is_quoted):
        return
    if is_literal_password(value) if is_quoted else is_typed(value) or (names_password and _is_chosen_word(value)):
        yield start, end


def line(text: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The rest of a line of configuration: `password: correct horse`, and no type, code or sentence."""
    value = _COMMENT.split(text[start:end], maxsplit=1)[0].rstrip()
    value = value.rstrip(b",;") if value[-1:] in b",;" else value
    words = value.split()
    if len(value) < SHORTEST or value[:1] in b"\"'" or is_placeholder(value):
        return
    names_password = _PASSWORD_NAME.search(text[max(0, start - _BEFORE) : start]) is not None
    if len(words) == 1:
        memorable = names_password and value.isalpha() and not is_common(value)
        if memorable or (is_typed(value) if names_password else is_plausible(value) and not is_code(value)):
            yield start, start + len(value)
    elif len(words) <= _WORDS_LIMIT and not is_code(value) and not is_sentence(value):
        if is_passphrase(value.lower()):
            yield start, start + len(value)
        elif is_plausible(words[0]) and not is_placeholder(words[0]):
            yield start, start + len(words[0])


def cell(text: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The cell beside a name in a table, the text of an element: what no word of a heading is."""
    value = text[start:end].strip(b" *`_")
    start += len(text[start:end]) - len(text[start:end].lstrip(b" *`_"))
    if len(value) >= SHORTEST and not is_sentence(value) and is_typed(value):
        yield start, start + len(value)


def element(text: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The text of an element of XML or the value of one of its attributes."""
    value = text[start:end].strip()
    is_password = _NEAR_PASSWORD.search(text[max(0, start - _NEAR) : start]) is not None
    if len(value) >= SHORTEST and (is_literal_password(value) if is_password else is_literal_key(value)):
        yield start, end


def header(text: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The value of a header field that carries a key."""
    value = text[start:end]
    if not is_placeholder(value) and not is_code(value) and text[end : end + 1] not in {b"<", b"(", b"["}:
        yield start, end


def prose(text: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """What a sentence says a secret is: `the password is hunter2`, `passphrase: blue llama dances`."""
    if text[start - 1 : start] in {b'"', b"'", b"`"}:
        yield from literal(text, start, end)
        return
    before = text[max(0, start - _BEFORE) : start]
    said = _LINE_END.split(text[start : start + _LINE_BYTES], maxsplit=1)[0]
    phrase = _seed(said) if _SEED_NAME.search(before) else _phrase(said)
    if phrase:
        yield start, start + len(phrase)
        return
    word = said.split(None, 1)[0].rstrip(_TRAILING) if said.strip() else b""
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
    names_password = _PASSWORD_NAME.search(before) is not None
    if not word.isalpha():
        return word.isdigit() or (names_password and is_mixed(word)) or is_plausible(word)
    if _LINK.search(before) is None:
        return False
    return (names_password and is_last) or (len(word) >= _RANDOM_LETTERS and is_plausible(word))


def spoken(text: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A secret right behind the word for it: `log in with password hunter2`, `use passphrase blue llama dances`."""
    if text[start - 1 : start] in {b'"', b"'", b"`"}:
        end = _end_of_literal(text, start)
        word = text[start:end]
    else:
        word = text[start:end].rstrip(_TRAILING)
    name = text[max(0, start - _BEFORE) : start]
    phrase = _phrase(_LINE_END.split(text[start : start + _LINE_BYTES], maxsplit=1)[0])
    if phrase and (_PHRASE_NAME.search(name) or b" " not in phrase or phrase.count(b" ") >= _SURE_SPACES):
        yield start, start + len(phrase)
        return
    if len(word) < SHORTEST or is_code(word) or is_placeholder(word) or is_common(word) or TECHNICAL.search(word):
        return
    if _MAILBOX.fullmatch(word):
        return
    is_password = _PASSWORD_NAME.search(name) is not None
    is_long = len(word) >= _LONG_TOKEN and is_mixed(word)
    if (is_mixed(word) and is_password) or (is_plausible(word) and (is_password or is_long)):
        yield start, start + len(word)


def paired(text: bytes, start: int, _end: int) -> Iterator[tuple[int, int]]:
    """`{"name": "DB_PASSWORD", "value": "…"}`: what another member than its name holds."""
    end = _end_of_literal(text, start)
    value = text[start:end]
    is_password = _NEAR_PASSWORD.search(text[max(0, start - _BEFORE) : start]) is not None
    if len(value) >= SHORTEST and (is_literal_password(value) if is_password else is_literal_key(value)):
        yield start, end


def login(text: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """What is said behind a user's name: `admin / S3cret!`, `Credentials: ada:hunter2`."""
    said = _LINE_END.split(text[start : start + _LINE_BYTES], maxsplit=1)[0]
    phrase = _phrase(said)
    word = text[start:end].rstrip(_TRAILING[:3])
    if phrase and len(phrase) > len(word):
        yield start, start + len(phrase)
    elif len(word) >= SHORTEST and b"/" not in word and not is_common(word) and is_typed(word):
        yield start, start + len(word)


def chosen(text: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A password right behind a user's name, where a word of letters is one, too."""
    word = text[start:end].rstrip(_TRAILING)
    if len(word) >= SHORTEST and not is_common(word) and (is_typed(word) or _is_chosen_word(word)):
        yield start, start + len(word)


def _phrase(said: bytes) -> bytes:
    """The passphrase a sentence begins with; empty for none."""
    head = said.split(None, 1)[0] if said.strip() else b""
    whole = head.rstrip(_TRAILING)
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


def _beside_tokens(validator: Validator) -> Validator:
    """What the validator finds; of what holds tokens of ours already, only what would be a secret without them."""

    def spans(text: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
        for first, last in validator(text, start, end):
            found = text[first:last]
            if _RESOURCE.search(text[max(0, first - _BEFORE) : first]) is not None:
                continue
            left = REPLACED.sub(b"", found)
            if left == found or is_mixed(left) or is_plausible(left):
                yield first, last

    return spans


GENERIC_VALIDATORS: Final[Mapping[str, Validator]] = {
    validator.__name__: _beside_tokens(validator)
    for validator in (
        member, literal, password, paired, option,
        variable, line, cell, element, header,
        prose, spoken, login, chosen, column, inserted, copied, headed,
    )
}  # fmt: skip
"""By the name under which a rule asks for them."""
