"""`km-streams worker STAGE` as a user meets it."""

import pytest
from click.testing import CliRunner

from km_streams.cli import main
from km_streams.stages import STAGES


@pytest.mark.parametrize("stage", sorted(STAGES))
def test_a_missing_variable_is_one_sentence(stage: str) -> None:
    done = CliRunner().invoke(main, ["worker", stage], env={"KM_KAFKA_BOOTSTRAP": ""})
    assert done.exit_code == 1
    assert done.output == "Error: KM_KAFKA_BOOTSTRAP is not set: a worker needs it.\n"


def test_a_stage_that_does_not_exist_is_told_with_those_that_do() -> None:
    done = CliRunner().invoke(main, ["worker", "nonsense"])
    assert done.exit_code == 2
    assert "'projector', 'sanitize', 'score'" in done.output
