"""A whole company in memory: every port a fake, the default configuration, the sandbox's people, and one good deal."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from agents.playbook import PlaybookWriter
from bot.configuration import ConfigFolder, load_configuration
from bot.settings import DEFAULTS
from connectors.sheets import PartnerSheets
from motions.deals import Account, Activity, Contact, Money, Opportunity, OpportunityId, Owner, Stage
from motions.decision_records import ExceptionQuery
from motions.model import Motion, MotionId, MotionState, PartnerKey, Person, Role, Token
from motions.opening import motion_id_of
from motions.policy import Configuration, Policy
from motions.ports import Ports
from motions.proposals import Approval, Proposal
from motions.records import MotionQuery, UnitOfWork
from motions.revisions import InForce
from motions.segments import run_segment
from motions.triggers import read_changes
from sandbox import cast
from tests.fakes.clock import MONDAY, CountingIds, FakeClock
from tests.fakes.crm import FakeCrm, FakeDealFeed, FakeOrg
from tests.fakes.durable import InlineDurable
from tests.fakes.files import FakeFiles
from tests.fakes.grants import share
from tests.fakes.instances import FakeInstances
from tests.fakes.messenger import FakeMessenger
from tests.fakes.people import FakePeople
from tests.fakes.portal import FakePortal
from tests.fakes.signer import FakeSigner
from tests.fakes.store import FakeStore

AWS = PartnerKey("aws")
DEAL = OpportunityId("006000000000001AAA")
CHANNEL = "C0AWSCENT"
SHARED = "C0SHAREDAWS"
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)

SELLER = Person(
    cast.MERIDIAN.id, "U0DARCEL", "Darcel Schlecht", Role.SELLER, "darcel.schlecht@meridian.example", "America/Chicago"
)
STRANGER = Person("T0ELSEWHERE", "U0MALLORY", "Mallory", Role.STRANGER)


def person(member: cast.Member, role: Role, partner: PartnerKey | None = None) -> Person:
    """A member of the sandbox's cast as the bot knows them."""
    return Person(member.team, member.id, member.name, role, member.email, member.tz, partner)


PRIYA = person(cast.PRIYA, Role.ALLIANCE_MANAGER)
TOMAS = person(cast.TOMAS, Role.ALLIANCE_MANAGER)
DANA = person(cast.DANA, Role.OPERATOR)
SAM = person(cast.SAM, Role.ADMIN)
ALEX = person(cast.ALEX, Role.PARTNER, AWS)
JORDAN = person(cast.JORDAN, Role.PARTNER, AWS)
KIM = person(cast.KIM, Role.PARTNER, PartnerKey("northstar"))
EVERYBODY = (PRIYA, TOMAS, DANA, SAM, SELLER, ALEX, JORDAN, KIM)

_GOOD_DEAL = Opportunity(
    id=DEAL,
    name="Acmeco GTX rollout",
    stage=Stage.QUALIFIED,
    stage_name="Engaging",
    is_closed=False,
    is_won=False,
    modified_at=MONDAY - DAY,
    created_at=MONDAY - 30 * DAY,
    owner=Owner("005A", SELLER.name, SELLER.email, "Central"),
    account=Account(
        "001A", "Acmeco", "https://acmeco.example", "technology", 2000, "US", "IL", "Chicago", "60601", "1 Main St"
    ),
    amount=Money(Decimal(54000), "USD"),
    close_date=date(2027, 2, 15),
    kind="New Business",
    product="GTX Plus Pro",
    next_step="Security review",
    description="Acmeco loses orders whenever the old warehouse system stops.",
)


def a_deal(n: int = 1, **changes: Any) -> Opportunity:
    """A deal worth a motion: it scores high for AWS and has everything a referral needs."""
    numbered = replace(_GOOD_DEAL, id=OpportunityId(f"006{n:012d}AAA"))
    return replace(numbered, **changes)


@cache
def default_configuration() -> Configuration:
    """What an operator starts with."""
    return load_configuration(DEFAULTS)


def configuration(**policy: Any) -> Configuration:
    """The default configuration with some numbers of its policy changed."""
    default = default_configuration()
    return default.model_copy(
        update={"policy": Policy.model_validate({**default.policy.model_dump(), **policy})} if policy else {}
    )


