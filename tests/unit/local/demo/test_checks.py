"""Each check of the demo can fail."""

from dataclasses import replace

from km_local.demo.checks import (
    check_bytes,
    check_calls,
    check_leaks,
    check_planted,
    check_redactions,
    check_rows,
)
from km_local.demo.leaks import Place, Searcher
from km_local.demo.read_model import Totals
from km_local.demo.recorded import RecordedRun
from km_local.demo.taps import TappedRun

TOTALS = Totals(runs=1, frames=130, calls=65, open_calls=0, redactions=16, highest_risk=40, risky_frames=3)


def run_of(*seqs: int) -> dict[str, RecordedRun]:
    return {"run": RecordedRun("id", "run", seqs=set(seqs))}


def calls(count: int) -> TappedRun:
    request = b'{"id":1,"method":"ping"}'
    return TappedRun("run", {"client_to_server": (request,) * count, "server_to_client": ()}, {})


def test_rows_must_be_the_seqs_without_a_gap() -> None:
    assert check_rows(run_of(1, 2, 3), {"id": frozenset({1, 2, 3})}).held
    assert not check_rows(run_of(1, 2, 3), {"id": frozenset({1, 2})}).held
    assert not check_rows(run_of(1, 2), {"id": frozenset({1, 2, 3})}).held
    assert not check_rows(run_of(1, 3), {"id": frozenset({1, 3})}).held
    assert not check_rows({}, {}).held


def test_calls_must_be_as_many_as_counted_all_ended_and_sixty_or_more() -> None:
    assert check_calls([calls(65)], TOTALS).held
    assert not check_calls([calls(64)], TOTALS).held
    assert not check_calls([calls(65)], replace(TOTALS, open_calls=1)).held
    assert not check_calls([calls(59)], replace(TOTALS, calls=59)).held


def test_no_traffic_is_no_success() -> None:
    assert not check_bytes([], {}).held
    assert not check_redactions(replace(TOTALS, redactions=0)).held
    searcher = Searcher(["secret"])
    assert not check_leaks("x", searcher).held
    searcher.look(Place("topic a", b"clean"))
    assert check_leaks("x", searcher).held
    assert not check_leaks("x", searcher, at_least=2).held


def test_a_secret_is_found_and_its_place_named() -> None:
    searcher = Searcher(["planted-secret"])
    searcher.look(Place("table a", b"nothing"))
    assert not searcher.hits
    assert not check_planted(searcher, 1).held
    searcher.look(Place("table b", b"x planted-secret y"))
    assert "FOUND in table b" in check_leaks("any table", searcher).numbers
    assert not check_leaks("any table", searcher).held
    assert check_planted(searcher, 1).held
