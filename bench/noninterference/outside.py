"""The outside of one world: the sandbox's Slack, Salesforce, portals and model, over `wire`; knows no bot.

One for each process, made anew for each world: what is slow to make (the CRM's schema, its staff) stays.
"""

import json
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any

from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import ASGIApp

from bench.noninterference.clock import START, LabClock
from bench.noninterference.wire import BASE, Request, Wire, driven
from sandbox import cast
from sandbox.aws.app import build_app as build_portal
from sandbox.model.app import build_app as build_model
from sandbox.salesforce import people as crm_people
from sandbox.salesforce.app import build_app as build_crm
from sandbox.salesforce.org import Org
from sandbox.salesforce.stamps import stamp
from sandbox.salesforce.store import Row
from sandbox.slack import people as slack_people
from sandbox.slack.api import WebApi
from sandbox.slack.control import Control
from sandbox.slack.gestures import GESTURES
from sandbox.slack.hooks import Hooks
from sandbox.slack.interactions import Actor
from sandbox.slack.mint import Mint
from sandbox.slack.workspace import Workspace

Json = dict[str, Any]
Rows = dict[str, Sequence[Row]]  # by object
Deliver = Callable[[str, Json], Json]  # kind and payload to the bot; what it acknowledged

PORTALS = ("aws", "nst")  # a portal for each of the two partners, by its key
_AFTER_EFFECTS = {"message_changed", "message_deleted"}
SLACK, CRM, MODEL = "/slack", "/salesforce", "/model"


@dataclass
class Outside:
    """Everything around the bot."""

    clock: LabClock = field(default_factory=LabClock)
    wire: Wire = field(default_factory=lambda: Wire(streaming=frozenset({MODEL})))

    def __post_init__(self) -> None:
        crm = build_crm(self.clock, database=":memory:", deals=4)  # a file would be shared with copies of the process
        self.org: Org = crm.state.org
        self._crm: ASGIApp = crm
        self._staff: Sequence[Row] = _all(self.org, "User")
        self.staff = {str(row["Name"]): str(row["Id"]) for row in self._staff}
        self._sellers = {person.email: person for person in slack_people.sellers()}
        self.slack = _workspace(self.clock)
        self.delivery = Delivery()

    def begin(self, rows: Rows) -> None:
        """A new world, whose CRM holds these rows."""
        self.clock.move_to(START)
        self.slack, self.delivery = _workspace(self.clock), Delivery()
        self.slack.delivery = self.delivery  # type: ignore[assignment]  # it delivers at once, as far as anybody can tell
        self.slack.mint = _CountingMint(self.clock)
        self.slack.pacer.enabled = False
        self.wire.apps = {
            SLACK: _slack_app(self.slack),
            CRM: self._crm,
            MODEL: build_model(self.clock),
        }
        self._fill(rows)

    def close(self) -> None:
        """Let go of everything."""
        self.org.store.close()
        self.wire.close()

    def open_portal(self, key: str, *, refuses: bool) -> None:
        """A portal at which nobody decides before `order` does; one that refuses turns the first referral down."""
        self.wire.apps[f"/{key}"] = build_portal(self.clock)
        self.order(f"/{key}/_control/reviewer", mode="manual")
        self.order(f"/{key}/_control/limits", writes_per_second=None, reads_per_second=None)
        self.order(f"/{key}/_control/knobs", task_delay_seconds=0)
        if refuses:
            self.order(f"/{key}/_control/faults", operation="CreateOpportunity", kind="validation")

    def order(self, path: str, **wish: object) -> Json:
        """What a control endpoint answers; POST."""
        return self._control("POST", path, json.dumps(wish).encode())

    def look(self, path: str) -> Json:
        """What a control endpoint tells; GET."""
        return self._control("GET", path, b"")

    def change(self, deal: str, **fields: object) -> None:
        """The owner of a deal saves these fields."""
        crm_people.change(self.org, deal, fields)

    def act(self, person: str, gesture: str, **body: object) -> Json:
        """Somebody does something in Slack; what their client answered them."""
        actor = Actor(self.slack, self.slack.state.people[person], f"{BASE}{SLACK}/")
        return driven(GESTURES[gesture](actor, body))

    def join(self, email: str, channel: str | None = None) -> str:
        """A seller of ours has a Slack account; its id."""
        person = self._sellers[email]
        self.slack.state.people[person.id] = person
        if channel is not None:
            self.slack.state.conversations[channel].members.append(person.id)
        return person.id

    def _control(self, method: str, path: str, body: bytes) -> Json:
        head, _, answer = self.wire.ask(Request(method, path, (), body)).partition(b"\r\n\r\n")
        assert b" 200 " in head.split(b"\r\n")[0], (path, answer)
        found: Json = json.loads(answer)
        return found

    def _fill(self, rows: Rows) -> None:
        self.org.forget()
        store = self.org.store
        store.clear()
        with store.transaction():
            for name, found in ({"User": self._staff} | rows).items():
                if found:
                    store.insert(name, found, list(dict.fromkeys(column for row in found for column in row)))


