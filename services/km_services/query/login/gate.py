"""The login of a request: by cookie, or by `Authorization: Bearer` for scripts. Raises Problem where there is none."""

from collections.abc import Callable
from math import ceil
from time import monotonic, time

from fastapi import Request

from km_services.query.login.attempts import Attempts
from km_services.query.login.tokens import Tokens
from km_services.query.problems import Problem


class Gate:
    """Decides who may ask. `on_attempt` hears `ok`, `failed` or `refused` of every token that is tried."""

    def __init__(self, tokens: Tokens, on_attempt: Callable[[str], None]) -> None:
        self.tokens = tokens
        self._attempts = Attempts()
        self._on_attempt = on_attempt

    def require(self, request: Request) -> None:
        """Problem (401) where the request carries neither a cookie nor a token of ours."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            self.try_token(token.strip(), request)
        elif not self.tokens.is_cookie(request.cookies.get(self.tokens.cookie_name, ""), time()):
            raise Problem(401, "login_required", "Log in first: POST the token to /api/login.")

    def try_token(self, token: str, request: Request) -> None:
        """Problem (401) where it is not the token, (429) where the address tried too often."""
        address = request.client.host if request.client else ""
        if wait := self._attempts.wait_seconds(address, monotonic()):
            self._on_attempt("refused")
            raise Problem(429, "too_many_logins", "Too many wrong tokens; wait a minute.", retry_after=ceil(wait))
        if not self.tokens.is_token(token):
            self._attempts.failed(address, monotonic())
            self._on_attempt("failed")
            raise Problem(401, "bad_login", "This is not the token of this service.")
        self._attempts.succeeded(address)
        self._on_attempt("ok")