@dataclass
class World:
    """The fakes, how they are wired, and what people in this world do."""

    clock: FakeClock
    store: FakeStore
    durable: InlineDurable
    org: FakeOrg
    portal: FakePortal
    messenger: FakeMessenger
    ports: Ports

    def poll(self) -> int:
        """Read the CRM's changes and let everything that follows at once happen."""
        started = read_changes(self.ports)
        self.durable.settle()
        return started

    def change(self, opportunity_id: OpportunityId = DEAL, **changes: Any) -> Opportunity:
        """A person saves a deal, a second after whatever was before; the bot notices at its next read."""
        self.clock.advance(SECOND)
        return self.org.change(opportunity_id, **changes)

    def advance(self, by: timedelta) -> None:
        """Let time pass and everything happen that falls due."""
        self.durable.advance(by)

    def read(self, work: Callable[[UnitOfWork], Any]) -> Any:
        """Look into the store."""
        return self.store.read(work)

    def note(self, **changes: Any) -> None:
        """Set fields of the motion past its rules."""
        with self.store.transaction() as uow:
            uow.motions.note(MOTION, changes)

    def decision(self) -> tuple[Approval, Proposal]:
        """The motion's newest request for a decision."""
        found: tuple[Approval, Proposal] | None = self.read(lambda uow: uow.decisions.latest(MOTION))
        assert found is not None
        return found

    @property
    def motion(self) -> Motion:
        """The motion of the one good deal."""
        found: Motion | None = self.read(lambda uow: uow.motions.get(MOTION))
        assert found is not None
        return found

    @property
    def motions(self) -> list[Motion]:
        """All motions."""
        return list(self.read(lambda uow: uow.motions.find(MotionQuery())))

    @property
    def state(self) -> MotionState:
        """Where the motion of the one good deal stands."""
        return self.motion.state

    @property
    def token(self) -> Token:
        """The button on its newest card."""
        return self.decision()[0].token

    def problems(self, subject: str | None = None) -> list[str]:
        """The codes of the open exceptions, of one subject or of all."""
        items = self.read(lambda uow: uow.exceptions.listing(ExceptionQuery()))
        return [item.code for item in items if subject in {None, item.subject}]

    def events(self, subject: str | None = None) -> list[str]:
        """What the log says happened to a subject (the motion, unless another is named)."""
        return [entry.event for entry in self.read(lambda uow: uow.log.of(subject or MOTION))]

    def configure(self, **policy: Any) -> None:
        """Change numbers of the policy under the running bot."""
        self.use(configuration(**policy))

    def use(self, config: Configuration) -> None:
        """Change the configuration under the running bot."""
        self.ports = replace(self.ports, in_force=InForce(config))


MOTION: MotionId = motion_id_of(DEAL, AWS)


def world(*deals: Opportunity, on: FakeStore | None = None, shares: bool = True, **policy: Any) -> World:
    """A world whose bot has read its baseline; with one good deal and an empty store unless others are given.

    AWS has agreed to what is shared with it, unless told otherwise.
    """
    clock, store = FakeClock(), on or FakeStore()
    org = FakeOrg(clock)
    org.put(deals or (a_deal(),))
    org.contacts[DEAL] = (Contact("003A", "Sue Park", "CIO", "sue@acmeco.example", role="Decision maker"),)
    org.activities[DEAL] = (Activity("00TA", "task", "Call about the warehouse", date(2026, 11, 20)),)
    config = configuration(**policy)
    portal = FakePortal(clock)
    files = FakeFiles()
    messenger = FakeMessenger(clock, rooms_of(config), files=files)
    durable = InlineDurable(store, clock, lambda segment, attempt: run_segment(segment, attempt, made.ports))
    ports = Ports(
        clock=clock,
        ids=CountingIds(),
        store=store,
        durable=durable,
        feed=FakeDealFeed(org, config.partner_names),
        crm=FakeCrm(org),
        portals={portal.key: portal},
        writer=PlaybookWriter(),
        messenger=messenger,
        people=FakePeople(*EVERYBODY),
        signer=FakeSigner(),
        instances=FakeInstances(),
        files=files,
        sheets=PartnerSheets(),
        in_force=InForce(config),
        config_files=ConfigFolder(DEFAULTS),
        deal_url=lambda opportunity_id: f"https://crm.example/{opportunity_id}",
    )
    made = World(clock, store, durable, org, portal, messenger, ports)
    if shares:
        share(ports, ALEX)
    made.poll()
    return made


def rooms_of(config: Configuration) -> dict[str, tuple[PartnerKey, ...]]:
    """The channels the configuration names: ours are internal, a shared one is read by its partner."""
    ours: dict[str, tuple[PartnerKey, ...]] = {row.channel: () for row in config.coverage.rows}
    shared = {p.shared_channel: (p.key,) for p in config.partners if p.shared_channel}
    return {**ours, **shared}
