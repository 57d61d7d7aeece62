"""The contract of the API: what is committed is what is served, to the TypeScript client and to any other."""

import json
from pathlib import Path

from km_services.query.cli import openapi_document

SERVICES = Path(__file__).parents[3] / "services"


def test_the_committed_document_is_current() -> None:
    committed = (SERVICES / "openapi.json").read_text(encoding="utf-8")
    assert committed == openapi_document(), "run `km-query --openapi > services/openapi.json`, then `npm run schema`"


def test_every_question_documents_what_it_refuses() -> None:
    paths = json.loads(openapi_document())["paths"]
    for path, operations in paths.items():
        if path.startswith("/api/") and "get" in operations:
            assert {"401", "403", "422", "429", "503"} <= operations["get"]["responses"].keys(), path
