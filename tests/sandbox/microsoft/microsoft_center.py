"""A Partner Center without a network around it, a partner who knows how to call it, and Microsoft's own example."""

import json
import uuid
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from sandbox.clock import WorldClock
from sandbox.microsoft.app import build_app
from sandbox.microsoft.logins import CLIENT_ID, CLIENT_SECRET, SIGN_IN, TENANT

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
REFERRALS = "/v1.0/engagements/referrals"
PUBLISHED = json.loads((Path(__file__).parent / "fixtures" / "create_request.json").read_text("utf-8"))


class StillClock(WorldClock):
    """Stands still until it is advanced."""

    def now(self) -> datetime:
        return NOW + self._offset


def example(**changes: Any) -> dict[str, Any]:
    """The published request, brought up to date: a solution of ours, a date to come, the consent that came later."""
    body: dict[str, Any] = deepcopy(PUBLISHED)
    body["target"] = [{"type": "SolutionProfile", "id": "SOL-51001-GTX"}]
    body["details"]["closingDateTime"] = "2027-03-31T00:00:00Z"
    body["consent"]["consentToShareReferralWithMicrosoftSellers"] = True
    body["externalReferenceId"] = "006A"
    for path, value in changes.items():
        here = body
        *parents, last = path.split("__")
        for name in parents:
            here = here[name]
        here[last] = value
    return body


@dataclass
class Center:
    """The emulator, and a partner's calls on it."""

    http: TestClient
    clock: StillClock
    token: str = ""

    def sign_in(self, refresh_token: str = SIGN_IN, **form: str) -> Any:
        """Exchange a refresh token."""
        given = {
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "grant_type": "refresh_token",
            "refresh_token": refresh_token,
            **form,
        }
        answer = self.http.post(f"/login/{TENANT}/oauth2/v2.0/token", data=given)
        if answer.is_success:
            self.token = answer.json()["access_token"]
        return answer

    def call(self, method: str, path: str = "", *, json: Any = None, **headers: str) -> Any:
        """One call with a token and a request id."""
        told = {"Authorization": f"Bearer {self.token}", "client-request-id": str(uuid.uuid4())}
        told |= {name.replace("_", "-"): value for name, value in headers.items()}
        return self.http.request(method, f"{REFERRALS}{path}", json=json, headers=told)

    def create(self, **changes: Any) -> dict[str, Any]:
        """A referral of ours."""
        answer = self.call("POST", json=example(**changes))
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def invite(self, own: dict[str, Any], **changes: Any) -> Any:
        """Microsoft asked into its engagement."""
        target = [{"type": "BusinessProfileLocation", "id": "msft"}]
        return self.call("POST", json=example(target=target, engagementId=own["engagementId"], **changes))

    def control(self, path: str, **arguments: Any) -> Any:
        """A command behind the scenes."""
        return self.http.post(f"/_control{path}", json=arguments)

    def later(self, **by: float) -> None:
        """Let time pass."""
        self.clock.advance(timedelta(**by))


def center() -> Center:
    """An empty one, signed in, in which nobody reviews."""
    clock = StillClock()
    made = Center(TestClient(build_app(clock)), clock)
    made.sign_in()
    made.control("/reviewer", mode="manual")
    return made


def targets(error: dict[str, Any]) -> list[str]:
    """Every place an error names, outermost first."""
    found, level = [], error["error"].get("innerError")
    while level:
        found.append(level["target"])
        level = level.get("innerError")
    return found
