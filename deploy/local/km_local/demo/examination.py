"""Examines what one demo's traffic left in the stack: every check of `checks`, on the real topics, tables and files."""

from collections.abc import Iterable
from pathlib import Path

import httpx

from km_local.demo.checks import (
    Check,
    check_bytes,
    check_calls,
    check_leaks,
    check_planted,
    check_redactions,
    check_rows,
)
from km_local.demo.leaks import Place, Searcher, api_places, log_places, record_places, table_places
from km_local.demo.plan import planned_runs
from km_local.demo.read_model import seqs_by_run, totals
from km_local.demo.taps import read_run
from km_local.demo.traffic_run import Traffic
from km_local.demo.witness import Arrived, Witness
from km_local.provision.secrets import ensure_secret
from km_local.stack.tasks import StackPlan
from km_schemas.topics import FRAMES, physical_name

HTTP_SECONDS = 30.0
DERIVED_TOPICS = 2  # each raw record has an event and a scored event


async def examine(plan: StackPlan, traffic: Traffic, witness: Witness, arrived: Arrived) -> list[Check]:
    """All checks, in the order in which a frame travels."""
    tapped = [read_run(traffic.folder, run.name) for run in planned_runs()]
    generation = plan.provisioning.generation
    async with witness.database() as connection:
        rows = await seqs_by_run(connection, generation, arrived.run_ids)
        sums = await totals(connection, generation, arrived.run_ids)
        tables = Searcher(traffic.planted.values)
        async for place in table_places(connection):
            tables.look(place)
    raw, derived = _search_topics(traffic, arrived)
    return [
        check_bytes(tapped, arrived.runs),
        check_rows(arrived.runs, rows),
        check_calls(tapped, sums),
        check_redactions(sums),
        check_planted(raw, len(traffic.planted.values)),
        check_leaks("any topic but the raw one", derived, at_least=DERIVED_TOPICS * raw.places),
        check_leaks("any table", tables),
        check_leaks("any log", _search(traffic, log_places([plan.folders.logs, plan.folders.km_home]))),
        check_leaks("any HTTP answer", await _search_api(plan, traffic, arrived)),
    ]


def _search_topics(traffic: Traffic, arrived: Arrived) -> tuple[Searcher, Searcher]:
    frames = physical_name(FRAMES)
    raw = [record for record in arrived.records if record.topic == frames]
    derived = [record for record in arrived.records if record.topic != frames]
    return _search(traffic, record_places(raw)), _search(traffic, record_places(derived))


def _search(traffic: Traffic, places: Iterable[Place]) -> Searcher:
    searcher = Searcher(traffic.planted.values)
    for place in places:
        searcher.look(place)
    return searcher


async def _search_api(plan: StackPlan, traffic: Traffic, arrived: Arrived) -> Searcher:
    searcher = Searcher(traffic.planted.values)
    async with httpx.AsyncClient(base_url=plan.address, timeout=HTTP_SECONDS) as client:
        await log_in(client, plan.folders.token)
        async for place in api_places(client, arrived.run_ids):
            searcher.look(place)
    return searcher


async def log_in(client: httpx.AsyncClient, token: Path) -> None:
    """Exchange the token for the cookie, as the login page does."""
    headers = {"Origin": str(client.base_url).rstrip("/")}
    answer = await client.post("/api/login", json={"token": ensure_secret(token)}, headers=headers)
    answer.raise_for_status()
