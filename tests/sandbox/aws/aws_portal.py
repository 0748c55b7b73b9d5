"""The portal under test as tests talk to it: boto3, raw HTTP, control; and a clock that stands still."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from botocore.exceptions import ClientError

from sandbox.clock import WorldClock

SIGNATURE = (
    "AWS4-HMAC-SHA256 Credential=sandbox/20261120/us-east-1/partnercentral-selling/aws4_request, "
    "SignedHeaders=host, Signature=00"
)


class StillClock(WorldClock):
    """A world whose time stands still until somebody advances it."""

    start = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.start + self._offset

    def rewind(self) -> None:
        self._offset = timedelta()


@dataclass
class Running:
    """The portal under test, and the three ways to talk to it."""

    url: str
    clock: StillClock
    http: httpx.Client
    aws: Any  # botocore makes its methods at run time

    def control(self, method: str, path: str, **arguments: Any) -> Any:
        """One command, with its answer."""
        if method == "GET":
            return self.http.get(f"{self.url}/_control{path}", params=arguments).raise_for_status().json()
        answer = self.http.request(method, f"{self.url}/_control{path}", json=arguments)
        return answer.raise_for_status().json()

    def raw(self, operation: str, body: object, **headers: str) -> httpx.Response:
        """One call as any client could make it, unchecked by botocore."""
        content = body if isinstance(body, (str, bytes)) else json.dumps(body)
        sent = {
            "x-amz-target": f"AWSPartnerCentralSelling.{operation}",
            "content-type": "application/x-amz-json-1.0",
            "authorization": SIGNATURE,
        } | headers
        return self.http.post(f"{self.url}/", content=content, headers={k: v for k, v in sent.items() if v})

    def events(self, after: int = 0) -> list[str]:
        """The detail types of the feed."""
        feed = self.control("GET", "/events", after=after)
        return [entry["event"]["detail-type"] for entry in feed["events"]]


def complaint(call: Callable[[], object]) -> dict[str, Any]:
    """The parsed error answer of a call that must fail."""
    with pytest.raises(ClientError) as caught:
        call()
    return dict(caught.value.response)


def faults(answer: dict[str, Any]) -> list[tuple[str, str]]:
    """Field and code of each entry of an ErrorList."""
    return [(entry["FieldName"], entry["Code"]) for entry in answer.get("ErrorList", [])]
