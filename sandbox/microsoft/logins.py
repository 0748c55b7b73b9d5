"""Sign-in: refresh tokens that lapse 90 days after their issue, and what one buys: a newer one, access; no consent."""

import secrets
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sandbox.microsoft.wire import Body

TENANT = "sandbox-tenant"
CLIENT_ID = "sandbox-microsoft-client"
CLIENT_SECRET = "sandbox-microsoft-secret"  # noqa: S105 - opens nothing but the sandbox
# Stands for somebody who signs in anew whenever it is presented: it never dies, what it buys does.
SIGN_IN = "sandbox-refresh-token"
UNUSED_FOR = timedelta(days=90)
ACCESS_FOR = timedelta(hours=1)
SCOPE = "https://api.partner.microsoft.com/user_impersonation"


class LoginRefusedError(Exception):
    """A refusal in Entra's shape."""

    def __init__(self, error: str, number: int, said: str, status: int = 400) -> None:
        super().__init__(f"AADSTS{number}: {said}")
        self.status = status
        self.error = error
        self.number = number

    def body(self, now: datetime) -> Body:
        """The JSON the client receives."""
        trace = str(uuid.uuid4())
        stamp = f"{now:%Y-%m-%d %H:%M:%SZ}"
        said = f"{self} Trace ID: {trace} Correlation ID: {trace} Timestamp: {stamp}"
        return {
            "error": self.error,
            "error_description": said,
            "error_codes": [self.number],
            "timestamp": stamp,
            "trace_id": trace,
            "correlation_id": trace,
        }


@dataclass
class Logins:
    """Refresh tokens with the moment of their issue, and access tokens with the end of their life."""

    now: Callable[[], datetime]
    rotates: bool = True
    _refresh: dict[str, datetime] = field(default_factory=dict)
    _access: dict[str, datetime] = field(default_factory=dict)

    def sign_in(self) -> str:
        """Somebody with the right role signs in: a new refresh token."""
        token = f"0.{secrets.token_urlsafe(24)}"
        self._refresh[token] = self.now()
        return token

    def revoke_all(self) -> None:
        """The password changed: nothing issued so far is worth anything."""
        self._refresh.clear()
        self._access.clear()

    def expire_access(self) -> None:
        """Access tokens end before their time."""
        self._access.clear()

    def token(self, tenant: str, form: Mapping[str, str]) -> Body:
        """The token endpoint's answer; raises LoginRefusedError."""
        _check_client(tenant, form)
        if form.get("grant_type") != "refresh_token":
            raise LoginRefusedError("unsupported_grant_type", 70003, "The app requested an unsupported grant type.")
        presented = form.get("refresh_token", "")
        self._check(presented)
        access = f"ey.{secrets.token_urlsafe(32)}"
        self._access[access] = self.now() + ACCESS_FOR
        answer: Body = {
            "token_type": "Bearer",
            "scope": SCOPE,
            "expires_in": int(ACCESS_FOR.total_seconds()),
            "ext_expires_in": int(ACCESS_FOR.total_seconds()),
            "access_token": access,
        }
        # The one presented is not revoked by that: learn.microsoft.com/entra/identity-platform/refresh-tokens.
        if self.rotates:
            answer["refresh_token"] = self.sign_in()
        return answer

    def is_let_in(self, authorization: str) -> bool:
        """Whether a bearer header holds a living access token."""
        scheme, _, token = authorization.partition(" ")
        ends = self._access.get(token)
        return scheme.casefold() == "bearer" and ends is not None and self.now() < ends

    def _check(self, presented: str) -> None:
        if presented == SIGN_IN:
            return
        issued = self._refresh.get(presented)
        if issued is None:
            raise LoginRefusedError("invalid_grant", 70000, "The provided value for 'refresh_token' is not valid.")
        if self.now() - issued > UNUSED_FOR:
            said = f"The refresh token has expired due to inactivity. The token was issued on {issued:%Y-%m-%d} and was"
            raise LoginRefusedError("invalid_grant", 700082, f"{said} inactive for 90.00:00:00.")


def _check_client(tenant: str, form: Mapping[str, str]) -> None:
    if tenant != TENANT:
        raise LoginRefusedError("invalid_request", 90002, f"Tenant '{tenant}' not found.")
    if form.get("client_id") != CLIENT_ID:
        raise LoginRefusedError("unauthorized_client", 700016, "Application was not found in the directory.")
    if form.get("client_secret") != CLIENT_SECRET:
        raise LoginRefusedError("invalid_client", 7000215, "Invalid client secret provided.", 401)