class Delivery:
    """Slack's deliveries to the bot: events in order when asked for, interactions at once."""

    def __init__(self) -> None:
        self.to: Deliver = lambda _kind, _payload: {}
        self.events: deque[Json] = deque()
        self._waiting: deque[Json] = deque()

    def emit(self, payload: Json) -> None:
        """An event, delivered with the next `flush`; but not what the bot itself said, which its way in drops."""
        event = payload["event"]
        if event.get("bot_id") != cast.BOT_ID and event.get("subtype") not in _AFTER_EFFECTS:
            self._waiting.append(payload)

    async def ask(self, kind: str, payload: Json) -> Json:
        """An interaction, and what the bot acknowledged it with."""
        return self.to(kind, payload)

    def flush(self) -> int:
        """Deliver what waits, and what that brings; how many."""
        for done in count():
            if not self._waiting:
                return done
            self.to("events_api", self._waiting.popleft())
        raise AssertionError("unreachable")

    def forget(self) -> None:
        """Deliver nothing of what waits."""
        self._waiting.clear()


class _CountingMint(Mint):
    """Secrets that are counted, as ids are."""

    def secret(self) -> str:
        return self.id("secret")

    def trigger_id(self) -> str:
        return self.id("trigger")

    def hash(self) -> str:
        return self.id("hash")

    def id(self, prefix: str) -> str:
        self._count += 1
        return f"~{prefix}-{self._count:06d}~"


def stamped(days_ago: float, by: str) -> Row:
    """The stamps of a row written a while before the world began."""
    written = stamp(START - timedelta(days=days_ago))
    return {
        "CreatedDate": written,
        "CreatedById": by,
        "LastModifiedDate": written,
        "LastModifiedById": by,
        "SystemModstamp": written,
    }


def _workspace(clock: LabClock) -> Workspace:
    return Workspace(clock, with_sellers=False)


def _slack_app(slack: Workspace) -> Starlette:
    return Starlette(
        routes=[
            Route("/api/{method}", WebApi(slack).endpoint, methods=["GET", "POST"]),
            Route("/hooks/{team}/{secret}", Hooks(slack).endpoint, methods=["POST"]),
            *Control(slack).routes(),
        ]
    )


def _all(org: Org, name: str) -> Sequence[Row]:
    sobject = org.schema.objects[name.lower()]
    columns = ", ".join(f'"{column}"' for column in sobject.names)
    found = org.store.select(f'SELECT {columns} FROM "{name}"')  # noqa: S608 - names come from the schema
    return [dict(zip(sobject.names, row, strict=True)) for row in found]


def partner_people(team: str) -> Sequence[str]:
    """The Slack ids of a partner's people in the cast."""
    return [member.id for member in cast.NAMED if member.team == team]
