"""What `score` reads from the environment beside what every worker reads."""

from collections.abc import Mapping
from dataclasses import dataclass

from km_streams.score.cost import DEFAULT_NANODOLLARS_PER_KIB
from km_streams.settings import SettingsError

_PRICE = "KM_COST_NANODOLLARS_PER_KIB"


@dataclass(frozen=True, slots=True)
class ScoreSettings:
    """What traffic costs."""

    nanodollars_per_kib: int


def from_environment(environment: Mapping[str, str]) -> ScoreSettings:
    """The settings; SettingsError names the variable that is wrong."""
    price = environment.get(_PRICE) or str(DEFAULT_NANODOLLARS_PER_KIB)
    if not (price.isascii() and price.isdigit() and len(price) <= 12):
        raise SettingsError(f"{_PRICE} must be a whole number of nano-dollars (1000000 are 0.001 $).")
    return ScoreSettings(int(price))
