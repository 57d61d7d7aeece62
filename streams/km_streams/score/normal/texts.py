"""Prose in any writing, brought to one: what hides behind look-alike letters, invisible characters and line breaks."""

import base64
import binascii
import re
import unicodedata
from functools import lru_cache
from typing import Final

TEXT_LIMIT: Final = 64 * 1024
"""Characters of a string that are read as prose."""
KEPT_LENGTH: Final = 4096
TEXTS_KEPT: Final = 1024
"""Texts, so long at most, whose plain form is kept: descriptions and polled results come again and again."""
LONG_TEXTS_KEPT: Final = 8
"""Of longer ones, the last: one family asks first whether a frame says anything, and then what."""

_LOOK_ALIKES: Final = str.maketrans(
    "аеорсухіјѕһԁԛԝӏкмтвнгпАЕОРСУХІЈЅНВКМТαοεικνρτυχΑΒΕΖΗΙΚΜΝΟΡΤΥΧɡıℓ",
    "aeopcyxijshdqwlkmtbhrnAEOPCYXIJSHBKMTaoeiknptuxABEZHIKMNOPTYXgil",
)
"""Cyrillic and Greek letters that look like Latin ones (Unicode UTS #39, confusables), the usual of them."""
_USUAL: Final = (("’", "'"), ("‘", "'"), ("“", '"'), ("”", '"'), ("–", "-"), ("—", "-"))
_TAG_PLANE: Final = b"\xf3\xa0"
"""How each of U+E0000–E0FFF begins in UTF-8."""
_TAGS: Final = {0xE0000 + code: code for code in range(0x20, 0x7F)}
_HIDDEN: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e01ef\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
)
_ESCAPE_SEQUENCE: Final = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
_MIXED: Final = re.compile(r"[A-Za-z][Ѐ-ӿͰ-Ͽ]|[Ѐ-ӿͰ-Ͽ][A-Za-z]|[Ａ-Ｚａ-ｚ𝐀-𝟋]")
_STRANGE: Final = re.compile("[Ͱ-ӿＡ-Ｚａ-ｚ𝐀-𝟋]")
_ASCII: Final = bytes(range(128))
_BASE64_RUN: Final = re.compile(r"(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{24,4096}={0,2}(?![A-Za-z0-9+/=])")
_HEX_RUN: Final = re.compile(r"(?:[0-9a-fA-F]{2})+")
_ESCAPED_RUN: Final = re.compile(r"(?:(?:\\x|%|\\u00)[0-9a-fA-F]{2}){8,1024}")
_ESCAPED_BYTE: Final = re.compile(r"(?:\\x|%|\\u00)([0-9a-fA-F]{2})")
_PROSE: Final = re.compile(r"[A-Za-z]{2,} [A-Za-z]{2,}|[A-Za-z]{2,} [~/][A-Za-z./~]+")


def plain(text: str) -> str:
    """Lower case, one space between words, without what cannot be seen, look-alikes as the letters they imitate."""
    return _kept(text) if len(text) <= KEPT_LENGTH else _kept_long(text[:TEXT_LIMIT])


def _plain(text: str) -> str:
    if "\x1b" in text:
        text = _ESCAPE_SEQUENCE.sub(" ", text)
    text = " ".join(text.split())
    if not text.isprintable():
        text = " ".join(_HIDDEN.sub("", decoded_tags(text)).split())
    return (text if text.isascii() else _as_latin(text)).lower()


def _as_latin(text: str) -> str:
    if not unicodedata.is_normalized("NFKC", text):
        text = " ".join(_HIDDEN.sub("", unicodedata.normalize("NFKC", text)).split())
    for written, usual in _USUAL:
        text = text.replace(written, usual)
    return text.translate(_LOOK_ALIKES) if _has_strange(text) and _MIXED.search(text) else text


def _has_strange(text: str) -> bool:
    """Whether any letter of another alphabet or width occurs: far cheaper than to look for such words."""
    return _STRANGE.search(text.encode("utf-8", "replace").translate(None, _ASCII).decode()) is not None


_kept: Final = lru_cache(maxsize=TEXTS_KEPT)(_plain)
_kept_long: Final = lru_cache(maxsize=LONG_TEXTS_KEPT)(_plain)


def decoded_tags(text: str) -> str:
    """A text with the letters that Unicode tag characters (U+E0020–E007E) stand for in their place."""
    return text.translate(_TAGS) if _TAG_PLANE in text.encode("utf-8", "replace") else text


def is_unusual(text: str) -> bool:
    """Whether a text mixes alphabets within words, as look-alikes do, or uses letters of other widths."""
    return not text.isascii() and _MIXED.search(text) is not None


def decoded_runs(text: str) -> list[str]:
    """What runs of base64, hexadecimal digits, `\\xNN`, `\\u00NN` and `%NN` in a text say, where it is prose."""
    found = [_from_base64(match[0]) for match in _BASE64_RUN.finditer(text[:TEXT_LIMIT])]
    found += [_from_escapes(match[0]) for match in _ESCAPED_RUN.finditer(text[:TEXT_LIMIT])]
    return [said for said in found if said is not None and _PROSE.search(said)]


def _from_base64(run: str) -> str | None:
    try:
        if _HEX_RUN.fullmatch(run):
            return binascii.unhexlify(run).decode()
        return base64.b64decode(run.rstrip("=") + "=" * (-len(run.rstrip("=")) % 4)).decode()
    except (binascii.Error, ValueError):
        return None


def _from_escapes(run: str) -> str:
    return bytes(int(digits, 16) for digits in _ESCAPED_BYTE.findall(run)).decode("utf-8", "replace")
