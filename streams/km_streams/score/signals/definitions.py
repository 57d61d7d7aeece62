"""Families `definitions` and `injections`, over what a server says of itself: poisoned tools, prompts, instructions."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import groupby
from typing import Final

from km_streams.score.exchange import Answer
from km_streams.score.frame_view import DESCRIBING, Exchange, Found, FrameView, Leaf
from km_streams.score.normal.texts import decoded_runs, plain
from km_streams.score.ruleset import CompiledRule, RuleSet
from km_streams.score.signals.manner import log_odds, manner, spoken, strongest
from km_streams.score.signals.prose import (
    DISGUISES,
    Feature,
    excerpt,
    features,
    lexicon,
    reported,
    together,
    with_plain,
)

_CODED: Final = frozenset(
    {"foreign-tool", "odd-parameter", "parameter-for-secrets", "encoded-text", "speaks-in-orders"}
)
_ODD_PARAMETERS_COUNTED: Final = 3
_WORD_BORDER: Final = re.compile(r"[_.-]+|(?<=[a-z0-9])(?=[A-Z])")
_QUOTES: Final = b"\"'`"


@cache
def definition_triggers(rules: RuleSet) -> frozenset[str]:
    """The rules of which one must have a hit."""
    return lexicon(rules, "definition").ids | _CODED | DISGUISES


def definition_signals(frame: FrameView, rules: RuleSet) -> Iterator[Found]:
    """The reasons in the definitions of a server's answer that say most."""
    if frame.from_client or frame.hits.isdisjoint(definition_triggers(rules)):
        return
    for exchange in frame.exchanges:
        if isinstance(exchange.part, Answer) and exchange.method in DESCRIBING:
            known = _names(frame, exchange)
            units = [_unit(leaves, frame, rules, known) for leaves in _definitions(frame, exchange)]
            yield from reported(units, "definition")


def _definitions(frame: FrameView, exchange: Exchange) -> Iterator[list[Leaf]]:
    """The strings of each definition: of one item of a list, or of one member (`instructions`)."""
    depth = len(exchange.root) + 1

    def item(leaf: Leaf) -> tuple[str | int, ...]:
        listed = len(leaf.steps) > depth + 1 and isinstance(leaf.steps[depth + 1], int)
        return leaf.steps[: depth + 2] if listed else leaf.steps[: depth + 1]

    for _, leaves in groupby(frame.leaves_of(exchange), key=item):
        yield list(leaves)


def _names(frame: FrameView, exchange: Exchange) -> frozenset[str]:
    """Every name in an answer, of tools, prompts and parameters, lower case."""
    leaves = frame.leaves_of(exchange)
    return frozenset(_bare(leaf.text) for leaf in leaves if leaf.is_name or leaf.key in {"name", "enum", "required"})


def _unit(leaves: list[Leaf], frame: FrameView, rules: RuleSet, known: frozenset[str]) -> list[Feature]:
    words = lexicon(rules, "definition")
    strings = with_plain(leaf for leaf in leaves if not leaf.is_name)
    names = [(leaf, _spoken(leaf.text)) for leaf in leaves if _is_parameter(leaf)]
    coded = list(_coded(strings, names, frame, rules, known))
    awake = (
        words.main if any(feature.rule.source.id == "encoded-text" for feature in coded) else words.awake(frame.hits)
    )
    decoded = (
        [(leaf, plain(said)) for leaf, _ in strings for said in decoded_runs(leaf.text)]
        if "encoded-text" in frame.hits
        else []
    )
    found = features([*strings, *names, *decoded], awake, words.supporting, "definition")
    if coded and not found:
        found = features_beside(strings, words.supporting) if any(f.weight >= 0.2 for f in coded) else []
    return together([*found, *coded], rules, "definition")


def features_beside(strings: list[tuple[Leaf, str]], supporting: tuple[CompiledRule, ...]) -> list[Feature]:
    """What supporting rules find beside a rule that is decided in code."""
    return features(strings, supporting, (), "definition")


def _coded(
    strings: list[tuple[Leaf, str]],
    names: list[tuple[Leaf, str]],
    frame: FrameView,
    rules: RuleSet,
    known: frozenset[str],
) -> Iterator[Feature]:
    family = rules.family("definitions")
    if "encoded-text" in frame.hits:
        yield from _encoded(family["encoded-text"], strings)
    for name in ("odd-parameter", "parameter-for-secrets"):
        if name in frame.hits:
            yield from _odd_parameter(family[name], names)
    if "speaks-in-orders" in frame.hits:
        yield from _speaking(family["speaks-in-orders"], strings)
    if "foreign-tool" in frame.hits:
        yield from _foreign_tool(family["foreign-tool"], strings, known)


def _encoded(rule: CompiledRule, strings: list[tuple[Leaf, str]]) -> Iterator[Feature]:
    for leaf, _ in strings:
        for said in decoded_runs(leaf.text):
            yield Feature(rule, rule.source.weight, leaf, said[:120])
            return


def _speaking(rule: CompiledRule, strings: list[tuple[Leaf, str]]) -> Iterator[Feature]:
    said, weights, values = spoken(text for _, text in strings), manner("definition"), rule.source.values
    odds = log_odds(said, weights)
    if odds > values["doubtful"]:
        weight = rule.source.weight if odds > values["sure"] else values["doubted"]
        yield Feature(rule, weight, strings[0][0], strongest(said, weights))


def _odd_parameter(rule: CompiledRule, names: list[tuple[Leaf, str]]) -> Iterator[Feature]:
    odd = [leaf for leaf, spoken in names if rule.pattern and rule.pattern.search(spoken.encode("utf-8", "replace"))]
    if odd:
        weight = 1.0 - (1.0 - rule.source.weight) ** min(len(odd), _ODD_PARAMETERS_COUNTED)
        yield Feature(rule, weight, odd[0], ", ".join(leaf.text for leaf in odd)[:120])


def _foreign_tool(rule: CompiledRule, strings: list[tuple[Leaf, str]], known: frozenset[str]) -> Iterator[Feature]:
    """A tool that is none of this server's, in a sentence that calls it or depends on it."""
    for leaf, string in strings:
        text = string.encode("utf-8", "replace")
        for match in rule.pattern.finditer(text) if rule.pattern else ():
            group = 1 if match.span(1) != (-1, -1) else 2
            start, end = match.span(group)
            name = text[start:end].decode("utf-8", "replace")
            quoted = text[start - 1 : start] in _QUOTES and start > 0
            if _bare(name) not in known and (quoted or "_" in name):
                weight = rule.source.weight if group == 2 else rule.source.values["named"]
                yield Feature(rule, weight, leaf, excerpt(text, *match.span()))
                return


def _is_parameter(leaf: Leaf) -> bool:
    return leaf.is_name and len(leaf.steps) > 1 and leaf.steps[-2] == "properties"


def _bare(name: str) -> str:
    """A name by its letters and digits: `isRevision` and `is_revision` are one."""
    return name.lower().replace("_", "").replace("-", "")


def _spoken(name: str) -> str:
    """A name as words: `contentFrom_reading` is `content from reading`."""
    return plain(_WORD_BORDER.sub(" ", name))
