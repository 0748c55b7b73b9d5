"""The wire to Partner Center: one httpx client, each call once, its errors in our words; knows no referral's story."""

import json
import logging
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, TypeAlias
from urllib.parse import parse_qs, urlsplit

import httpx

from connectors.http import answer_lost, status_failure
from connectors.microsoft.refusals import SYSTEM, translated, transport_lost
from connectors.microsoft.tokens import Granted, GrantRefusedError, Login
from motions.errors import AuthExpired, ConnectorError
from motions.outage_log import OutageLog

REFERRALS = "/v1.0/engagements/referrals"
TIMEOUT = httpx.Timeout(20.0, connect=5.0)
_SCOPE = "https://api.partner.microsoft.com/user_impersonation offline_access"
_UNAUTHORIZED = 401

_logger = logging.getLogger(__name__)

Record: TypeAlias = dict[str, Any]  # a parsed answer: the wire edge, read through `reading.py` only


def renewal(http: httpx.Client, url: str, client_id: str, client_secret: str) -> Callable[[str], Granted]:
    """Exchanges a refresh token at Entra's token endpoint."""

    def renew(refresh_token: str) -> Granted:
        form = {
            "grant_type": "refresh_token",
            "client_id": client_id,
            "client_secret": client_secret,
            "refresh_token": refresh_token,
            "scope": _SCOPE,
        }
        try:
            answer = http.post(url, data=form)
        except httpx.HTTPError as error:
            raise transport_lost(error, repeatable=True) from error
        return _granted(answer)

    return renew


class MicrosoftClient:
    """One partner account. Raises our errors only."""

    def __init__(self, http: httpx.Client, api_url: str, login: Login) -> None:
        self._http = http
        self._url = api_url.rstrip("/") + REFERRALS
        self._login = login
        self._outage = OutageLog(_logger, SYSTEM)

    def read(self, referral_id: str) -> Record:
        """One referral; raises NotVisible."""
        return self._call("GET", f"/{referral_id}")

    def listed(self, **query: str) -> Iterator[Record]:
        """Every referral of a list, over all its pages; `filter` and `orderby` as OData spells them."""
        asked = {f"${name}": value for name, value in query.items()}
        while True:
            answer = self._call("GET", params=asked)
            yield from answer.get("value") or ()
            if not (onward := answer.get("@odata.nextLink")):
                return
            # Published links name another scheme and path than the service has; only what follows ? is taken from them,
            # so a token is never sent where an answer says.
            asked = {name: values[0] for name, values in parse_qs(urlsplit(str(onward)).query).items()}

    def create(self, body: Mapping[str, object], request_id: str) -> Record:
        """Create a referral; the request id is the same whenever the same call is made again."""
        return self._call("POST", content=body, headers={"request-id": request_id})

    def change(self, referral_id: str, operations: Sequence[Mapping[str, object]], etag: str) -> Record:
        """JSON-Patch of one of our referrals as it was read; raises Conflict when it has changed since."""
        headers = {"If-Match": etag, "Prefer": "return=representation", "Content-Type": "application/json-patch+json"}
        return self._call("PATCH", f"/{referral_id}", content=operations, headers=headers)

    def close(self) -> None:
        """Let the connections go."""
        self._http.close()

    def _call(
        self,
        method: str,
        path: str = "",
        *,
        params: Mapping[str, str] | None = None,
        content: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> Record:
        body = None if content is None else json.dumps(content).encode()
        request = self._http.build_request(method, self._url + path, params=params, content=body, headers=headers)
        request.headers.setdefault("Content-Type", "application/json")
        try:
            answer = self._answered(request)
        except ConnectorError as error:
            self._outage.refused(error)
            raise
        self._outage.worked()
        return answer

    def _answered(self, request: httpx.Request) -> Record:
        is_read = request.method == "GET"
        for is_last in (False, True):
            token = self._login.access_token()
            request.headers["Authorization"] = f"Bearer {token}"
            request.headers["client-request-id"] = str(uuid.uuid4())
            try:
                answer = self._http.send(request)
            except httpx.HTTPError as error:
                raise transport_lost(error, repeatable=is_read) from error
            if answer.status_code != _UNAUTHORIZED or is_last:
                break
            self._login.refused(token)  # nothing was done: a token may be taken back before its time
        if refused := translated(answer.status_code, answer.headers, _parsed(answer), repeatable=is_read):
            raise refused
        return _record(answer, repeatable=is_read)


def _granted(answer: httpx.Response) -> Granted:
    told = _parsed(answer) or {}
    if answer.is_success and isinstance(told.get("access_token"), str):
        renewed = told.get("refresh_token")
        lasts = timedelta(seconds=int(told.get("expires_in") or 0))
        return Granted(told["access_token"], lasts, str(renewed) if renewed else None)
    said = str(told.get("error_description") or f"HTTP {answer.status_code}").partition(" Trace ID")[0]
    if told.get("error") in {"invalid_grant", "interaction_required"}:
        raise GrantRefusedError(said)
    if failure := status_failure(SYSTEM, answer.status_code, answer.headers, repeatable=True):
        raise failure
    check = "check MICROSOFT_TENANT_ID, MICROSOFT_CLIENT_ID and MICROSOFT_CLIENT_SECRET"
    raise AuthExpired(SYSTEM, f"does not let our app sign in ({said}); {check}")


def _parsed(answer: httpx.Response) -> Record | None:
    try:
        told = answer.json()
    except ValueError:
        return None
    return told if isinstance(told, dict) else None


def _record(answer: httpx.Response, *, repeatable: bool) -> Record:
    told = _parsed(answer)
    if told is None:
        raise answer_lost(SYSTEM, repeatable=repeatable, because="gave an answer nobody can read")
    return told
