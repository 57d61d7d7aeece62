"""The token and the cookie derived from it. A cookie outlives a restart and dies with its token."""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from typing import Final

COOKIE_SECONDS: Final = 7 * 24 * 3600


class Tokens:
    """Checks in constant time. Holds no state: every cookie says itself until when it holds, and proves it."""

    def __init__(self, token: str) -> None:
        self._token = token.encode()
        self._key = hmac.digest(self._token, b"kilometers login cookie v1", "sha256")
        # Cookies know no ports: two services on one machine must not overwrite each other's.
        self.cookie_name = f"km_login_{hashlib.sha256(self._key).hexdigest()[:8]}"

    def is_token(self, text: str) -> bool:
        """Whether it is the token."""
        return hmac.compare_digest(text.encode(errors="surrogatepass"), self._token)

    def new_cookie(self, now: float) -> str:
        """A cookie that holds for COOKIE_SECONDS; `now` in seconds since the epoch."""
        expires = str(int(now) + COOKIE_SECONDS)
        return f"{expires}.{self._proof(expires)}"

    def is_cookie(self, text: str, now: float) -> bool:
        """Whether it is a cookie of this token that still holds."""
        expires, _, proof = text.partition(".")
        proven = hmac.compare_digest(proof.encode(errors="surrogatepass"), self._proof(expires).encode())
        # Only what we wrote ourselves is read as a number.
        return proven and int(expires) > now

    def _proof(self, expires: str) -> str:
        mac = hmac.digest(self._key, expires.encode(errors="surrogatepass"), "sha256")
        return urlsafe_b64encode(mac).decode().rstrip("=")
