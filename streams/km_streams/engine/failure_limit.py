"""How many records may fail before the fault is likely ours (after arroyo's `DlqLimit`)."""

from dataclasses import dataclass

from km_streams.engine.errors import FailureLimitError


@dataclass(frozen=True, slots=True)
class LimitSettings:
    """`run` failures one after the other, or `window_failures` of any `window` records, are the most that may be."""

    run: int = 100
    window: int = 1000
    window_failures: int = 200


class FailureLimit:
    """Counts over the records of a worker's life."""

    def __init__(self, settings: LimitSettings) -> None:
        self._settings = settings
        self._run = 0
        self._records = 0
        self._failures = 0

    def passed(self) -> None:
        """A record was processed."""
        self._run = 0
        self._seen()

    def failed(self) -> None:
        """A record became a dead letter; FailureLimitError where that is one too many."""
        self._run += 1
        self._failures += 1
        if self._run > self._settings.run or self._failures > self._settings.window_failures:
            raise FailureLimitError(
                f"{self._run} records in a row and {self._failures} of the last {self._records + 1} could not be "
                "processed; the worker stops so that the topic is not emptied into dead letters. See their error "
                "classes in the log, mend the cause, start again."
            )
        self._seen()

    def _seen(self) -> None:
        self._records += 1
        if self._records >= self._settings.window:
            self._records = self._failures = 0
