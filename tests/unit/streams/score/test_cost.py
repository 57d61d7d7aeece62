"""What traffic costs."""

import pytest

from km_streams.score.cost import PerKib, PerToken, PriceError, TokenPrice, per_token, price_table
from km_streams.score.settings import from_environment
from km_streams.score.testing import request, result
from km_streams.settings import SettingsError

ASKED, ANSWERED = request(1, 1), result(2, 1)
PRICE = TokenPrice(model="m", input_per_million=3_000_000_000, output_per_million=15_000_000_000, source="s")


def test_a_price_per_kib_is_rounded_down_to_nano_dollars() -> None:
    assert PerKib(1_000_000).of(ASKED, 1024) == 1_000_000
    assert PerKib(1_000_000).of(ASKED, 1) == 976
    assert PerKib(0).of(ASKED, 10**9) == 0


def test_tokens_are_four_bytes_and_begun_ones_count() -> None:
    assert PerToken(PRICE).of(ANSWERED, 4) == 3_000
    assert PerToken(PRICE).of(ANSWERED, 5) == 6_000


def test_what_the_client_sends_was_written_by_the_model() -> None:
    assert PerToken(PRICE).of(ASKED, 4) == 5 * PerToken(PRICE).of(ANSWERED, 4)


def test_the_table_has_prices_with_their_sources() -> None:
    assert price_table()
    for price in price_table().values():
        assert 0 < price.input_per_million <= price.output_per_million
        assert price.source


def test_the_model_is_chosen_by_configuration() -> None:
    model = next(iter(price_table()))
    assert from_environment({"KM_COST_MODEL": model}).price == per_token(model)
    assert from_environment({"KM_COST_NANODOLLARS_PER_KIB": "5"}).price == PerKib(5)
    assert from_environment({}).price == PerKib(1_000_000)
    with pytest.raises(SettingsError, match="KM_COST_MODEL: no prices of 'x'"):
        from_environment({"KM_COST_MODEL": "x"})
    with pytest.raises(PriceError):
        per_token("x")
