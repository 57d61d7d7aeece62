"""What can go wrong on one machine, said in one sentence with the cause and what to do."""


class LocalError(Exception):
    """Shown to the person at the terminal as it is, without a traceback; the command ends with status 1."""


class DownloadError(LocalError):
    """A pinned file could not be fetched, or its bytes are not the pinned ones."""


class ProcessError(LocalError):
    """A process of the stack did not start, did not become ready, or ended by itself."""


class PortTakenError(LocalError):
    """A port that the environment asks for is held by another program."""


class AlreadyRunningError(LocalError):
    """Another stack runs in this checkout."""


class ProvisionError(LocalError):
    """Topics, roles, tables or offsets are not as the contracts say, and could not be made so."""
