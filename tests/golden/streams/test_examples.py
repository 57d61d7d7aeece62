"""The raw examples through sanitize and score give the stored examples of the topics behind, byte for byte.

After a wanted change of rules or code: `KM_REGENERATE_GOLDEN=1 pytest tests/golden`, and read the difference.
"""

import os
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import pytest

from km_schemas import topics
from km_schemas.examples import Example, examples_of, write_json_example
from km_schemas.headers import EventHeaders, decode_headers
from km_schemas.identity import DEFAULT_CUSTOMER_ID
from km_streams.engine.dead_letters import DeadLetterOffice
from km_streams.engine.processor import OutputRecord, SourceRecord, UnprocessableError
from km_streams.sanitize.testing import known_processor, raw_headers, raw_record
from km_streams.score.processor import create
from km_streams.score.state import InstallationState
from km_streams.score.state_codec import decode_state, encode_state
from km_streams.score.testing import as_source
from km_streams.score.weights import weight_of_run

STATE = Path(__file__).parent / "score_state.v2.bin"
OLD_STATE = Path(__file__).parent / "score_state.v1.bin"
REGENERATE = "KM_REGENERATE_GOLDEN" in os.environ
DERIVED = (topics.EVENTS, topics.SCORED, topics.ALERTS, topics.DEAD_LETTERS)
OFFICE = DeadLetterOffice("sanitize", DEFAULT_CUSTOMER_ID, generation=1)

Made = tuple[str, str, OutputRecord]
"""(name, description, output)"""


def raw_records() -> Iterator[tuple[str, str, SourceRecord]]:
    """Every raw example as sanitize reads it, run by run in the order of seqs; then one that nothing can read."""
    for example in sorted(examples_of(topics.FRAMES), key=lambda one: one.name):
        headers = decode_headers(example.headers)
        yield example.name, example.description, raw_record(headers, example.value)
    unknown: EventHeaders = raw_headers(1, None, "ai.kilometers.unheard-of.v1", "0198f3a1-0000-7000-8000-00000000000c")
    yield "c01-placeholder", "In place of a record that could not be read.", raw_record(unknown, b"?")


@cache
def made() -> tuple[tuple[Made, ...], bytes]:
    """What both stages make of the raw examples, and score's state after them."""
    sanitize, score, state = known_processor(), create({}), InstallationState()
    outputs: list[Made] = []
    for name, description, raw in raw_records():
        try:
            events = sanitize.process(raw, None)
        except UnprocessableError as unprocessable:
            outputs.append((name, description, OFFICE.letter(raw, unprocessable.error)))
            events = sanitize.placeholder(raw, None)
        scored = [output for event in events for output in score.process(as_source(event, raw), state)]
        outputs += [(name, description, output) for output in (*events, *scored)]
    return tuple(outputs), encode_state(state)


def made_on(topic_name: str) -> Sequence[Made]:
    """The outputs on one topic."""
    return [one for one in made()[0] if one[2].topic == topic_name]


def regenerate(topic_name: str) -> None:
    """Store what is made now in place of what was stored."""
    (record_type,) = topics.topic(topic_name).types
    for name, description, output in made_on(topic_name):
        assert output.key is not None
        write_json_example(Example(name, description, record_type, output.key, output.headers, output.value))
    examples_of.cache_clear()


@pytest.mark.parametrize("topic_name", DERIVED)
def test_the_examples_give_the_stored_outputs(topic_name: str) -> None:
    if REGENERATE:
        regenerate(topic_name)
    stored = {example.name: (example.key, example.headers, example.value) for example in examples_of(topic_name)}
    assert stored == {name: (output.key, output.headers, output.value) for name, _, output in made_on(topic_name)}


def test_the_examples_give_the_stored_state_and_a_stored_state_can_be_read() -> None:
    if REGENERATE:
        STATE.write_bytes(made()[1])
    assert STATE.read_bytes() == made()[1]
    assert encode_state(decode_state(STATE.read_bytes())) == made()[1]


def test_a_state_of_version_1_is_upcast_and_weighed() -> None:
    state = decode_state(OLD_STATE.read_bytes())
    assert len(state.runs) == len(decode_state(made()[1]).runs)
    assert state.runs_weight == sum(weight_of_run(run) for run in state.runs.values()) > 0
    assert decode_state(encode_state(state)) == state


def test_no_invented_secret_of_an_example_is_in_any_output() -> None:
    secrets = [
        "ghp" + "_A1b2C3d4E5",
        "correct " + "horse",
        "hunter" + "2",
        "4111 1111",
        "5555" * 3,
        "ada@" + "analytical",
    ]
    raw = b"".join(record.value for _, _, record in raw_records())
    for secret in secrets[:-1]:
        assert secret.encode() in raw
    for _, _, output in made()[0]:
        assert not [secret for secret in secrets if secret.encode() in output.value]
