"""What goes wrong as one envelope: `{"error": {"code", "message", "details"}}`. No message quotes input."""

from typing import Final, Literal

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

Code = Literal[
    "bad_cursor", "bad_login", "bad_request", "database_away", "forbidden", "internal", "login_required", "not_found",
    "not_provisioned", "too_many_logins", "too_many_streams", "too_slow",
]  # fmt: skip


class Detail(BaseModel):
    """One parameter that was not accepted."""

    where: str
    what: str


class Error(BaseModel):
    """What happened and what to do."""

    code: Code
    message: str
    details: list[Detail] = []


class Envelope(BaseModel):
    """The body of every answer that is no success."""

    error: Error


class Problem(Exception):  # noqa: N818 - RFC 9457's word for an error that is told to the client
    """An error that the client is told."""

    def __init__(
        self,
        status: int,
        code: Code,
        message: str,
        *,
        retry_after: int | None = None,
        details: list[Detail] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.error = Error(code=code, message=message, details=details or [])
        self.retry_after = retry_after

    def response(self) -> JSONResponse:
        """The answer that tells it."""
        headers = {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}
        return JSONResponse(Envelope(error=self.error).model_dump(), self.status, headers)


INTERNAL: Final = "The service met an error of its own; its log names the place."
_BY_STATUS: Final[dict[int, tuple[Code, str]]] = {
    404: ("not_found", "There is nothing at this address."),
    405: ("bad_request", "This address does not take this method."),
    413: ("bad_request", "The request's body is too large."),
}


async def answer_problem(_: Request, problem: Exception) -> JSONResponse:
    """Handler of Problem."""
    assert isinstance(problem, Problem)  # noqa: S101 - registered for this type alone
    return problem.response()


async def answer_http_exception(_: Request, error: Exception) -> JSONResponse:
    """Handler of what the router itself refuses."""
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this type alone
    code, message = _BY_STATUS.get(error.status_code, ("bad_request", "The request was not accepted."))
    response = Problem(error.status_code, code, message).response()
    response.headers.update(error.headers or {})
    return response


async def answer_invalid_request(_: Request, error: Exception) -> JSONResponse:
    """Handler of parameters that are not of their type; names them, never their values."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this type alone
    details = [_detail(each) for each in error.errors()]
    return Problem(422, "bad_request", "A parameter was not accepted.", details=details).response()


def _detail(error: dict[str, object]) -> Detail:
    # The last part of a location may be a key the client made up; only the first two name a parameter of ours.
    location = error["loc"]
    assert isinstance(location, tuple)  # noqa: S101 - pydantic's form
    where = ".".join(str(part) for part in location[:2] if not isinstance(part, int))
    return Detail(where=where, what=str(error["type"]))


def documented(*statuses: int) -> dict[int | str, dict[str, object]]:
    """For `responses=` of a route: these statuses answer with the envelope."""
    return {status: {"model": Envelope} for status in statuses}
