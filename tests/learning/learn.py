"""`python -m tests.learning.learn`: the weights of `score/rules/manner.json`, from texts of servers of both kinds.

Orders: `orders.yaml` here and the poisoned samples of the unit tests. Honest texts: `honest.yaml`, the honest samples,
the definitions and every other short result of the recorded traffic, and of each poisoned definition its first
sentence, which says what the tool does.
`check` instead of nothing prints what five-fold cross-validation finds at several rates of false alarms.
"""

import json
import math
import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
import yaml
from tests.traffic import recording

from km_streams.score.normal.texts import plain
from km_streams.score.signals.manner import Feature, Kind, Manner, Shipped, features_of, log_odds, scale, spoken

_HERE: Final = Path(__file__).parent
_SAMPLES: Final = _HERE.parent / "unit/streams/score/signals"
_SHIPPED: Final = _HERE.parents[1] / "streams/km_streams/score/rules/manner.json"
KINDS: Final[tuple[Kind, ...]] = ("definition", "result")
_EPOCHS: Final = 40
_RATE: Final = 0.3
_DECAY: Final = 1e-3
_MOST_FOR_AN_ORDER: Final = 4.0
"""An order counts as much as so many honest texts, at most."""
_SEEN: Final = 2
"""Texts in which a feature must occur."""
_KEPT_FROM: Final = 0.1
_UNSAID: Final = frozenset({"example", "evil", "attacker", "mallory", "eve"})
_LONGEST: Final = 1500
"""Characters of a result that is learned from."""
_FOLDS: Final = 5
_PLACES: Final = (
    (re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+"), "«email»"),
    (re.compile(r"\b[A-Z]{2}\d{2}[A-Z0-9]{11,30}\b"), "«iban»"),
)
"""What the sanitizer would have left of addresses and accounts."""


def main() -> None:
    """Learn and write, or check."""
    if sys.argv[1:] == ["check"]:
        for kind in KINDS:
            print(kind, *check(*corpus(kind)), sep="\n")
        return
    learned = {kind: pruned(learn(*corpus(kind))) for kind in KINDS}
    _SHIPPED.write_bytes(msgspec.json.format(msgspec.json.encode(learned), indent=1) + b"\n")
    print({kind: len(of_kind.weights) for kind, of_kind in learned.items()}, "weights")


def corpus(kind: Kind) -> tuple[list[str], list[str]]:
    """The texts of orders, and honest ones."""
    orders = [_HERE / "orders.yaml", _SAMPLES / "poisoned.yaml", _SAMPLES / "paraphrased.yaml"]
    honest = [_HERE / "honest.yaml", _SAMPLES / "clean.yaml", _SAMPLES / "ordinary.yaml"]
    sampled, recorded = _SOURCES[kind]
    ordering = [text for path in orders for text in sampled(path)]
    begun = filter(None, map(_first_sentence, ordering)) if kind == "definition" else ()
    return ordering, [*(text for path in honest for text in sampled(path)), *sorted(set(recorded())), *begun]


def learn(orders: Sequence[str], honest: Sequence[str]) -> Manner:
    """Logistic regression by stochastic gradient descent; the order of steps is drawn, always equally."""
    seen = Counter(feature for text in (*orders, *honest) for feature in features_of(text))
    texts = [(_common(text, seen), 1) for text in orders] + [(_common(text, seen), 0) for text in honest]
    importance = min(_MOST_FOR_AN_ORDER, len(honest) / len(orders))
    weights, bias, chance = dict.fromkeys(sorted(seen, key=str), 0.0), 0.0, random.Random(1)
    for epoch in range(_EPOCHS):
        chance.shuffle(texts)
        for features, kind in texts:
            factor = scale(len(features))
            odds = bias + sum(weights[feature] for feature in features) * factor
            step = (_probability(odds) - kind) * (importance if kind else 1.0) * _RATE / (1 + epoch / 10)
            bias -= step / 10
            for feature in features:
                weights[feature] = weights[feature] * (1 - _DECAY) - step * factor
    return Manner(bias, {feature: weight for feature, weight in weights.items() if seen[feature] >= _SEEN})


def pruned(learned: Manner) -> Shipped:
    """As it is written down, without what says next to nothing and the words that only samples use."""
    written = {
        feature if isinstance(feature, str) else " ".join(feature): round(weight, 2)
        for feature, weight in learned.weights.items()
        if abs(weight) >= _KEPT_FROM and _UNSAID.isdisjoint([feature] if isinstance(feature, str) else feature)
    }
    return Shipped(round(learned.bias, 3), dict(sorted(written.items())))


def check(orders: Sequence[str], honest: Sequence[str]) -> Iterator[str]:
    """Recall on folds that were not learned from, where so many of the honest texts would be alarms."""
    found, alarms = _out_of_fold(orders, honest, 1), _out_of_fold(orders, honest, 0)
    for rate in (0.002, 0.005, 0.01, 0.02, 0.05):
        border = sorted(alarms, reverse=True)[int(rate * len(alarms))]
        yield f"{rate:6.1%} alarms above {border:5.2f}: {sum(one > border for one in found) / len(found):.1%} found"


def _out_of_fold(orders: Sequence[str], honest: Sequence[str], kind: int) -> list[float]:
    scores: list[float] = []
    for fold in range(_FOLDS):
        learned = learn(*([text for at, text in enumerate(texts) if at % _FOLDS != fold] for texts in (orders, honest)))
        scores += [log_odds(text, learned) for text in (orders if kind else honest)[fold::_FOLDS]]
    return scores


def _sampled_tools(path: Path) -> Iterator[str]:
    for tool in yaml.safe_load(path.read_text("utf-8"))["tools"]:
        yield spoken(_plain_strings([tool["description"], tool.get("parameters") or {}]))


def _sampled_results(path: Path) -> Iterator[str]:
    for said in yaml.safe_load(path.read_text("utf-8"))["results"]:
        yield from _plain_strings(said)


def _recorded_results() -> Iterator[str]:
    texts = [text for name in recording.names() for line in recording.read(name) for text in _results_of(line["frame"])]
    yield from sorted(set(texts))[::2]


def _results_of(frame: str) -> Iterator[str]:
    if '"content"' in frame:
        answer = json.loads(frame).get("result")
        content = answer.get("content") if isinstance(answer, dict) else None
        for part in content if isinstance(content, list) else []:
            if len(said := part.get("text", "")) <= _LONGEST:
                yield from _plain_strings(said)


def _recorded_tools() -> Iterator[str]:
    for name in recording.names():
        for line in recording.read(name):
            if '"inputSchema"' in line["frame"]:
                for tool in json.loads(line["frame"]).get("result", {}).get("tools", []):
                    yield spoken(_plain_strings(tool))


def _plain_strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        for place, instead in _PLACES:
            value = place.sub(instead, value)
        yield plain(value)
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _plain_strings(inner)


_SOURCES: Final[dict[Kind, tuple[Callable[[Path], Iterator[str]], Callable[[], Iterator[str]]]]] = {
    "definition": (_sampled_tools, _recorded_tools),
    "result": (_sampled_results, _recorded_results),
}


def _first_sentence(text: str) -> str | None:
    end = re.search(r"[.!?] ", text)
    return text[: end.end()] if end and end.end() > 12 else None


def _common(text: str, seen: Counter[Feature]) -> list[Feature]:
    return sorted((feature for feature in features_of(text) if seen[feature] >= _SEEN), key=str)


def _probability(odds: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, odds))))


if __name__ == "__main__":
    main()
