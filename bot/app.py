"""The wiring: from settings to running pieces, read top to bottom."""

import logging
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from pydantic import SecretStr
from slack_bolt import App
from slack_sdk import WebClient
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from agents.playbook import PlaybookWriter
from agents.writers import open_writer
from bot.aws_events import aws_pull
from bot.clock import RandomIds, open_clock
from bot.configuration import ConfigFolder
from bot.door import Door
from bot.durable import DurableEngine
from bot.keys import FileKeys
from bot.metrics import Metrics
from bot.patience import patiently
from bot.portals import Portals, config_files, open_portals, portal_routes
from bot.probes import probe_routes
from bot.processes import Presence, be_present
from bot.readiness import Readiness
from bot.schedule import Schedule
from bot.settings import Settings
from bot.use_cases import use_cases
from connectors.instances import HttpInstances
from connectors.salesforce.client import SalesforceGateway, open_gateway
from connectors.salesforce.feed import SalesforceFeed
from connectors.salesforce.fields import FieldMap
from connectors.salesforce.origins import origins_of
from connectors.salesforce.records import SalesforceCrm
from connectors.sheets import PartnerSheets
from handlers import alerts, listeners, sockets
from handlers.channels import SlackMessenger, open_messenger, web_client
from handlers.desk import Desk, Identity, whoami
from handlers.directory import Directory
from handlers.files import SlackFiles
from handlers.instances import instance_route
from handlers.people import SlackPeople
from handlers.web import slack_route
from handlers.workers import Workers
from motions import configuring, doubting, granting, instance_hearing, sweeping, triggers
from motions.correlation import working_on
from motions.deals import OpportunityId
from motions.ports import Clock, Ports
from motions.records import Segment
from motions.revisions import InForce
from motions.segments import run_segment
from store.engine import open_engine, usable
from store.figures import Figures
from store.migrate import upgrade
from store.watch import watch

if TYPE_CHECKING:
    from agents.drafting import DraftWriter

log = logging.getLogger(__name__)

DRAIN_SECONDS = 15
AT_EVERY_START = 1000  # what ended as often as it may begins once more: its cause may have been mended


@dataclass
class Bot:
    """The running pieces, and the order in which they start and stop."""

    settings: Settings
    ports: Ports
    durable: DurableEngine
    presence: Presence
    writer: "PlaybookWriter | DraftWriter"
    schedule: Schedule
    bolt: App
    workers: Workers
    web: Starlette
    door: Door
    socket_mode: sockets.Socket | None
    readiness: Readiness
    metrics: Metrics

    def start(self, lost: Callable[[], None]) -> None:
        """Recover what was under way, then listen, then let time run. Raises StoreUnusable, ConnectorError."""
        logging.getLogger().addHandler(self.metrics.handler)
        doubtful = doubting.look_back(self.ports)
        with usable():
            self.durable.launch(partial(_run, self.ports))
        doubting.go_on(self.ports, doubtful)
        sweeping.restart_failed(self.ports, at_most=AT_EVERY_START)
        granting.tend(self.ports)
        self.readiness.is_launched = True
        self.presence.watch(self.durable.recover_from, self.durable.executors_with_work, lost)
        self.door.serve(self.web)
        if self.socket_mode is not None:
            patiently(partial(sockets.listen, self.socket_mode))
        self.schedule.start()
        log.info("bot.started executor=%s writer=%s", self.presence.executor_id, self.ports.writer.name)

    def stop(self) -> None:
        """Take nothing new, let what runs finish, leave the rest for the next start."""
        self.readiness.is_launched = False
        self.schedule.stop()
        if self.socket_mode is not None:
            sockets.hang_up(self.socket_mode, DRAIN_SECONDS)
        self.door.close()
        self.workers.stop(DRAIN_SECONDS)
        self.durable.stop(DRAIN_SECONDS)
        self.writer.close()
        if isinstance(self.ports.portals, Portals):
            self.ports.portals.close()
        self.presence.leave()
        log.info("bot.stopped")
        logging.getLogger().removeHandler(self.metrics.handler)


def build(settings: Settings) -> Bot:
    """Everything, wired; port, lock and database are given back when it raises.

    Raises SettingsError, UserMistake (a file is wrong), StoreUnusable, AlreadyRunningError, ConnectorError (no Slack).
    """
    with ExitStack() as undo:
        bot = _wired(settings, undo)
        undo.pop_all()
    return bot


