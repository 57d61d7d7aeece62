"""What `sanitize` reads from the environment beside what every worker reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from km_schemas.identity import DEFAULT_CUSTOMER_ID, is_canonical_uuid
from km_streams.settings import SettingsError


@dataclass(frozen=True, slots=True)
class SanitizeSettings:
    """Whose frames these are, and where the keys of their tokens stand."""

    customer_id: str
    """Of every event: kafka:// is for one customer, whatever the record says."""
    keyring: Path
    """A file of mode 0600; made at the first start."""


def from_environment(environment: Mapping[str, str]) -> SanitizeSettings:
    """The settings; SettingsError names the variable that is missing or wrong."""
    customer_id = environment.get("KM_CUSTOMER_ID") or DEFAULT_CUSTOMER_ID
    if not is_canonical_uuid(customer_id):
        raise SettingsError("KM_CUSTOMER_ID must be a UUID in lower case.")
    keyring = environment.get("KM_KEYRING")
    if not keyring:
        raise SettingsError("KM_KEYRING is not set: sanitize needs the path of its key ring.")
    return SanitizeSettings(customer_id, Path(keyring))
