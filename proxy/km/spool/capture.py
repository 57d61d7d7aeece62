"""The variables of a run that say what of it is recorded in full. They travel in the head; the shipper obeys them."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

METHOD_WHITELIST = "KM_METHOD_WHITELIST"
EXCLUDE_PING = "KM_EXCLUDE_PING"
PAYLOAD_SIZE_LIMIT = "KM_PAYLOAD_SIZE_LIMIT"

FIELD = "capture"
"""Of the description: `NAME=value` of each variable that is set."""


def capture_field(environment: "Mapping[bytes, bytes]") -> list[bytes]:
    """The field's values."""
    names = (name.encode() for name in (METHOD_WHITELIST, EXCLUDE_PING, PAYLOAD_SIZE_LIMIT))
    return [b"%b=%b" % (name, environment[name]) for name in names if environment.get(name)]
