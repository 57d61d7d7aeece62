"""Families `injections` and `definitions`, over what servers hand out: text in results that gives the model orders."""

import re
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice
from typing import Final

from km_streams.re2_bytes import compiled
from km_streams.score.exchange import Answer, Notification
from km_streams.score.frame_view import DESCRIBING, Exchange, Found, FrameView, Leaf, Mark
from km_streams.score.normal.texts import TEXT_LIMIT, plain
from km_streams.score.ruleset import CompiledRule, RuleSet
from km_streams.score.signals.manner import log_odds, manner, strongest
from km_streams.score.signals.prose import (
    DISGUISES,
    Feature,
    features,
    lexicon,
    reported,
    strength,
    together,
    with_plain,
)

MARKED_FROM: Final = 0.35
"""Units that say so much are marked as injections for the families that know the history."""
LITERALS_LIMIT: Final = 8

_SHORTEST: Final = 12
"""Characters of a string that can give an order."""
_SHORTEST_ORDER: Final = 30
_SHORT: Final = 1500
"""Characters of a text whose manner is one."""
_MAKES_LISTEN: Final = frozenset({
    "sounds-like-an-order", "demanded-theft", "demanded-action", "harmful-action", "doubtful-action", "forged-turn",
    "false-error", "message-in-between", "order-of-a-stranger", "grants-to-outsider", "order-to-act", "asks-for-codes",
    "changed-payee", "orders-the-reader", "order-against-the-machine", "asked-as-a-favour", "user-as-third",
    "agent-has-to-act", "answer-dictated", "orders-superseded",
})  # fmt: skip
"""Rules of which a trigger makes it worth to weigh all words."""
_DATA: Final = frozenset({"tools/call", "resources/read"})
"""Methods whose answers are data: prompts and sampling are meant to instruct."""
_DOCUMENTED: Final = 0.5
"""Of a weight, where the text is code, or writes about injections."""
_PROMPT: Final = 0.6
"""Of a weight in a prompt: the user asked for text that instructs."""
_ABOUT: Final = compiled(
    rb"\b(?:prompt[- ]injection|jailbreak\w*|adversarial|red[- ]team\w*|owasp|malicious|exploit\w*|vulnerabilit\w+"
    rb"|sanitiz\w+|guardrails?|attack(?:er|ers|s| vectors?)|detect\w*|inject(?:ion|ions|ed)|rejects?|expect"
    rb"|security (?:research|advisory|scanner)"
    rb"|cve-\d+|test ?cases?|near.?miss\w*|false positives?)\b"
)
_ABOUT_LIMIT: Final = 1_000
"""Such words that are looked at."""
_NO_CODE: Final = bytes(set(range(256)).difference(b"{}()[];=<>|\\"))
"""Every byte but the signs of source code."""
_CODE_WORDS: Final = re.compile(
    r"\b(?:def|return|import|class|function|const|let|var|public|static|void|func|elif|self|assert|async|await)\b"
)
_LITERAL: Final = re.compile(
    r"[\"'`]([^\"'`\n]{2,256})[\"'`]|(https?://[^\s\"'<>)]{4,256})|(«[^»]{4,80}»)|([\w.+-]{1,64}@[\w-]{1,64}\.[\w.]{2,24})"
    r"|((?:~|\.{0,2})/[\w./~-]{2,256})"
)
_ADDRESS: Final = re.compile(
    r"https?://[^\s\"'<>)]{4,256}|«[^»]{4,80}»|[\w.+-]{1,64}@[\w-]{1,64}\.[\w.]{2,24}|0x[0-9a-fA-F]{16,64}"
)
"""Where something can be sent."""
_NEARBY: Final = 400
"""Characters behind the name of a demanded tool in which its arguments stand."""


@cache
def injection_triggers(rules: RuleSet) -> frozenset[str]:
    """The rules of which one must have a hit."""
    return lexicon(rules, "result").ids | DISGUISES | {"demanded-tool", "sounds-like-an-order"}


def injection_signals(frame: FrameView, rules: RuleSet) -> Iterator[Found]:
    """The reasons in a server's texts that say most, and marks of what they demand."""
    if frame.from_client or frame.hits.isdisjoint(injection_triggers(rules)):
        return
    awake, demanded = _awake(frame, rules)
    listens = not frame.hits.isdisjoint(_MAKES_LISTEN)
    longest = sys.maxsize if awake or demanded else _SHORT
    for exchange in frame.exchanges if awake or demanded or listens else ():
        if _hands_out(exchange):
            strings = with_plain(
                leaf
                for leaf in frame.leaves_of(exchange)
                if not leaf.is_name and _SHORTEST <= len(leaf.text) <= longest
            )
            is_heard = bool(awake) or (listens and exchange.method in _DATA)
            units = [_unit(string, awake, exchange, frame, rules) for string in strings] if is_heard else []
            yield from reported(units, "result")
            yield from _marks(units)
            yield from _carried(units)
            if demanded:
                yield from _demanded(strings, demanded)


