"""The demo's checks: each says what was compared, with its numbers, and whether it held."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from km_local.demo.comparison import differences
from km_local.demo.leaks import Searcher
from km_local.demo.read_model import Totals
from km_local.demo.recorded import RecordedRun
from km_local.demo.taps import DIRECTIONS, TappedRun, calls_in

CALLS_AT_LEAST = 60
FEWEST_REDACTIONS = 5  # token and e-mail in arguments and said back, an e-mail only in a result; in each era


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must hold."""

    name: str
    held: bool
    numbers: str


def check_bytes(tapped: Sequence[TappedRun], recorded: Mapping[str, RecordedRun]) -> Check:
    """SHA-256 of each frame, by run, direction and position: client's pipes, server's pipes, `mcp.frames`."""
    wrong = differences(tapped, recorded)
    frames = sum(len(run.at_client[way]) for run in tapped for way in DIRECTIONS)
    size = sum(len(frame) for run in tapped for way in DIRECTIONS for frame in run.at_client[way])
    numbers = f"{frames} frames, {size} bytes, {len(tapped)} runs" + "".join(f"; {line}" for line in wrong)
    return Check("what passed is what mcp.frames holds, byte for byte", not wrong and frames > 0, numbers)


def check_rows(recorded: Mapping[str, RecordedRun], rows: Mapping[str, frozenset[int]]) -> Check:
    """Every seq from 1 to the run's end has its row, and no row is without its record."""
    gaps = [name for name, run in recorded.items() if not run.has_no_gap]
    wrong = [name for name, run in recorded.items() if rows.get(run.run_id, frozenset()) != run.seqs]
    seqs = sum(len(run.seqs) for run in recorded.values())
    numbers = f"{seqs} seqs, {sum(map(len, rows.values()))} rows" + "".join(f"; {name}" for name in gaps + wrong)
    return Check("every seq has its row", not gaps and not wrong and seqs > 0, numbers)


def check_calls(tapped: Sequence[TappedRun], totals: Totals) -> Check:
    """Calls counted at the client's pipes are the calls of the read model, all ended."""
    counted = sum(map(calls_in, tapped))
    held = counted == totals.calls >= CALLS_AT_LEAST and totals.open_calls == 0
    return Check(
        f"calls counted are calls seen, {CALLS_AT_LEAST} or more",
        held,
        f"{counted} counted, {totals.calls} seen, {totals.open_calls} left open",
    )


def check_redactions(totals: Totals) -> Check:
    """The planted secrets were found; without this a search for them would prove nothing."""
    numbers = f"{totals.redactions} redactions, highest risk {totals.highest_risk}"
    return Check("planted secrets are redacted", totals.redactions >= 2 * FEWEST_REDACTIONS, numbers)


def check_planted(raw: Searcher, values: int) -> Check:
    """The search finds what stands in the raw topic, so it can find."""
    return Check("the search finds the secrets in mcp.frames", bool(raw.hits), f"{values} values, {raw.places} records")


def check_leaks(name: str, searcher: Searcher, at_least: int = 1) -> Check:
    """Nothing planted stands in any of the places, and there were at least so many."""
    found = "".join(f"; FOUND in {place}" for place in sorted(searcher.hits))
    numbers = f"{searcher.places} places, {searcher.bytes} bytes searched{found}"
    return Check(f"no planted secret in {name}", not searcher.hits and searcher.places >= at_least, numbers)
