"""The one transaction of a batch: offsets, events and all that follows from them, or nothing of it."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from uuid import UUID

from km_streams.engine.database import Connection
from km_streams.projector.derivation import Derivation, Derived
from km_streams.projector.derive import hourly
from km_streams.projector.derive.alerts import AlertEventRow
from km_streams.projector.derive.calls import CallRow, OpenCallRow
from km_streams.projector.derive.events import in_blocks
from km_streams.projector.derive.hourly import Booked, HourKey, Names
from km_streams.projector.derive.losses import RUN_ENDED, loss_rows
from km_streams.projector.derive.runs import RunChange, begin, judge, take_in
from km_streams.projector.hour_names import HourNames
from km_streams.projector.progress import Progress
from km_streams.projector.statements import Statements, run_values

RunKey = tuple[UUID, UUID]


class ContradictionError(Exception):
    """`events` holds a seq that `runs` says was never projected."""


class Projection:
    """Writes batches. Offsets are the caller's, in the same transaction."""

    def __init__(self, statements: Statements, names: HourNames) -> None:
        self._sql = statements
        self._names = names

    async def write(self, connection: Connection, derived: Derived) -> tuple[list[Derivation], Booked]:
        """Write all that a batch stands for but repeats; the events accepted, and the hours they were booked in.

        ContradictionError where an accepted event is there already.
        """
        runs = await self._runs(connection, derived.events)
        accepted = [each for each in derived.events if judge(runs[each.projected.run], each.projected) != "repeat"]
        for each in accepted:
            take_in(runs[each.projected.run], each.projected)
        await self._events(connection, accepted)
        await self._calls(connection, accepted)
        await connection.executemany(self._sql.runs, [run_values(change) for change in _ordered(runs)])
        booked = await self._hours(connection, accepted)
        await self._rest(connection, accepted, derived, runs)
        return accepted, booked

    async def _runs(self, connection: Connection, events: Iterable[Derivation]) -> dict[RunKey, RunChange]:
        firsts: dict[RunKey, Derivation] = {}
        for each in events:
            firsts.setdefault(each.projected.run, each)
        if not firsts:
            return {}
        rows = await connection.fetch(self._sql.progress, [run[0] for run in firsts], [run[1] for run in firsts])
        progress = {
            (row["customer_id"], row["run_id"]): Progress(
                row["next_seq"], tuple((gap.lower, gap.upper) for gap in row["missing"])
            )
            for row in rows
        }
        return {run: begin(each.projected, progress.get(run, Progress())) for run, each in firsts.items()}

    async def _events(self, connection: Connection, accepted: Sequence[Derivation]) -> None:
        if not accepted:
            return
        rows, blocks = in_blocks(each.projected for each in accepted)
        tag = await connection.execute(self._sql.events, *_columns(rows))
        if tag != f"INSERT 0 {len(rows)}":
            raise ContradictionError
        if blocks:
            await connection.execute(self._sql.blocks, *_columns(blocks))

    async def _calls(self, connection: Connection, accepted: Sequence[Derivation]) -> None:
        closed = {row[:4]: row for each in accepted for row in each.closed}
        opened = {row[:4]: row for each in accepted for row in each.opened if row[:4] not in closed}
        await self._open(connection, list(opened.values()))
        await self._close(connection, list(closed.values()))

    async def _open(self, connection: Connection, opened: Sequence[OpenCallRow]) -> None:
        if opened:
            await connection.execute(self._sql.open_calls, *_columns(opened))

    async def _close(self, connection: Connection, closed: Sequence[CallRow]) -> None:
        if closed:
            await connection.execute(self._sql.calls, *_columns(closed))
            await connection.execute(self._sql.close, *_columns([row[:4] for row in closed]))

    async def _alert_events(self, connection: Connection, rows: Sequence[AlertEventRow]) -> None:
        if rows:
            await connection.execute(self._sql.alert_events, *_columns(rows))

    async def _hours(self, connection: Connection, accepted: Sequence[Derivation]) -> Booked:
        added = list(chain.from_iterable(each.deltas for each in accepted))
        known = await self._names.of(connection, {key for key, _, _ in added})
        booked = hourly.book(added, known)
        await connection.executemany(self._sql.hourly, _hour_values(booked))
        return booked

    async def _rest(
        self,
        connection: Connection,
        accepted: Sequence[Derivation],
        derived: Derived,
        runs: Mapping[RunKey, RunChange],
    ) -> None:
        lost = [
            row
            for change in runs.values()
            if change.ended
            for row in loss_rows(change.customer_id, change.run_id, change.progress.missing, RUN_ENDED)
        ]
        alerts = [row for each in accepted for row in each.alerts]
        for statement, rows in (
            (self._sql.alerts, alerts), (self._sql.dead_letters, derived.dead_letters), (self._sql.losses, lost)
        ):  # fmt: skip
            if rows:
                await connection.executemany(statement, rows)
        await self._alert_events(connection, [row for each in accepted for row in each.alert_events])
        for customer_id in sorted({str(each.projected.customer_id) for each in accepted}):
            await connection.execute(self._sql.notify, customer_id)


def _columns(rows: Sequence[tuple[object, ...]]) -> list[list[object]]:
    return [list(column) for column in zip(*rows, strict=True)]


def _ordered(runs: Mapping[RunKey, RunChange]) -> list[RunChange]:
    return [runs[key] for key in sorted(runs)]


def _hour_values(booked: Booked) -> list[tuple[object, ...]]:
    return [
        _hour_row(key, names, sums) for key, hour in sorted(booked.items()) for names, sums in sorted(
            hour.items(), key=lambda item: item[0]
        )
    ]  # fmt: skip


def _hour_row(key: HourKey, names: Names, sums: hourly.Sums) -> tuple[object, ...]:
    return (
        key.customer_id, key.hour, *names, key.partition, sums.frames, sums.calls, sums.errors, sums.duration_us,
        sums.durations, sums.bytes, sums.cost_nanodollars, sums.high_risk, sums.redactions,
    )  # fmt: skip
