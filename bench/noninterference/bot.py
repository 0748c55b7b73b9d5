"""The real bot in one world: its use cases, listeners, connectors and writer, wired as in production but for time.

What is other than in production: the engine runs everything at once on this thread, the store is in memory (the one
that passes the store's contract), ids are counted, nobody paces, and HTTP goes over `wire`.
"""

import json
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, TypeVar
from urllib.parse import urlencode

from starlette.applications import Starlette

from agents.claude import ClaudeWriter, connect
from agents.playbook import PlaybookWriter
from bench.noninterference.clock import LabClock, Nonces
from bench.noninterference.outside import CRM, MODEL, PORTALS, SLACK, Json, Outside
from bench.noninterference.wire import BASE, Request
from bot.configuration import ConfigFolder
from bot.jobs import Job
from bot.keys import FileKeys
from bot.schedule import Schedule
from bot.settings import DEFAULTS
from bot.use_cases import use_cases
from connectors.aws.client import AwsClient
from connectors.aws.client import Pacer as PortalPacer
from connectors.aws.client import connect as open_wire
from connectors.aws.portal import AwsPortal
from connectors.salesforce.client import SalesforceGateway, open_gateway
from connectors.salesforce.feed import SalesforceFeed
from connectors.salesforce.fields import FieldMap
from connectors.salesforce.origins import origins_of
from connectors.salesforce.records import SalesforceCrm
from connectors.sheets import PartnerSheets
from handlers import listeners
from handlers.audiences import Audiences
from handlers.channels import SlackMessenger, web_client
from handlers.desk import Desk, Identity
from handlers.directory import Directory
from handlers.files import SlackFiles
from handlers.pacing import Pacer
from handlers.people import SlackPeople
from handlers.web import slack_route
from motions.policy import Configuration
from motions.ports import Ports
from motions.records import UnitOfWork
from motions.revisions import InForce
from motions.segments import run_segment
from motions.triggers import read_changes
from motions.writing import BriefFacts, Text
from sandbox import cast
from sandbox.slack.http_delivery import signature
from tests.fakes.durable import InlineDurable
from tests.fakes.instances import FakeInstances
from tests.fakes.store import FakeStore, FakeUnitOfWork

T = TypeVar("T")

SECRET = "of the sandbox"  # noqa: S105 - signs deliveries to this process alone
MODEL_NAME = "claude-haiku-5-5"
US = Identity(cast.MERIDIAN.id, cast.BOT_USER_ID, cast.BOT_ID, cast.APP_ID)
_OK = 200


@dataclass
class Clients:
    """What is slow to open and keeps nothing of a world."""

    crm: SalesforceGateway
    portals: dict[str, Any]  # boto3 makes its clients' classes as it goes
    model: Any
    keys: FileKeys

    def close(self) -> None:
        """Let go of the connections."""
        self.model.close()
        for portal in self.portals.values():
            portal.close()


def open_clients(clock: LabClock, keys: Path) -> Clients:
    """Once for each process; makes no call."""
    gateway = open_gateway(
        domain="meridian.my",
        consumer_key="sandbox-consumer-key",
        consumer_secret="sandbox-consumer-secret",  # noqa: S106 - opens nothing but the sandbox
        emulator_url=f"{BASE}{CRM}",
        sleep=_never,
        monotonic=clock.monotonic,
    )
    portals = {
        key: open_wire(endpoint_url=f"{BASE}/{key}", access_key_id="sandbox", secret_access_key="sandbox")  # noqa: S106 - the same
        for key in PORTALS
    }
    return Clients(gateway, portals, connect(api_key="sandbox", base_url=f"{BASE}{MODEL}"), FileKeys(keys))


