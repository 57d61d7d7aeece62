"""The fold: one sanitized event and the state of its installation → the scored event, and the state after it. Pure."""

from dataclasses import dataclass

from msgspec.structs import replace

from km_schemas.headers import RUN_ENDED, RUN_STARTED
from km_schemas.records import ClosedCall, Event, OpenedCall, ScoredEvent, Signal
from km_schemas.timestamps import micros_of
from km_schemas.words import risk_level
from km_streams.score import bounds, progress
from km_streams.score.alerts import alerts_of
from km_streams.score.calls import Moment, close_all, close_oldest, join
from km_streams.score.cost import cost_of
from km_streams.score.exchange import Part, frame_value, parts_of, text
from km_streams.score.facts import learn
from km_streams.score.risk import risk_score
from km_streams.score.ruleset import RuleSet
from km_streams.score.signals.files import file_signals
from km_streams.score.signals.secrets import secret_signals
from km_streams.score.state import InstallationState, RunState

_FREE_KINDS = frozenset({"stderr", "lifecycle", "placeholder"})
"""Kinds that are no traffic between client and server, and cost nothing."""


@dataclass(frozen=True, slots=True)
class Scorer:
    """Scores events by one set of rules and one price."""

    rules: RuleSet
    nanodollars_per_kib: int

    def score(self, event: Event, state: InstallationState) -> ScoredEvent | None:
        """The scored event; none for a repeat, which changes nothing. Changes `state`."""
        run = state.runs.get(event.run_id)
        if run is not None and progress.is_repeat(run, event.seq):
            return None
        occurred_us = micros_of(event.occurred_at)
        heard_us = min(occurred_us, micros_of(event.received_at))
        if run is None:
            bounds.forget_ended(state, heard_us)
            run = state.runs[event.run_id] = RunState()
        progress.accept(run, event.seq)
        run.last_us = max(run.last_us, heard_us)
        return self._scored(event, occurred_us, state, run)

    def _scored(self, event: Event, occurred_us: int, state: InstallationState, run: RunState) -> ScoredEvent:
        value = frame_value(event)
        parts = parts_of(event, value)
        if event.type == RUN_STARTED:
            run.server = text(value, "server") or ""
        signals = self._signals(event, parts)
        score = risk_score(signals, self.rules.families, self.rules.caps)
        facts = learn(run, parts) if parts else None
        opened, closed = _calls(state, run, Moment(event, occurred_us, score, self.nanodollars_per_kib), parts)
        scored = ScoredEvent(
            event=event,
            server=run.server,
            score=score,
            level=risk_level(score),
            cost_nanodollars=0 if event.kind in _FREE_KINDS else cost_of(event.size, self.nanodollars_per_kib),
            signals=signals,
            opened=opened,
            closed=closed,
            run_facts=facts,
            rules_version=self.rules.version,
        )
        return replace(scored, alerts=alerts) if (alerts := list(alerts_of(scored, self.rules))) else scored

    def _signals(self, event: Event, parts: list[Part]) -> list[Signal]:
        signals = list(secret_signals(event, self.rules.secret_rules))
        if event.direction == "client_to_server" and parts:
            signals.extend(file_signals(parts, self.rules, in_batch=event.kind == "batch"))
        return signals


def _calls(
    state: InstallationState, run: RunState, moment: Moment, parts: list[Part]
) -> tuple[list[OpenedCall], list[ClosedCall]]:
    if moment.event.type == RUN_ENDED:
        run.ended_us = run.last_us
        return [], close_all(run, moment)
    if not parts:
        return [], []
    joined = join(run, moment, parts)
    while joined.opened and not bounds.forget_silent_runs(state, moment.event.run_id):
        given_up = close_oldest(run, moment)
        if not given_up:
            break
        joined.closed += given_up
    return joined.opened, joined.closed
