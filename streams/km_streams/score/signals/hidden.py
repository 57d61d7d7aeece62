"""Family `hidden`: text that people do not see, or see as another one, by code points."""

import re
from collections.abc import Callable, Iterator
from typing import Final

from km_streams.score.frame_view import DESCRIBING, Found, FrameView, Leaf
from km_streams.score.normal.texts import TEXT_LIMIT, decoded_tags
from km_streams.score.ruleset import CompiledRule, RuleSet, signal_of

_FLAG: Final = re.compile("\U0001f3f4[\U000e0020-\U000e007f]+")
"""Flags of regions are written with tag characters (Unicode UTS #51)."""
_TAGS: Final = re.compile("[\U000e0001\U000e0020-\U000e007f]{2,}")
_IN_WORD: Final = re.compile("(?<=[A-Za-z])[\u200b-\u200f\u2060-\u2064\ufeff\u180e]+(?=[A-Za-z])")
_ZERO_WIDTH_RUN: Final = re.compile("[\u200b-\u200d\u2060-\u2064\ufeff\u180e]{4,}")
_ENOUGH_IN_WORDS: Final = 2
_OVERRIDES: Final = re.compile("[\u202d\u202e]")
_EMBEDDINGS: Final = re.compile("[\u202a-\u202c\u2066-\u2069]")
_RIGHT_TO_LEFT: Final = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_SELECTORS: Final = re.compile("[\U000e0100-\U000e01ef]{2,}|[\ufe00-\ufe0f]{3,}")
_CYRILLIC_OR_GREEK: Final = "\u0370-\u03ff\u0400-\u04ff"
_MIXED_WORD: Final = re.compile(
    f"\\b\\w*(?:[A-Za-z][{_CYRILLIC_OR_GREEK}]|[{_CYRILLIC_OR_GREEK}][A-Za-z])\\w*|[\uff21-\uff3a\uff41-\uff5a]{{3,}}|[\U0001d400-\U0001d7cb]{{3,}}"
)
_GREEK_SIGNS: Final = frozenset("μαβγδλπσωΔΩθεφ")
"""Of units and formulas."""
_CONCEALING: Final = re.compile(
    r"\x1b\[(?:[0-9]{1,3};)*8m|\x1b\[[0-9;]*[ABCDEFGHJKSTf]|\x1b\[\?[0-9]+[hl]|\x1b\][0-9]|\x1b\[(?:3[0-7]|38;[0-9;]+);(?:4[0-7]|48;[0-9;]+)m"
)


def hidden_signals(frame: FrameView, rules: RuleSet) -> Iterator[Found]:
    """One signal for each way in which a frame hides text, at the first string that does."""
    family = rules.family("hidden")
    if frame.hits.isdisjoint(rules.ids["hidden"]):
        return
    direction = "request" if frame.from_client else "result"
    for name, find in _FINDERS.items():
        rule = family[name]
        if name in frame.hits and direction in rule.source.scope:
            for leaf in frame.leaves:
                if evidence := find(leaf):
                    yield signal_of(rule, leaf.path, evidence, _weight(rule, leaf, frame))
                    break


def _weight(rule: CompiledRule, leaf: Leaf, frame: FrameView) -> float:
    """The rule's weight; of look-alike letters more in a name, and less in prose, where people mistype."""
    values = rule.source.values
    if ("name" in values and leaf.key in {"name", "title"}) or (leaf.is_name and "name" in values):
        return values["name"]
    describes = any(exchange.method in DESCRIBING for exchange in frame.exchanges)
    return rule.source.weight if describes else values.get("result", rule.source.weight)


def _tags(leaf: Leaf) -> str | None:
    runs = _TAGS.findall(_FLAG.sub("", leaf.text[:TEXT_LIMIT]))
    return f"says unseen: {decoded_tags(''.join(runs))}" if runs else None


def _zero_width(leaf: Leaf) -> str | None:
    text = leaf.text[:TEXT_LIMIT]
    runs, words = len(_ZERO_WIDTH_RUN.findall(text)), len(_IN_WORD.findall(text))
    if runs or words >= _ENOUGH_IN_WORDS:
        return f"{runs} runs of characters without width, {words} words with them"
    return None


def _directions(leaf: Leaf) -> str | None:
    text = leaf.text[:TEXT_LIMIT]
    if _OVERRIDES.search(text) or (_EMBEDDINGS.search(text) and not _RIGHT_TO_LEFT.search(text)):
        return ascii(text[:80])
    return None


def _selectors(leaf: Leaf) -> str | None:
    runs = _SELECTORS.findall(leaf.text[:TEXT_LIMIT])
    return f"{sum(map(len, runs))} variation selectors in a row" if runs else None


def _look_alikes(leaf: Leaf) -> str | None:
    for word in _MIXED_WORD.findall(leaf.text[:TEXT_LIMIT]):
        strange = {letter for letter in word if not letter.isascii()}
        if len(word) > 3 and not strange <= _GREEK_SIGNS:
            return ascii(word)[1:81]
    return None


def _escapes(leaf: Leaf) -> str | None:
    match = _CONCEALING.search(leaf.text[:TEXT_LIMIT])
    return ascii(leaf.text[match.start() : match.start() + 80])[1:-1] if match else None


_FINDERS: Final[dict[str, Callable[[Leaf], str | None]]] = {
    "tag-characters": _tags,
    "zero-width": _zero_width,
    "direction-override": _directions,
    "variation-code": _selectors,
    "look-alike-letters": _look_alikes,
    "escape-sequences": _escapes,
}
