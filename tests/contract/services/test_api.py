"""Whatever a client asks, the service answers as its document says, on the real database."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis import Case
from schemathesis.specs.openapi.checks import positive_data_acceptance

from km_local.testing import Stack
from km_local.testing.stack import run
from km_schemas.identity import is_canonical_uuid
from km_services.query.cli import openapi_document
from km_services.query.settings import from_environment
from km_services.testing.recorded import RecordedFrame, recording
from km_services.testing.serving import served

EXAMPLES = 25
RUN = UUID("0197f000-0000-7000-8000-000000000001")

# Not the event stream, which has no end to wait for, nor the login, which soon makes everybody wait:
# tests/integration/services has both.
document = (
    schemathesis.openapi.from_dict(json.loads(openapi_document())).include(method="GET").exclude(path="/api/live")
)


@dataclass(frozen=True, slots=True)
class Service:
    """A running service with a run, two frames and a call in it."""

    address: str
    headers: dict[str, str]


@pytest.fixture
def service(stack: Stack, tmp_path: Path) -> Iterator[Service]:
    """The service of one test."""
    token = tmp_path / "token"
    token.write_text("t" * 43)
    run(_record(stack))
    settings_ = from_environment(stack.env("km_query") | {"KM_TOKEN_FILE": str(token)})
    with served(settings_) as address:
        yield Service(address, {"Authorization": f"Bearer {settings_.token}"})


async def _record(stack: Stack) -> None:
    password = stack.password("km_projector")
    async with recording(host=stack.host, port=stack.port, database=stack.database, password=password) as recorded:
        await recorded.run(run_id=RUN)
        await recorded.frames(RUN, [RecordedFrame(b"{}\n"), RecordedFrame(b"\xff", kind="noise")])
        await recorded.call(RUN)


# Cursors are opaque and ranges have an order: what fits the schema may still be refused with 400.
@document.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_as_documented(case: "Case[Any]", service: Service) -> None:
    if is_canonical_uuid(str(case.path_parameters.get("run_id"))):
        case.path_parameters["run_id"] = str(RUN)
    case.call_and_validate(
        base_url=service.address, headers=service.headers, excluded_checks=[positive_data_acceptance], timeout=20
    )
