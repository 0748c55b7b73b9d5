"""Logins: client credentials and JWT bearer, and the sessions they open; knows no record but the user's id."""

import base64
import binascii
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import jwt

CONSUMER_KEY = "sandbox-consumer-key"
CONSUMER_SECRET = "sandbox-consumer-secret"  # noqa: S105 - opens nothing but the sandbox
MY_DOMAIN = "https://meridian.my.salesforce.com"
ORG_ID = "00D5e000000000001A"
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
# Spring '26 ended the redirects from the shared login hosts; they no longer know an org's own apps.
_SHARED_HOSTS = frozenset({"https://login.salesforce.com", "https://test.salesforce.com"})


class LoginRefusedError(Exception):
    """A refusal in OAuth's shape."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(f"{error}: {description}")
        self.status = status
        self.body = {"error": error, "error_description": description}


@dataclass(frozen=True)
class Session:
    """Who a token speaks for."""

    token: str
    user_id: str


@dataclass
class Logins:
    """Consumer, registered keys and open sessions. `user_named` finds a user's id by username."""

    bot_user_id: str
    user_named: Callable[[str], str | None]
    _keys: dict[str, str] = field(default_factory=dict)
    _sessions: dict[str, Session] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def register_key(self, public_key: str, consumer_key: str = CONSUMER_KEY) -> None:
        """Trust assertions signed with this PEM key (a certificate's public key) for the consumer."""
        jwt.algorithms.RSAAlgorithm(jwt.algorithms.RSAAlgorithm.SHA256).prepare_key(public_key)
        self._keys[consumer_key] = public_key

    def token(self, form: Mapping[str, str], authorization: str | None, now: datetime) -> dict[str, str]:
        """The token endpoint's answer; raises LoginRefusedError."""
        match form.get("grant_type"):
            case "client_credentials":
                self._check_secret(form, authorization)
                user_id = self.bot_user_id
            case grant if grant == JWT_BEARER:
                user_id = self._user_of(form.get("assertion", ""))
            case _:
                raise LoginRefusedError("unsupported_grant_type", "grant type not supported")
        session = self._open(user_id)
        return {
            "access_token": session.token,
            "signature": base64.b64encode(secrets.token_bytes(32)).decode(),
            "scope": "api",
            "instance_url": MY_DOMAIN,
            "id": f"{MY_DOMAIN}/id/{ORG_ID}/{user_id}",
            "token_type": "Bearer",
            "issued_at": str(int(now.timestamp() * 1000)),
        }

    def session(self, authorization: str | None) -> Session | None:
        """The open session of a bearer header."""
        scheme, _, token = (authorization or "").partition(" ")
        return self._sessions.get(token) if scheme.lower() in {"bearer", "oauth"} else None

    def end(self, session: Session) -> None:
        """Close a session before its time."""
        with self._lock:
            self._sessions.pop(session.token, None)

    def _open(self, user_id: str) -> Session:
        session = Session(f"{ORG_ID[:15]}!{secrets.token_urlsafe(48)}", user_id)
        with self._lock:
            self._sessions[session.token] = session
        return session

    def _check_secret(self, form: Mapping[str, str], authorization: str | None) -> None:
        key, secret = _basic(authorization) or (form.get("client_id", ""), form.get("client_secret", ""))
        if key != CONSUMER_KEY:
            raise LoginRefusedError("invalid_client_id", "client identifier invalid")
        if not secrets.compare_digest(secret, CONSUMER_SECRET):
            raise LoginRefusedError("invalid_client", "invalid client credentials")

    def _user_of(self, assertion: str) -> str:
        try:
            claims = jwt.decode(assertion, options={"verify_signature": False})
        except jwt.InvalidTokenError as bad:
            raise LoginRefusedError("invalid_grant", "invalid assertion") from bad
        key = self._keys.get(str(claims.get("iss")))
        if key is None:
            raise LoginRefusedError("invalid_client_id", "client identifier invalid")
        _check_audience(str(claims.get("aud")))
        try:
            # The signer's clock is this machine's, not the world's: a world pushed forward must not expire logins.
            jwt.decode(assertion, key, algorithms=["RS256"], audience=MY_DOMAIN, options={"require": ["exp", "sub"]})
        except jwt.InvalidTokenError as bad:
            raise LoginRefusedError("invalid_grant", f"invalid assertion: {bad}") from bad
        user_id = self.user_named(str(claims["sub"]))
        if user_id is None:
            raise LoginRefusedError("invalid_grant", "user hasn't approved this consumer")
        return user_id


def _check_audience(audience: str) -> None:
    if audience in _SHARED_HOSTS:
        raise LoginRefusedError("app_not_found", "External client app is not installed in this org")
    if audience != MY_DOMAIN:
        raise LoginRefusedError("invalid_grant", "audience is invalid")


def _basic(authorization: str | None) -> tuple[str, str] | None:
    scheme, _, encoded = (authorization or "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        key, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return key, secret
