"""What browsers are told and asked: Host and Origin (DNS rebinding, cross-site requests), headers of every answer.

OWASP Secure Headers Project; W3C Content Security Policy 3; Fetch Metadata (Sec-Fetch-Site).
"""

from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from km_services.query.problems import Problem

OPEN_PATHS: Final = frozenset({"/health", "/ready", "/metrics"})
"""Asked by supervisors and scrapers under whatever name; they tell nothing of a customer."""

_ALWAYS: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_DEFAULTS: Final = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}
"""Unless the answer sets its own."""


def page_policy(nonce: str) -> str:
    """The policy of the pages; styles that scripts insert carry the nonce."""
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; "
        "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )


def refusal(headers: Headers, allowed_hosts: frozenset[str]) -> str | None:
    """Why a request is none that a page of ours or a script would send; none where it may pass."""
    host = headers.get("host", "")
    if host_name(host) not in allowed_hosts:
        return "This service does not answer under this host name; KM_ALLOWED_HOSTS names others."
    origin = headers.get("origin")
    if origin is not None and origin.lower() not in {f"http://{host.lower()}", f"https://{host.lower()}"}:
        return "Requests of other origins are refused."
    if headers.get("sec-fetch-site", "none") == "cross-site" and headers.get("sec-fetch-mode") != "navigate":
        return "Requests of other sites are refused."
    return None


def host_name(host: str) -> str:
    """The name of a Host header in lower case, without its port and the brackets of IPv6 (RFC 9110 §7.2)."""
    host = host.lower()
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]


class SecurityHeaders:
    """ASGI middleware: the headers of every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""

        async def send_secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                _add_headers(MutableHeaders(raw=message.setdefault("headers", [])))
            await send(message)

        await self._app(scope, receive, send_secured)


class OriginGuard:
    """ASGI middleware: 403 for what no page of ours and no script would send."""

    def __init__(self, app: ASGIApp, allowed_hosts: frozenset[str]) -> None:
        self._app = app
        self._allowed_hosts = allowed_hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        reason = None
        if scope["type"] == "http" and scope["path"] not in OPEN_PATHS:
            reason = refusal(Headers(scope=scope), self._allowed_hosts)
        answer = self._app if reason is None else Problem(403, "forbidden", reason).response()
        await answer(scope, receive, send)


def _add_headers(headers: MutableHeaders) -> None:
    headers.update(_ALWAYS)
    for name, value in _DEFAULTS.items():
        headers.setdefault(name, value)
