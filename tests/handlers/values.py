"""Domain values for the handlers' tests: a typical one of each, and what makes it extreme."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from motions.coverage import Coverage, CoverageRow
from motions.deals import Account, Money, Opportunity, OpportunityId, Stage
from motions.desk_surfaces import EVERYTHING, Choices, HomeView, Look, Pile
from motions.effects import Undo
from motions.model import (
    Band,
    ExceptionItem,
    Motion,
    MotionId,
    MotionState,
    PartnerKey,
    Person,
    ProposalId,
    Reason,
    Role,
    Token,
    TriggerId,
)
from motions.partner_surfaces import SharedDeal
from motions.policy import Configuration, Partner, Policy, Rulebook
from motions.proposals import Proposal, ProposalKind, StandingApproval
from motions.referrals import Field, FormField, InputKind, Problem
from motions.surfaces import (
    BesideLine,
    Consequence,
    CrmRequest,
    HandoffMessage,
    Milestone,
    MotionCard,
    QueueLine,
)
from sandbox import cast

NOW = datetime(2026, 11, 21, 15, 30, tzinfo=UTC)
AWS = PartnerKey("aws")
TOKEN = Token("q3xN7Jr0kq2c8fVY1mZ9hA")

LONG = "Consolidated Amalgamated Holdings of Greater Springfield " * 5
RTL = "شركة الأمل للتجارة المحدودة"
EMOJI = "🚀" * 255
HOSTILE = (
    "<!channel> <@U0PRIYA> <https://evil.example|pay here> @here & <b> \u202eevil\u202c zero\u200bwidth *bold* "
    "`code` https://bare.example \x00\x07\n> quoted\n*Approved by Priya Raman*"
)
EXTREMES = {
    "typical": "Acmeco",
    "long": LONG[:255],
    "unbroken": "A" * 255,
    "rtl": RTL,
    "emoji": EMOJI,
    "hostile": HOSTILE,
    "all entities": "&<>" * 85,
    "blank": "\u200b \u2060",
}


def motion(name: str = "Acmeco", **changes: object) -> Motion:
    typical = Motion(
        id=MotionId("m1"),
        opportunity_id=OpportunityId("006xx0000000001AAA"),
        partner=AWS,
        state=MotionState.AWAITING,
        epoch=3,
        trigger_id=TriggerId("t1"),
        triggered_at=NOW,
        seen_at=NOW,
        matched_at=NOW,
        band=Band.HIGH,
        score=72,
        reasons=(
            Reason(f"{name} runs on AWS today", 0.7, "signal 1"),
            Reason("Deals like this close twice as often with AWS", 0.5, "rates"),
            Reason("The amount is below what AWS usually takes", -0.2, "rule r3"),
        ),
        rule_version="rules 3f2a",
        channel="C0AWSCENT",
        manager_email=cast.PRIYA.email,
        seller_email="darcel.schlecht@meridian.example",
        deal_name=f"{name} GTX Plus",
        account_name=name,
        next_act="approve, edit or deny the referral",
        brief=f"{name} is a retailer in Kenya. The deal stands at Proposal with USD 125,000.",
        brief_by="playbook v1 (no AI model configured)",
        missing=("close date",),
    )
    return replace(typical, **changes)  # type: ignore[arg-type]  # tests name fields of Motion


def form(name: str = "Acmeco") -> tuple[FormField, ...]:
    return (
        FormField(Field.TITLE, "Title", f"{name} GTX Plus", InputKind.TEXT),
        FormField(Field.CUSTOMER, "Customer", name, InputKind.TEXT),
        FormField(Field.INDUSTRY, "Industry", "Retail", InputKind.CHOICE, ("Retail", "Software and Internet")),
        FormField(
            Field.PROBLEM,
            "Business problem",
            f"{name} needs stock in every shop.\nToday it has none.",
            InputKind.LONG_TEXT,
        ),
        FormField(Field.MONTHLY_SPEND, "Expected monthly spend", "3125.00", InputKind.NUMBER, (), "30% of USD 125,000"),
        FormField(Field.CLOSE_DATE, "Close date", "2027-03-31", InputKind.DATE),
        FormField(Field.WEBSITE, "Website", None, InputKind.TEXT),
    )


def problem(field: Field | None = Field.WEBSITE, name: str = "") -> Problem:
    return Problem(field, "missing", f"The website is missing.{name}", "Type the customer's website.")


def proposal(
    name: str = "Acmeco", *, problems: tuple[Problem, ...] = (), lines: tuple[FormField, ...] = ()
) -> Proposal:
    handoff = {
        "channel": "C0SHAREDAWS",
        "text": f"We would like to work {name} with you.",
        "written_by": "playbook v1",
        "fields": [["Customer", name], ["Country", "KE"]],
        "next_step": "Intro call",
        "owner": "Darcel Schlecht",
    }
    return Proposal(
        id=ProposalId("p1"),
        motion_id=MotionId("m1"),
        kind=ProposalKind.FILE_REFERRAL,
        destination="aws",
        audience=AWS,
        payload={"file": {"Title": name}, "handoff": handoff},
        form=lines or form(name),
        problems=problems,
        schema_version="2026-11",
        policy_version="1",
        answers={},
        created_at=NOW,
    )


def consequences(name: str = "AWS") -> tuple[Consequence, ...]:
    return (
        Consequence(f"Files this referral with {name}", Undo.FINAL, "it can only be closed as lost"),
        Consequence("Keeps cosell's own fields in the CRM up to date", Undo.REVERSIBLE, "they can be set back"),
        Consequence(f"Posts the words above to {name}'s seller", Undo.COMPENSABLE, "they may have been read"),
    )


def crm_request(name: str = "Acmeco") -> CrmRequest:
    fields = (("status", "Matched"), ("partners", "AWS"), ("rationale", f"{name} runs on AWS today"), ("score", "52"))
    return CrmRequest(Token("crm-token"), fields)


def standing(name: str = "Priya Raman", **changes: object) -> StandingApproval:
    given = StandingApproval(
        token=Token("standing-token"),
        play="co-sell",
        partner=AWS,
        up_to=Money(Decimal(250000), "EUR"),
        until=date(2026, 12, 31),
        policy_version="1",
        given_by="T0MERIDIAN/U0PRIYA",
        given_name=name,
        given_email=cast.PRIYA.email,
        seal="ab" * 32,
        asked_at=NOW,
        given_at=NOW,
    )
    return replace(given, **changes)  # type: ignore[arg-type]  # tests name fields of StandingApproval


def exception(name: str = "Acmeco") -> ExceptionItem:
    return ExceptionItem(
        id="e1",
        subject="m1",
        opportunity_id=OpportunityId("006xx0000000001AAA"),
        code="portal-refused",
        reason=f"The portal refused {name}.",
        next_act="fix the address in the CRM",
        owner=cast.DANA.email,
        opened_at=NOW,
    )


def card(name: str = "Acmeco", **changes: object) -> MotionCard:
    typical = MotionCard(
        motion=motion(name),
        partner_name="AWS",
        deal_facts=(
            ("Amount", "USD 125,000.00"),
            ("Stage", "Proposal"),
            ("Seller", "Darcel Schlecht"),
            ("Account", name),
        ),
        deal_url="https://meridian.example/lightning/r/Opportunity/006xx0000000001AAA/view",
        manager_slack_id=None,
        proposal=proposal(name),
        token=TOKEN,
        expires_at=NOW + timedelta(days=5),
        milestones=(Milestone("Changed by Priya Raman", NOW),),
        problems=(),
        consequences=consequences(),
    )
    return replace(typical, **changes)  # type: ignore[arg-type]  # tests name fields of MotionCard


def shared_deal(name: str = "Acmeco") -> SharedDeal:
    return SharedDeal(
        token=TOKEN,
        title=name,
        standing="Waits for one of you.",
        text=f"{name} wants to leave its data centre.",
        written_by="playbook v1",
        fields=(("Customer", name), ("Country", "US")),
        next_step="Intro call",
        owner_name="Darcel Schlecht",
        proposed=name,
    )


def handoff(name: str = "Acmeco", **changes: object) -> HandoffMessage:
    typical = HandoffMessage(
        partner_name="AWS",
        recipient_slack_id=cast.ALEX.id,
        recipient_name=cast.ALEX.name,
        text=f"We would like to work {name} with you.",
        written_by="playbook v1",
        fields=(("Customer", name), ("Country", "KE")),
        next_step="Intro call between Darcel Schlecht and the AWS account team",
        owner_name="Darcel Schlecht",
        due="2026-11-26",
        token=TOKEN,
    )
    return replace(typical, **changes)  # type: ignore[arg-type]  # tests name fields of HandoffMessage


def line(name: str = "Acmeco", link: str | None = "https://meridian.example/006") -> QueueLine:
    return QueueLine(motion(name), "AWS", "your decision", NOW, link)


def beside(name: str = "Acmeco") -> BesideLine:
    return BesideLine(f"{name}: Freight, a deal AWS brings", "accept or reject it, 12 days left", NOW, "C0AWSCENT")


def choices(name: str = "EMEA") -> Choices:
    """More than one of everything to narrow a desk to."""
    named = ((name[:149], name), ("EMEA", "EMEA"), *((f"r{n}", f"Region {n}") for n in range(120)))
    return Choices((("aws", "AWS"), ("northstar", name)), named, named, named)


def home_view(name: str = "Acmeco", count: int = 3, look: Look = EVERYTHING) -> HomeView:
    """A desk with as many of everything; of a list looked at alone, a page."""
    lines = tuple(line(name) for _ in range(count))
    items = tuple(exception(name) for _ in range(count))
    return HomeView(
        name="Priya Raman",
        role=Role.ALLIANCE_MANAGER,
        to_decide=lines,
        under_way=lines,
        going_cold=lines,
        exceptions=items,
        counts=tuple((state, count) for state in MotionState),
        beside=tuple(beside(name) for _ in range(count)),
        look=look,
        totals=dict.fromkeys(Pile, count),
        held=tuple(name for _ in range(count)),
    )


def deal(name: str = "Acmeco") -> Opportunity:
    return Opportunity(
        id=OpportunityId("006xx0000000001AAA"),
        name=f"{name} GTX Plus",
        stage=Stage.PROPOSAL,
        stage_name="Proposal/Price Quote",
        is_closed=False,
        is_won=False,
        modified_at=NOW,
        created_at=NOW,
        account=Account("001xx", name),
        amount=Money(Decimal("125000.00"), "USD"),
        close_date=date(2027, 3, 31),
    )


def person(role: Role = Role.ALLIANCE_MANAGER) -> Person:
    match role:
        case Role.PARTNER:
            return Person(cast.AWS.id, cast.ALEX.id, cast.ALEX.name, role, cast.ALEX.email, cast.ALEX.tz, AWS)
        case Role.STRANGER:
            return Person("T0ELSEWHERE", "U0NOBODY", "somebody", role)
        case _:
            return Person(cast.MERIDIAN.id, cast.PRIYA.id, cast.PRIYA.name, role, cast.PRIYA.email, cast.PRIYA.tz)


def configuration() -> Configuration:
    central = CoverageRow(partner=AWS, channel="C0AWSCENT", manager=cast.PRIYA.email, backup=cast.TOMAS.email)
    return Configuration(
        policy=Policy(version="1", autonomy={}),
        partners=(
            Partner(key=AWS, name="AWS", portal="aws", team_ids=(cast.AWS.id,), shared_channel="C0SHAREDAWS"),
            Partner(key=PartnerKey("northstar"), name="Northstar", team_ids=(cast.NORTHSTAR.id,)),
        ),
        coverage=Coverage(rows=(central,), operators=(cast.DANA.email,), admins=(cast.SAM.email,)),
        rulebook=Rulebook(rules=()),
    )
