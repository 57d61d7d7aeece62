"""What traffic costs, in whole nano-dollars, so that sums are exact.

Two models, one of which a worker is configured with: a price per KiB, or prices per token of a model of the table
`prices.yaml`. Tokens are an estimate from the bytes alone: one token for each four of them, begun ones counted.
What the client sends was written by the model (output tokens); what the server sends will be read by it (input).
"""

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final, Protocol

import msgspec
import yaml

from km_schemas.records import Event

DEFAULT_NANODOLLARS_PER_KIB: Final = 1_000_000
"""0.001 $ a KiB, as the original had it."""
BYTES_PER_TOKEN: Final = 4
"""Of English text and JSON in the byte-pair encodings of large models; other languages have fewer bytes a token."""
_KIB: Final = 1024
_MILLION: Final = 1_000_000


class PriceError(Exception):
    """A model that the price table does not know."""


class Price(Protocol):
    """A model of cost."""

    def of(self, event: Event, size: int) -> int:
        """What `size` bytes of an event cost, in nano-dollars, rounded down."""
        ...


@dataclass(frozen=True, slots=True)
class PerKib:
    """The same for every byte."""

    nanodollars: int

    def of(self, _event: Event, size: int) -> int:
        """What `size` bytes of an event cost."""
        return size * self.nanodollars // _KIB


class TokenPrice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Prices of one model, in nano-dollars for a million tokens."""

    model: str
    input_per_million: int
    output_per_million: int
    source: str


@dataclass(frozen=True, slots=True)
class PerToken:
    """By the tokens of the model that reads and writes the traffic."""

    price: TokenPrice

    def of(self, event: Event, size: int) -> int:
        """What `size` bytes of an event cost."""
        tokens = -(-size // BYTES_PER_TOKEN)
        written = event.direction == "client_to_server"
        return tokens * (self.price.output_per_million if written else self.price.input_per_million) // _MILLION


@cache
def price_table() -> dict[str, TokenPrice]:
    """The prices this version ships, by model."""
    text = (resources.files("km_streams.score") / "prices.yaml").read_bytes()
    return {price.model: price for price in msgspec.convert(yaml.safe_load(text), list[TokenPrice])}


def per_token(model: str) -> PerToken:
    """The price of a model of the table; PriceError for another one."""
    price = price_table().get(model)
    if price is None:
        raise PriceError(f"no prices of {model!r}; known are {', '.join(sorted(price_table()))}")
    return PerToken(price)
