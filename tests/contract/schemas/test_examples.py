"""Every type on every topic has examples; they are what they claim to be, and every consumer takes them."""

import json

import jsonschema
import pytest

from km_schemas import json_schemas, records, topics
from km_schemas.codecs import decode, encode
from km_schemas.examples import Example, examples_of
from km_schemas.headers import decode_headers
from km_schemas.identity import DEFAULT_CUSTOMER_ID
from km_schemas.topics import DEAD_LETTERS, EVENTS, FRAMES, SCORED, load_topics
from km_streams.engine.processor import SourceRecord
from km_streams.projector.derivation import derivation
from km_streams.projector.derive.dead_letters import dead_letter_row
from km_streams.projector.scored_event import read
from km_streams.sanitize.testing import EPOCH_US, known_processor
from km_streams.score.processor import create
from km_streams.score.state import InstallationState

ALL = [(topic, example) for topic in load_topics() for example in examples_of(topic)]
IDS = [f"{topic}/{example.name}" for topic, example in ALL]
EVERY_EXAMPLE = pytest.mark.parametrize(("topic", "example"), ALL, ids=IDS)
SANITIZE, SCORE = known_processor(), create({})


def source_record(topic: str, example: Example, offset: int = 0) -> SourceRecord:
    return SourceRecord(topic, 0, offset, EPOCH_US + 10**9, example.key, example.value, example.headers)


def test_every_type_of_every_topic_has_an_example() -> None:
    have = {(topic, example.record_type.ce_type) for topic, example in ALL}
    assert have == {(topic.name, record.ce_type) for topic in load_topics().values() for record in topic.types}


@EVERY_EXAMPLE
def test_an_example_carries_the_headers_of_its_type(topic: str, example: Example) -> None:
    assert dict(example.headers)["ce_type"].decode() == example.record_type.ce_type
    if topic != DEAD_LETTERS:  # where a record stands, not what was recorded
        headers = decode_headers(example.headers)
        assert example.key.decode() in {headers.installation_id, headers.customer_id}


@EVERY_EXAMPLE
def test_an_example_is_a_record_of_its_type_and_fits_the_committed_schema(topic: str, example: Example) -> None:
    name = example.record_type.value
    if name == "bytes":
        return
    record = decode(example.value, getattr(records, name), example.record_type.ce_type)
    assert decode(encode(record), type(record)) == record
    schema = json.loads((json_schemas.FOLDER / f"{name}.schema.json").read_bytes())
    jsonschema.Draft202012Validator(schema).validate(json.loads(example.value))


@pytest.mark.parametrize("example", examples_of(FRAMES), ids=lambda example: example.name)
def test_sanitize_takes_every_raw_example(example: Example) -> None:
    (output,) = SANITIZE.process(source_record(FRAMES, example), None)
    assert output.topic == EVENTS


@pytest.mark.parametrize("example", examples_of(EVENTS), ids=lambda example: example.name)
def test_score_takes_every_event(example: Example) -> None:
    output, *_ = SCORE.process(source_record(EVENTS, example), InstallationState())
    assert output.topic == SCORED


@pytest.mark.parametrize("example", examples_of(SCORED), ids=lambda example: example.name)
def test_the_projector_takes_every_scored_event(example: Example) -> None:
    projected = read(source_record(SCORED, example))
    assert str(projected.customer_id) == DEFAULT_CUSTOMER_ID
    assert len(derivation(projected).closed) == len(projected.scored.closed)


@pytest.mark.parametrize("example", examples_of(DEAD_LETTERS), ids=lambda example: example.name)
def test_the_projector_takes_every_dead_letter(example: Example) -> None:
    assert dead_letter_row(source_record(DEAD_LETTERS, example))


def test_every_consumer_in_the_registry_is_fed_here() -> None:
    fed = {
        FRAMES: {"sanitize"},
        EVENTS: {"score"},
        SCORED: {"projector"},
        DEAD_LETTERS: {"projector"},
        topics.ALERTS: set(),
    }
    assert {name: set(topic.consumers) for name, topic in load_topics().items()} == fed