def _wired(settings: Settings, undo: ExitStack) -> Bot:
    door = Door(settings.cosell_host, settings.cosell_port)
    undo.callback(door.close)
    clock = open_clock(settings.cosell_clock_url)

    engine = open_engine(settings.cosell_database_url)
    undo.callback(engine.dispose)
    presence = be_present(settings.cosell_database_url)
    undo.callback(presence.leave)
    upgrade(engine)
    with usable():
        durable = DurableEngine(engine, settings.cosell_database_url, presence.executor_id)
    undo.callback(durable.stop, 0)
    files = config_files(settings)
    standing = durable.read(partial(configuring.in_force, files))
    if standing.number:
        log.info(
            "configuration.of-the-store number=%d; %s is read by `cosell config import` only",
            standing.number,
            files.folder,
        )

    client = slack_client(settings)
    us = patiently(lambda: whoami(client))
    directory = Directory(client)
    people = SlackPeople(directory, standing, us)
    writer, messenger = _writer(settings), open_messenger(client, standing, us, directory)
    ports = _ports(settings, standing, files, durable, client, messenger, people, writer, clock)

    bolt = listeners.build_bolt(client, us, signing_secret=_secret(settings.slack_signing_secret) or "")
    workers = listeners.register(bolt, use_cases(ports), _desk(settings, us, people, ports))
    socket_mode = sockets.Socket(bolt, app_token) if (app_token := _secret(settings.slack_app_token)) else None
    schedule = _schedule(settings, ports, partial(_forget, durable, clock), workers)
    metrics = Metrics(Figures(engine), schedule.jobs, clock)
    readiness = Readiness(
        read_store=lambda: ports.durable.read(lambda uow: uow.deals.watermark(triggers.FEED)),
        database=watch(engine),
        is_connected=socket_mode.client.is_connected if socket_mode else None,
        crm=schedule.jobs["crm.poll"],
        poll_seconds=settings.cosell_poll_seconds,
        clock=clock,
    )
    return Bot(
        settings=settings,
        ports=ports,
        durable=durable,
        presence=presence,
        writer=writer,
        schedule=schedule,
        bolt=bolt,
        workers=workers,
        web=_web(
            settings, ports, bolt, [*portal_routes(settings, ports, schedule.run), *probe_routes(readiness, metrics)]
        ),
        door=door,
        socket_mode=socket_mode,
        readiness=readiness,
        metrics=metrics,
    )


def _desk(settings: Settings, us: Identity, people: SlackPeople, ports: Ports) -> Desk:
    """What listeners need besides use cases, and what the app may do at Slack, which does not tell it."""
    objects, agent = settings.slack_work_objects, settings.slack_agent
    return Desk(us, people, ports.messenger, ports.store, ports.clock, has_work_objects=objects, is_agent=agent)


def _writer(settings: Settings) -> "PlaybookWriter | DraftWriter":
    return open_writer(
        api_key=_secret(settings.anthropic_api_key),
        base_url=settings.anthropic_base_url,
        model=settings.cosell_model,
        elsewhere=settings.writer_elsewhere,
    )


def _ports(
    settings: Settings,
    standing: InForce,
    files: ConfigFolder,
    durable: DurableEngine,
    client: WebClient,
    messenger: SlackMessenger,
    people: SlackPeople,
    writer: "PlaybookWriter | DraftWriter",
    clock: Clock,
) -> Ports:
    gateway = crm_gateway(settings)
    fields = FieldMap()
    return Ports(
        clock=clock,
        ids=RandomIds(),
        store=durable.store,
        durable=durable,
        feed=SalesforceFeed(gateway, fields, lambda: standing.config.partner_names),
        crm=SalesforceCrm(gateway, fields),
        portals=open_portals(settings, standing.config, clock),
        writer=writer,
        messenger=messenger,
        people=people,
        signer=FileKeys(settings.keys_folder),
        instances=HttpInstances(),
        files=SlackFiles(client),
        sheets=PartnerSheets(),
        in_force=standing,
        config_files=files,
        deal_url=partial(_deal_url, settings),
        origins=origins_of(fields),
    )


def slack_client(settings: Settings) -> WebClient:
    """The Web API as our bot user."""
    return web_client(_secret(settings.slack_bot_token) or "", settings.slack_api_url)


def crm_gateway(settings: Settings) -> SalesforceGateway:
    """The CRM as our integration user; nothing is called yet."""
    return open_gateway(
        domain=settings.sf_domain or "",
        consumer_key=settings.sf_consumer_key or "",
        consumer_secret=_secret(settings.sf_consumer_secret),
        private_key=settings.sf_private_key,
        username=settings.sf_username,
        emulator_url=settings.sf_emulator_url,
    )


def _run(ports: Ports, segment: Segment, attempt: int) -> None:
    with working_on(segment.id):
        run_segment(segment, attempt, ports)


def _forget(durable: DurableEngine, clock: Clock, age: timedelta) -> int:
    return durable.forget_before(clock.now() - age)


def _schedule(settings: Settings, ports: Ports, forget: Callable[[timedelta], int], workers: Workers) -> Schedule:
    def pull(made: Schedule) -> Callable[[], int] | None:
        return aws_pull(settings, ports, made.run)

    return Schedule(ports, settings.cosell_poll_seconds, forget, workers.replay, pull)


def _web(settings: Settings, ports: Ports, bolt: App, more: Sequence[BaseRoute]) -> Starlette:
    secret = _secret(settings.cosell_alert_secret)
    heard = (
        alerts.Alerts(partial(triggers.receive_alert, ports=ports), ports.store, ports.clock, secret)
        if secret
        else None
    )
    slack = [slack_route(bolt)] if settings.slack_signing_secret else []
    instances = instance_route(partial(instance_hearing.hear, ports=ports))
    return alerts.build_app(heard, [*slack, instances, *more])


def _deal_url(settings: Settings, opportunity_id: OpportunityId) -> str:
    return f"https://{settings.sf_domain}.salesforce.com/lightning/r/Opportunity/{opportunity_id}/view"


def _secret(value: SecretStr | None) -> str | None:
    return value.get_secret_value() if value is not None else None