class Bot:
    """One world's bot."""

    latest: "ClassVar[Bot | None]" = None  # for mistakes that are planted, and look around

    def __init__(self, outside: Outside, clients: Clients, config: Configuration, *, is_brief_written: bool) -> None:
        Bot.latest, clock = self, outside.clock
        self.store = LabStore()
        self.durable = InlineDurable(self.store, clock, lambda segment, n: run_segment(segment, n, self.ports))
        client = web_client(cast.BOT_TOKEN, f"{BASE}{SLACK}/api/")
        directory, pacer = Directory(client, clock.monotonic), Pacer(clock.monotonic)
        in_force = InForce(config)
        people = SlackPeople(directory, in_force, US)
        messenger = SlackMessenger(client, US, Audiences(client, in_force, US, directory, pacer), pacer)
        fields = FieldMap()
        self.ports = Ports(
            clock=clock,
            ids=Nonces(),
            store=self.store,
            durable=self.durable,
            feed=SalesforceFeed(clients.crm, fields, lambda: config.partner_names),
            crm=SalesforceCrm(clients.crm, fields),
            portals={key: _portal(boto, clock) for key, boto in clients.portals.items()},
            writer=(ClaudeWriter if is_brief_written else LowWriter)(
                clients.model, MODEL_NAME, monotonic=clock.monotonic
            ),
            messenger=messenger,
            people=people,
            signer=clients.keys,
            instances=FakeInstances(),
            files=SlackFiles(client),
            sheets=PartnerSheets(),
            in_force=in_force,
            config_files=ConfigFolder(DEFAULTS),
            deal_url=lambda deal: f"https://meridian.my.salesforce.com/lightning/r/Opportunity/{deal}/view",
            origins=origins_of(fields),
        )
        bolt = listeners.build_bolt(client, US, signing_secret=SECRET)
        desk = Desk(US, people, messenger, self.store, clock, {"": _Inline(), "view_submission": _Inline()})
        self.workers = listeners.register(bolt, use_cases(self.ports), desk)
        self._door = Starlette(routes=[slack_route(bolt)])
        self._wire = outside.wire
        self._wire.apps["/bot"] = self._door
        outside.delivery.to = self.hear

    @cached_property
    def jobs(self) -> Mapping[str, Job]:
        """The regular jobs, run by hand."""
        return Schedule(self.ports, 5.0, lambda _age: 0, self.workers.replay).jobs

    def poll(self) -> None:
        """Read the CRM's changes, and let everything that follows at once happen."""
        read_changes(self.ports)
        self.durable.settle()

    def hear(self, kind: str, payload: Json) -> Json:
        """What Slack delivers, signed; what is acknowledged."""
        content, body = _encoded(kind, payload)
        stamp = str(int(time.time()))  # a signature is judged against real time
        headers = (
            ("content-type", content),
            ("x-slack-request-timestamp", stamp),
            ("x-slack-signature", signature(SECRET, stamp, body)),
        )
        head, _, answer = self._wire.ask(Request("POST", "/bot/slack/events", headers, body.encode())).partition(
            b"\r\n\r\n"
        )
        assert f" {_OK} ".encode() in head.split(b"\r\n")[0], (head, payload)
        said = json.loads(answer) if b"application/json" in head and answer else {}
        return said if isinstance(said, dict) else {}


class LowWriter(ClaudeWriter):
    """Writes what partners read with the model, and what only our own people read without it, as most worlds do."""

    def brief(self, facts: BriefFacts) -> Text:
        """The playbook's."""
        return PlaybookWriter().brief(facts)


class LabStore(FakeStore):
    """The store in memory, which trusts its readers: most of a world's time would go into copies for them."""

    def read(self, work: Callable[[UnitOfWork], T]) -> T:
        """What `work` reads, of the rows themselves."""
        with self._alone():
            return self.peek(work)

    def peek(self, work: Callable[[UnitOfWork], T]) -> T:
        """The same from beside, in the middle of a transaction too."""
        return work(FakeUnitOfWork(self._rows))


class _Inline(Executor):
    """A worker that has done its work before it is handed over."""

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> "Future[T]":
        done: Future[T] = Future()
        done.set_result(fn(*args, **kwargs))
        return done


def _portal(boto: Any, clock: LabClock) -> AwsPortal:
    pacer = PortalPacer(0, sleep=_never, monotonic=clock.monotonic)
    return AwsPortal(AwsClient(boto, catalog="AWS", pacer=pacer), clock)


def _encoded(kind: str, payload: Json) -> tuple[str, str]:
    if kind == "events_api":
        return "application/json", json.dumps(payload)
    form = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
    return "application/x-www-form-urlencoded", urlencode(form)


def _never(_seconds: float) -> None:
    """Nobody waits: time stands still until the script moves it."""
