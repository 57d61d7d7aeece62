"""What can be wrong with a record. No message quotes its content."""


class ContractError(Exception):
    """A record or a topic is not what the contracts say."""


class UnreadableHeadersError(ContractError):
    """The headers of a record do not say which event it is."""


class UnreadableValueError(ContractError):
    """The value of a record is not of its type."""


class UnknownVersionError(ContractError):
    """The record is of a version newer than this code."""
