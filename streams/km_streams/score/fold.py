"""The fold: one sanitized event and the state of its installation → the scored event, and the state after it. Pure."""

from dataclasses import dataclass

from msgspec.structs import replace

from km_schemas.headers import RUN_ENDED, RUN_STARTED
from km_schemas.records import ClosedCall, Event, OpenedCall, ScoredEvent
from km_schemas.timestamps import micros_of
from km_schemas.words import risk_level
from km_streams.score import bounds, progress
from km_streams.score.alerts import raised_by
from km_streams.score.call_records import Moment
from km_streams.score.calls import close_all, close_oldest, exchanges_of, join
from km_streams.score.cost import Price
from km_streams.score.exchange import read, text
from km_streams.score.facts import Replaced, learn
from km_streams.score.frame_view import FrameView
from km_streams.score.history import history_signals
from km_streams.score.history.scene import Scene
from km_streams.score.risk import risk_score
from km_streams.score.ruleset import RuleSet
from km_streams.score.state import InstallationState, RunState, ServerState
from km_streams.score.stateless import Stateless
from km_streams.score.weights import weight_of_texts

_FREE_KINDS = frozenset({"stderr", "lifecycle", "placeholder"})
"""Kinds that are no traffic between client and server, and cost nothing."""
_OPAQUE_KINDS = frozenset({"noise", "placeholder"})
"""Kinds behind which a request or an answer may hide."""


@dataclass(frozen=True, slots=True)
class Scorer:
    """Scores events by one set of rules and one price; `scorer_of` makes one."""

    rules: RuleSet
    price: Price
    stateless: Stateless

    def score(self, event: Event, state: InstallationState) -> ScoredEvent | None:
        """The scored event; none for a repeat, which changes nothing. Changes `state`."""
        run = state.runs.get(event.run_id)
        if run is not None and progress.is_repeat(run, event.seq):
            return None
        occurred_us = micros_of(event.occurred_at)
        is_ahead = event.occurred_at > event.received_at  # times on the wire sort as text
        heard_us = micros_of(event.received_at) if is_ahead else occurred_us
        if run is None:
            bounds.forget_ended(state, heard_us)
            run = state.runs[event.run_id] = RunState(whole=event.seq == 1)
        if run.whole and (event.seq > run.next_seq or event.kind in _OPAQUE_KINDS):
            run.whole = False
        progress.accept(run, event.seq)
        run.last_us = max(run.last_us, heard_us)
        return self._scored(event, occurred_us, heard_us, state, run)

    def _scored(
        self, event: Event, occurred_us: int, heard_us: int, state: InstallationState, run: RunState
    ) -> ScoredEvent:
        frame = self.frame(event, run)
        facts, replaced = learn(run, frame.exchanges)
        if facts is not None or event.type == RUN_STARTED:
            run.texts_weight = weight_of_texts(run)
        scene = self._scene(frame, heard_us, state, run, replaced)
        signals = [*scene.signals, *history_signals(scene, facts)]
        score = risk_score(signals, self.rules.family_of, self.rules.caps) if signals else 0
        opened, closed = _calls(state, run, Moment(event, occurred_us, score, self.price), frame)
        scored = ScoredEvent(
            event=event,
            server=run.server,
            score=score,
            level=risk_level(score) if score else "none",
            cost_nanodollars=0 if event.kind in _FREE_KINDS else self.price.of(event, event.size),
            signals=signals,
            opened=opened,
            closed=closed,
            run_facts=facts,
            rules_version=self.rules.version,
        )
        if not signals:
            return scored
        raised = raised_by(scored, _target(frame), state.memory, self.rules, heard_us)
        if raised.alert is not None:
            return replace(scored, alerts=[raised.alert])
        return scored if raised.grouped is None else replace(scored, grouped=[raised.grouped])

    def frame(self, event: Event, run: RunState) -> FrameView:
        """What the families see of an event of a run."""
        value, parts = read(event)
        if event.type == RUN_STARTED:
            run.server = text(value, "server") or ""
        exchanges = exchanges_of(run, event.direction, parts, in_batch=event.kind == "batch")
        return FrameView(event, value, exchanges, run.server, run.facts, self.rules.triggers)

    def _scene(
        self, frame: FrameView, heard_us: int, state: InstallationState, run: RunState, replaced: Replaced
    ) -> Scene:
        signals, marks = self.stateless.of(frame)
        server = _server(state, run.server, heard_us)
        return Scene(frame, heard_us, signals, marks, run, server, state, self.rules, replaced)


def _target(frame: FrameView) -> str | None:
    """The tool, prompt or resource that a frame is about; of a batch: of its first part."""
    return frame.exchanges[0].target if frame.exchanges else None


def _server(state: InstallationState, name: str, heard_us: int) -> ServerState:
    server = state.servers.get(name)
    if server is None:
        server = state.servers[name] = ServerState()
        bounds.weigh_server(state, name)
    server.last_us = max(server.last_us, heard_us)
    return server


def scorer_of(rules: RuleSet, price: Price) -> Scorer:
    """A scorer by these rules and this price."""
    return Scorer(rules, price, Stateless(rules))


def _calls(
    state: InstallationState, run: RunState, moment: Moment, frame: FrameView
) -> tuple[list[OpenedCall], list[ClosedCall]]:
    opened: list[OpenedCall] = []
    closed: list[ClosedCall] = []
    if moment.event.type == RUN_ENDED:
        run.ended_us = run.last_us
        closed = close_all(run, moment)
    elif frame.exchanges:
        joined = join(run, moment, frame.exchanges)
        opened, closed = joined.opened, joined.closed
    bounds.weigh_run(state, run)
    while state.runs_weight > bounds.RUNS_BYTES_LIMIT and not bounds.forget_silent_runs(state, moment.event.run_id):
        given_up = close_oldest(run, moment)
        if not given_up:
            break
        closed += given_up
        bounds.weigh_run(state, run)
    return opened, closed
