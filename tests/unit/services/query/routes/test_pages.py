"""The built pages."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from km_services.query.problems import Problem, answer_problem
from km_services.query.routes.pages import pages_router


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    built = tmp_path / "dist"
    (built / "assets").mkdir(parents=True)
    (built / "index.html").write_text('<meta nonce="__CSP_NONCE__"><style nonce="__CSP_NONCE__">')
    (built / "assets" / "index-1.js").write_text("1")
    (tmp_path / "secret.txt").write_text("outside")
    (built / "leak.txt").symlink_to(tmp_path / "secret.txt")
    return built


@pytest.fixture
def client(folder: Path) -> Iterator[TestClient]:
    app = FastAPI()
    app.add_exception_handler(Problem, answer_problem)
    app.include_router(pages_router(folder))
    with TestClient(app) as made:
        yield made


def nonce_of(page: str) -> str:
    return page.split('"')[1]


@pytest.mark.parametrize("path", ["/", "/runs", "/runs/0197-1", "/index.html"])
def test_every_address_of_a_page_gives_the_page_with_a_nonce_of_its_own(client: TestClient, path: str) -> None:
    answers = [client.get(path) for _ in range(2)]
    nonces = {nonce_of(answer.text) for answer in answers}
    assert len(nonces) == 2
    assert "__CSP_NONCE__" not in answers[0].text
    assert all(nonce_of(answer.text) in answer.headers["content-security-policy"] for answer in answers)


def test_files_with_a_hash_in_their_name_are_kept_for_ever(client: TestClient) -> None:
    answer = client.get("/assets/index-1.js")
    assert answer.text == "1"
    assert "immutable" in answer.headers["cache-control"]


@pytest.mark.parametrize(
    "path", ["/assets/gone.js", "/api/gone", "/api", "/leak.txt", "/..%2fsecret.txt", "/%2e%2e/secret.txt"]
)
def test_what_is_not_there_or_outside_is_not_found(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "not_found"


def test_pages_that_are_not_built_say_so(client: TestClient, folder: Path) -> None:
    (folder / "index.html").unlink()
    assert client.get("/").status_code == 404
