"""Puts a sanitizer together: the shipped rules, the customer's policy, the compiled database, a key ring."""

from collections.abc import Mapping
from pathlib import Path

from km_streams.sanitize.database_cache import cache_folder
from km_streams.sanitize.detector import detector_of
from km_streams.sanitize.operators import Operators
from km_streams.sanitize.policy import Policy, PolicyError, read_policy
from km_streams.sanitize.prefilter import best_prefilter
from km_streams.sanitize.ruleset import load_rules
from km_streams.sanitize.sanitizer import Sanitizer
from km_streams.sanitize.tokens import KeyRing
from km_streams.settings import SettingsError


def policy_from(environment: Mapping[str, str]) -> Policy:
    """The rules, with those of the file KM_SANITIZE_POLICY where it is set; SettingsError where it cannot be used."""
    path, rules = environment.get("KM_SANITIZE_POLICY"), load_rules(cache_folder(environment))
    if not path:
        return Policy(rules, Operators())
    try:
        return read_policy(Path(path), rules)
    except PolicyError as error:
        raise SettingsError(f"KM_SANITIZE_POLICY: {error}") from None


def sanitizer_from(environment: Mapping[str, str], ring: KeyRing) -> Sanitizer:
    """The sanitizer that the environment describes; SettingsError where it cannot be."""
    policy, cache = policy_from(environment), cache_folder(environment)
    return Sanitizer(detector_of(policy.rules, ring, best_prefilter(cache), policy.operators))
