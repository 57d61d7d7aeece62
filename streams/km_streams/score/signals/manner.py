"""How a text speaks: whether its words are those of data and documentation or of orders, by weights that were learned.

Rules see phrases; this sees the rest. The weights are those of a logistic regression over words and pairs of words
(`rules/manner.json`), learned by `make learn` from definitions and results of both kinds.
"""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import Final, Literal

import msgspec

from km_streams.score.normal.texts import TEXT_LIMIT

Kind = Literal["definition", "result"]
Feature = str | tuple[str, str]
"""A word, or two that follow each other."""

_WORD: Final = re.compile(r"[^\W\d_][\w']+|https?:|~/|/etc|[«$]\w+")
_STRONGEST: Final = 4


@dataclass(frozen=True, slots=True)
class Manner:
    """What each feature of a text speaks for, in log-odds: above 0 for an order."""

    bias: float
    weights: dict[Feature, float]


class Shipped(msgspec.Struct, frozen=True):
    """The same in a file: a pair is two words with a space between them."""

    bias: float
    weights: dict[str, float]


@cache
def manner(kind: Kind) -> Manner:
    """The weights that this version ships, for texts of a kind."""
    file = (resources.files("km_streams.score") / "rules" / "manner.json").read_bytes()
    shipped = msgspec.json.decode(file, type=dict[Kind, Shipped])[kind]
    return Manner(shipped.bias, {_feature(written): weight for written, weight in shipped.weights.items()})


def _feature(written: str) -> Feature:
    first, _, second = written.partition(" ")
    return (first, second) if second else first


def features_of(text: str) -> set[Feature]:
    """The words of a plain text, and the pairs of those that follow each other."""
    words = _WORD.findall(text)
    return {*words, *pairwise(words)}


def spoken(strings: Iterable[str]) -> str:
    """The plain strings of one definition as one text: those that are prose."""
    return " . ".join(string for string in strings if " " in string)[:TEXT_LIMIT]


def log_odds(text: str, by: Manner) -> float:
    """How much a text speaks in orders; long texts do not say more by their length."""
    known = features_of(text) & by.weights.keys()
    return by.bias + math.fsum(map(by.weights.__getitem__, known)) * scale(len(known))


def strongest(text: str, by: Manner) -> str:
    """The features that speak most for an order, for people."""
    known = features_of(text) & by.weights.keys()
    for_an_order = {_written(feature): by.weights[feature] for feature in known if by.weights[feature] > 0}
    return ", ".join(sorted(for_an_order, key=lambda written: (-for_an_order[written], written))[:_STRONGEST])


def _written(feature: Feature) -> str:
    return feature if isinstance(feature, str) else " ".join(feature)


def scale(features: int) -> float:
    """What the sum over so many features counts."""
    return 4.0 / math.sqrt(features + 1)
