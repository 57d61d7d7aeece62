"""`/api/login` and `/api/logout`: the token of KM_TOKEN_FILE for a cookie that no script can read."""

from time import time

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from km_services.query.context import Here
from km_services.query.login.tokens import COOKIE_SECONDS
from km_services.query.problems import documented

router = APIRouter(prefix="/api", tags=["login"])


class LoginRequest(BaseModel):
    """The token, never in a URL."""

    token: str = Field(max_length=512)


@router.post("/login", status_code=204, response_class=Response, responses=documented(401, 403, 413, 422, 429))
async def log_in(here: Here, request: Request, body: LoginRequest) -> Response:
    """Exchange the token for a cookie."""
    tokens = here.gate.tokens
    here.gate.try_token(body.token.strip(), request)
    response = Response(status_code=204)
    response.set_cookie(
        tokens.cookie_name,
        tokens.new_cookie(time()),
        max_age=COOKIE_SECONDS,
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    return response


@router.post("/logout", status_code=204, response_class=Response, responses=documented(403))
async def log_out(here: Here) -> Response:
    """Take the cookie back."""
    response = Response(status_code=204)
    response.delete_cookie(here.gate.tokens.cookie_name, httponly=True, samesite="strict")
    return response
