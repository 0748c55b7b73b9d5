"""A server that answers what a test tells it to, for answers that no healthy org gives; it remembers what was asked."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from connectors.http import Timeout
from connectors.salesforce.client import SalesforceGateway, open_gateway
from tests.fakes.emulated_org import Hands, serving

DATE = "Sat, 21 Nov 2026 09:00:00 GMT"
TOKEN = {"access_token": "t", "instance_url": "https://meridian.my.salesforce.com"}


@dataclass(frozen=True)
class Scripted:
    """One answer."""

    status: int
    body: object = None
    headers: dict[str, str] = field(default_factory=lambda: {"Date": DATE})

    @property
    def response(self) -> Response:
        content = self.body if isinstance(self.body, str) else json.dumps(self.body)
        return Response(content, self.status, {"Content-Type": "application/json", **self.headers})


GRANTED = Scripted(200, TOKEN)


@dataclass
class ScriptedOrg:
    """Hands out its logins and answers in order, the last one for ever."""

    url: str
    logins: list[Scripted] = field(default_factory=lambda: [GRANTED])
    answers: list[Scripted] = field(default_factory=list)
    paths: dict[str, Scripted] = field(default_factory=dict)  # part of a path -> its own answer
    asked: list[Request] = field(default_factory=list)
    hands: Hands = field(default_factory=Hands)

    def answer(self, request: Request) -> Response:
        self.asked.append(request)
        for part, own in self.paths.items():
            if part in request.url.path:
                return own.response
        script = self.logins if "oauth2" in request.url.path else self.answers
        return (script.pop(0) if len(script) > 1 else script[0]).response

    def count(self, part: str) -> int:
        """How many calls went to a URL that holds a part."""
        return sum(part in request.url.path for request in self.asked)

    def gateway(self) -> SalesforceGateway:
        return open_gateway(
            domain="meridian.my",
            consumer_key="key",
            consumer_secret="secret",
            emulator_url=self.url,
            timeout=Timeout(connect=5, read=10),
            sleep=self.hands.sleep,
            monotonic=self.hands.monotonic,
        )


def refused(status: int, code: str, message: str = "") -> Scripted:
    """A refusal in the usual array."""
    return Scripted(status, [{"errorCode": code, "message": message}])


def described(*names: str) -> Scripted:
    """A describe with plain, writable text fields."""
    shape = {"type": "string", "length": 255, "updateable": True, "createable": True}
    return Scripted(200, {"fields": [{"name": name, **shape} for name in names]})


def found(*records: dict[str, object]) -> Scripted:
    """The one page of a query."""
    return Scripted(200, {"totalSize": len(records), "done": True, "records": list(records)})


@contextmanager
def scripted_org() -> Iterator[ScriptedOrg]:
    """A scripted org behind a real socket, below a path as the sandbox world mounts the emulator."""
    orgs: list[ScriptedOrg] = []

    async def everything(request: Request) -> Response:
        return orgs[0].answer(request)

    app = Starlette(routes=[Route("/below/{rest:path}", everything, methods=["GET", "POST", "PATCH"])])
    with serving(app) as url:
        orgs.append(ScriptedOrg(f"{url}/below"))
        yield orgs[0]
