"""What `score` reads from the environment beside what every worker reads."""

from collections.abc import Mapping
from dataclasses import dataclass

from km_streams.score.cost import DEFAULT_NANODOLLARS_PER_KIB, PerKib, Price, PriceError, per_token
from km_streams.settings import SettingsError

_PER_KIB = "KM_COST_NANODOLLARS_PER_KIB"
_MODEL = "KM_COST_MODEL"


@dataclass(frozen=True, slots=True)
class ScoreSettings:
    """What traffic costs."""

    price: Price


def from_environment(environment: Mapping[str, str]) -> ScoreSettings:
    """The settings; SettingsError names the variable that is wrong.

    KM_COST_MODEL names a model of the price table: cost is by its tokens. Without it cost is by KiB.
    """
    if model := environment.get(_MODEL):
        try:
            return ScoreSettings(per_token(model))
        except PriceError as error:
            raise SettingsError(f"{_MODEL}: {error}") from None
    price = environment.get(_PER_KIB) or str(DEFAULT_NANODOLLARS_PER_KIB)
    if not (price.isascii() and price.isdigit() and len(price) <= 12):
        raise SettingsError(f"{_PER_KIB} must be a whole number of nano-dollars (1000000 are 0.001 $).")
    return ScoreSettings(PerKib(int(price)))
