"""What stands in the place of something sensitive, by its type: a token, a mask, nothing, or itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from km_streams.sanitize.tokens import TokenKey, mint, normalised

Operator = Literal["token", "mask", "drop", "keep", "last_four"]
"""`token`: keyed, equal for equal values. `mask`: asterisks. `drop`: nothing. `keep`: a finding, and the value stays.
`last_four`: asterisks and the last four digits, for cards (PCI DSS 4.0 §3.4.1 allows to show them)."""

MASK: Final = "********"


@dataclass(frozen=True, slots=True)
class Operators:
    """Which operator serves which type; a type that is not named has that of the longest part before a dot."""

    by_type: Mapping[str, Operator] = field(default_factory=dict)

    def operator_of(self, type_: str) -> Operator:
        """`secret.github_token` has its own, or that of `secret`, or `token`."""
        while type_:
            if type_ in self.by_type:
                return self.by_type[type_]
            type_ = type_.rpartition(".")[0]
        return "token"

    def replaced(self, type_: str, value: bytes, key: TokenKey) -> tuple[str, bytes]:
        """The token of a value, for its finding, and what stands in its place."""
        token = mint(key, type_, value)
        match self.operator_of(type_):
            case "mask":
                return token, MASK.encode()
            case "drop":
                return token, b""
            case "keep":
                return token, value
            case "last_four":
                return token, MASK.encode() + normalised(type_, value)[-4:]
            case _:
                return token, token.encode()
