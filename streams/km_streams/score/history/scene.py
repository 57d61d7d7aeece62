"""What the families see that know the history: one frame, what it shows by itself, and what came before it."""

from typing import Final

import msgspec

from km_schemas.records import Signal
from km_streams.score.facts import Replaced
from km_streams.score.frame_view import FrameView, Mark
from km_streams.score.risk import risk_score
from km_streams.score.ruleset import CompiledRule, RuleSet
from km_streams.score.state import InstallationState, Memory, RunState, ServerState

_INJECTION: Final = "injection"
MINUTE_US: Final = 60_000_000


class Scene(msgspec.Struct, eq=False, gc=False):
    """One frame in its installation. The families change `run`, `server` and `memory`."""

    frame: FrameView
    now_us: int
    """Event time, clamped to when the broker had it."""
    signals: list[Signal]
    """What the frame shows by itself."""
    marks: list[Mark]
    run: RunState
    server: ServerState
    state: InstallationState
    rules: RuleSet
    replaced: Replaced
    """Facts of the run that this frame contradicts."""
    news: frozenset[str] = frozenset()
    """Tools that this frame lists anew or otherwise than before."""

    @property
    def memory(self) -> Memory:
        """What is remembered across servers."""
        return self.state.memory

    @property
    def orders(self) -> int:
        """How surely the frame's text gives orders to its reader, 0–100: its injections by themselves."""
        return risk_score([one for one in self.signals if one.id == _INJECTION], self.rules.family_of, self.rules.caps)

    def rule(self, family: str, id_: str) -> CompiledRule:
        """A rule by family and id."""
        return self.rules.families[family][id_]

    def marked(self, *kinds: str) -> list[Mark]:
        """The frame's marks of some kinds."""
        return [mark for mark in self.marks if mark.kind in kinds] if self.marks else []