def _awake(frame: FrameView, rules: RuleSet) -> tuple[list[CompiledRule], CompiledRule | None]:
    """The rules that match anywhere in a frame, and `demanded-tool` where it does; the others need no strings."""
    candidates = lexicon(rules, "result").awake(frame.hits)
    demanded = rules.family("injections")["demanded-tool"] if "demanded-tool" in frame.hits else None
    if not candidates and demanded is None:
        return [], None
    text = "\n".join([plain(text) for text in frame.texts if len(text) >= _SHORTEST]).encode("utf-8", "replace")
    matching = [rule for rule in candidates if _is_in(rule, text)]
    return matching, demanded if demanded is not None and _is_in(demanded, text) else None


def _is_in(rule: CompiledRule, text: bytes) -> bool:
    return rule.pattern is not None and rule.pattern.search(text) is not None


def _hands_out(exchange: Exchange) -> bool:
    if isinstance(exchange.part, Answer):
        return exchange.method not in DESCRIBING
    return isinstance(exchange.part, Notification) or exchange.method in {
        "sampling/createMessage",
        "elicitation/create",
    }


def _unit(
    string: tuple[Leaf, str], awake: Sequence[CompiledRule], exchange: Exchange, frame: FrameView, rules: RuleSet
) -> list[Feature]:
    leaf, text = string
    found = features([string], awake, lexicon(rules, "result").supporting, "result")
    if exchange.method in _DATA and _SHORTEST_ORDER <= len(text) <= _SHORT and not frame.hits.isdisjoint(_MAKES_LISTEN):
        found += _sounding(rules.family("injections")["sounds-like-an-order"], leaf, text)
    if not found:
        return found
    demanded = rules.family("injections")["demanded-tool"]
    is_said = any(feature.rule.source.id == "false-error" for feature in found)
    if (
        not is_said
        and "demanded-tool" in frame.hits
        and demanded.pattern
        and demanded.pattern.search(text.encode("utf-8", "replace"))
    ):
        found.append(Feature(demanded, demanded.source.weight, leaf, ""))
    factor = _factor(leaf.text, text, exchange)
    found = together(found, rules, "result")
    return [Feature(one.rule, one.weight * factor, one.leaf, one.evidence) for one in found]


def _sounding(rule: CompiledRule, leaf: Leaf, text: str) -> list[Feature]:
    """Whether a short text sounds like an order, as a feature; long ones are mixtures that tell nothing."""
    weights, values = manner("result"), rule.source.values
    odds = log_odds(text, weights)
    if odds <= values["doubtful"]:
        return []
    weight = rule.source.weight if odds > values["sure"] else values["doubted"]
    return [Feature(rule, weight, leaf, strongest(text, weights))]


def _factor(text: str, plain_text: str, exchange: Exchange) -> float:
    return documented(text[:TEXT_LIMIT], plain_text) * (_PROMPT if exchange.method == "prompts/get" else 1.0)


def documented(text: str, plain_text: str | None = None) -> float:
    """Less than 1 for a text that writes about injections, or is source code."""
    said = (plain(text) if plain_text is None else plain_text).encode("utf-8", "replace")
    if len({said[slice(*match.span())] for match in islice(_ABOUT.finditer(said), _ABOUT_LIMIT)}) >= 2:
        return _DOCUMENTED
    signs = len(text.encode("utf-8", "replace").translate(None, _NO_CODE))
    is_code = signs * 25 > len(text) and len(set(_CODE_WORDS.findall(text))) >= 3
    return _DOCUMENTED if is_code else 1.0


def _marks(units: list[list[Feature]]) -> Iterator[Mark]:
    for unit in units:
        if unit and strength(unit) >= MARKED_FROM:
            first = max(unit, key=lambda feature: feature.weight)
            yield Mark("injection", first.rule.source.id, first.leaf.path)


def _carried(units: list[list[Feature]]) -> Iterator[Mark]:
    """The addresses in texts that give orders: calls that carry one of them do what such a text wants."""
    for unit in units:
        if unit and strength(unit) >= MARKED_FROM:
            leaf = unit[0].leaf
            written = (address.rstrip(".,;:!?") for address in _ADDRESS.findall(leaf.text[:TEXT_LIMIT]))
            addresses = tuple(dict.fromkeys(written))[:LITERALS_LIMIT]
            if addresses:
                yield Mark("demanded-call", "", leaf.path, addresses)


def _demanded(strings: Sequence[tuple[Leaf, str]], rule: CompiledRule) -> Iterator[Mark]:
    """The tools that texts name to be called, each once, with the literals that stand behind them."""
    seen: set[str] = set()
    for leaf, string in strings:
        text = string.encode("utf-8", "replace") if rule.pattern else b""
        for match in rule.pattern.finditer(text) if rule.pattern else ():
            start, end = match.span(1)
            name = text[start:end].decode("utf-8", "replace")
            if name not in seen and len(seen) < 32:
                seen.add(name)
                yield Mark("demanded-call", name, leaf.path, _literals(leaf.text, name))


def _literals(text: str, name: str) -> tuple[str, ...]:
    """Quoted words, addresses and paths behind a tool's name, as written."""
    at = text.lower().find(name)
    behind = text[at + len(name) : at + len(name) + _NEARBY] if at >= 0 else ""
    groups = (next(group for group in match.groups() if group) for match in _LITERAL.finditer(behind))
    return tuple(dict.fromkeys(groups))[:LITERALS_LIMIT]
