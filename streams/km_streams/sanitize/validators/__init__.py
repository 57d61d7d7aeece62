"""What a pattern cannot say: check digits, ranges, neighbours. Pure functions over the bytes around a match."""

from collections.abc import Mapping
from typing import Final

from km_streams.sanitize.validators.addresses import ipv4, ipv6
from km_streams.sanitize.validators.cards import card
from km_streams.sanitize.validators.checksums import CHECKSUMS
from km_streams.sanitize.validators.forms import Spans, Validator, whole
from km_streams.sanitize.validators.identities import NATIONAL_IDS, document, iban
from km_streams.sanitize.validators.phones import (
    international_phone,
    named_phone,
    national_phone,
    north_american_phone,
)
from km_streams.sanitize.validators.secrets import basic, jwt, mixed, undashed
from km_streams.sanitize.validators.texts import REPLACED, assigned, email

__all__ = ["CHECKSUMS", "REPLACED", "VALIDATORS", "Spans", "Validator", "assigned", "card", "email", "whole"]

VALIDATORS: Final[Mapping[str, Validator]] = {
    **{
        validator.__name__: validator
        for validator in (
            email, card, assigned, jwt, basic, mixed, undashed, ipv4, ipv6, iban, document,
            international_phone, north_american_phone, national_phone, named_phone,
        )
    },
    **NATIONAL_IDS,
}  # fmt: skip
"""By the name under which a rule asks for them."""
