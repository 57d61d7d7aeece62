"""Whatever way a log is cut into batches, and wherever a worker dies, outputs and state are the same."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from km_schemas.headers import EVENT, EventHeaders
from km_schemas.identity import DEFAULT_CUSTOMER_ID
from km_schemas.topics import EVENTS
from km_streams.engine.dead_letters import DeadLetterOffice
from km_streams.engine.failure_limit import FailureLimit, LimitSettings
from km_streams.engine.handle import handle, state_key
from km_streams.engine.processor import OutputRecord, SourceRecord, StateKey
from km_streams.engine.state_cache import StateSlot
from km_streams.testing.tally import FAULT, TallyProcessor, number_record

PROCESSOR = TallyProcessor()
NEVER = LimitSettings(run=10**6, window=10**6, window_failures=10**6)

States = dict[StateKey, bytes]
POISON = None

entries = st.lists(
    st.tuples(st.integers(0, 2), st.one_of(st.integers(0, 9), st.just(FAULT), st.just(POISON))), max_size=40
)


def log_of(numbers: list[tuple[int, int | None]]) -> list[SourceRecord]:
    """Records of three installations, some of them unprocessable or a fault of ours."""
    records = []
    for offset, (installation, number) in enumerate(numbers):
        headers = EventHeaders(
            type=EVENT, customer_id=DEFAULT_CUSTOMER_ID, seq=offset + 1, occurred_at_us=1_790_000_000_000_000,
            installation_id=f"10000000-0000-4000-8000-00000000000{installation}",
            run_id=f"20000000-0000-4000-8000-00000000000{installation}",
        )  # fmt: skip
        value, encoded = number_record(headers, number or 0)
        records.append(SourceRecord(EVENTS, 0, offset, 0, None, b"poison" if number is POISON else value, encoded))
    return records


def run_batch(records: list[SourceRecord], states: States) -> tuple[list[OutputRecord], States]:
    """One batch, from stored states to the states to store."""
    keyed = [(record, state_key(PROCESSOR, record)) for record in records]
    slots = {}
    for _, key in keyed:
        if key is not None and key not in slots:
            data = states.get(key)
            slots[key] = StateSlot(key, PROCESSOR.decode_state(key, data), data)
    work = handle(PROCESSOR, keyed, slots, DeadLetterOffice("tally", DEFAULT_CUSTOMER_ID, 1), FailureLimit(NEVER))
    while True:
        try:
            next(work)
        except StopIteration as end:
            stored = {**states, **{key: PROCESSOR.encode_state(slot.value) for key, slot in slots.items()}}
            return end.value.outputs, stored


@given(entries, st.lists(st.integers(0, 40), max_size=8))
def test_any_split_into_batches_gives_the_same_outputs_and_states(
    numbers: list[tuple[int, int | None]], cuts: list[int]
) -> None:
    records = log_of(numbers)
    whole = run_batch(records, {})
    outputs: list[OutputRecord] = []
    states: States = {}
    bounds = sorted({0, len(records), *(cut for cut in cuts if cut < len(records))})
    for first, end in pairwise(bounds):
        made, states = run_batch(records[first:end], states)
        outputs += made
    assert (outputs, states) == whole


@given(entries, st.lists(st.tuples(st.integers(1, 9), st.booleans()), max_size=12))
def test_a_worker_that_dies_before_its_offset_moves_only_repeats_equal_outputs(
    numbers: list[tuple[int, int | None]], steps: list[tuple[int, bool]]
) -> None:
    records = log_of(numbers)
    wanted, final = run_batch(records, {})
    topics: list[OutputRecord] = []
    position = 0
    states: States = {}
    for size, dies in [*steps, (len(records), False)]:
        outputs, after = run_batch(records[position : position + size], states)
        topics += outputs
        if not dies:
            position, states = position + size, after
    assert without_repeats(topics) == wanted
    assert states == final


def without_repeats(outputs: list[OutputRecord]) -> list[OutputRecord]:
    """The outputs as a consumer sees them that drops repeats by name; a repeat that differs fails the test."""
    first: dict[tuple[str, bytes], OutputRecord] = {}
    for output in outputs:
        assert first.setdefault((output.topic, dict(output.headers)["ce_id"]), output) == output
    return list(first.values())
