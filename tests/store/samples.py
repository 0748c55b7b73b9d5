"""Values for the store's tests: each complete, each field different, any of them changed by keyword."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from motions.deals import Account, CosellFields, Money, Opportunity, OpportunityId, Owner, Stage
from motions.effects import Effect, EffectStatus, Recovery, Stop, Undo
from motions.model import (
    Band,
    EffectKey,
    ExceptionItem,
    FieldChange,
    Match,
    MessageRef,
    Motion,
    MotionId,
    MotionState,
    PartnerKey,
    PartnerScore,
    Person,
    ProposalId,
    Reason,
    Role,
    Token,
    Trigger,
    TriggerId,
    TriggerKind,
)
from motions.proposals import Approval, Proposal, ProposalKind, StandingApproval
from motions.records import Envelope, LogEntry
from motions.referrals import Field, FormField, InputKind, Problem

NOW = datetime(2026, 3, 2, 9, 30, 15, 123456, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
PRIYA = Person("T1", "U7", "Priya Raman", Role.ALLIANCE_MANAGER, "priya@acme.example")

_REASON = Reason("Won 14 of 20 with AWS", 0.7, "20 closed deals")
_SCORE = PartnerScore(PartnerKey("aws"), 81, Band.HIGH, (_REASON,), 20)

_DEAL = Opportunity(
    id=OpportunityId("006000000000001AAA"),
    name="Umbrella renewal",
    stage=Stage.PROPOSAL,
    stage_name="Proposal/Price Quote",
    is_closed=False,
    is_won=False,
    modified_at=NOW,
    created_at=NOW - timedelta(days=30),
    modified_by="005P",
    owner=Owner("005O", "Sam Seller", "sam@acme.example", "EMEA"),
    account=Account("001A", "Umbrella GmbH", "umbrella.example", "Biotech", 1200, "DE", None, "Köln", "50667", "Dom 1"),
    amount=Money(Decimal("0.10"), "EUR"),
    close_date=date(2026, 6, 30),
    kind="New Business",
    product="Lakehouse",
    next_step="Call",
    description="Data is slow.",
    cosell=CosellFields(status="in review"),
)

_MOTION = Motion(
    id=MotionId("m1"),
    opportunity_id=_DEAL.id,
    partner=PartnerKey("aws"),
    state=MotionState.AWAITING,
    epoch=3,
    trigger_id=TriggerId("t1"),
    triggered_at=NOW - 3 * MINUTE,
    seen_at=NOW - 2 * MINUTE,
    matched_at=NOW - MINUTE,
    band=Band.HIGH,
    score=81,
    reasons=(_REASON,),
    rule_version="3f2a",
    channel="C1",
    manager_email="priya@acme.example",
    seller_email="sam@acme.example",
    deal_name=_DEAL.name,
    account_name="Umbrella GmbH",
    next_act="Priya decides",
)

_PROPOSAL = Proposal(
    id=ProposalId("p1"),
    motion_id=_MOTION.id,
    kind=ProposalKind.FILE_REFERRAL,
    destination="aws",
    audience=PartnerKey("aws"),
    payload={"Project": {"Title": "Größe", "Spend": ["0.10", 7, True, None]}, "A": "line\nbreak"},
    form=(
        FormField(Field.TITLE, "Title", "Umbrella", InputKind.TEXT),
        FormField(Field.STATE, "State", None, InputKind.CHOICE, ("a", "b"), "why"),
    ),
    problems=(Problem(Field.STATE, "missing", "No state", "Choose one"), Problem(None, "odd", "Odd", "Look")),
    schema_version="2024-07",
    policy_version="7",
    answers={"title": "Umbrella"},
    created_at=NOW,
    edited_by="T1/U7",
)

_APPROVAL = Approval(
    token=Token("k1"),
    proposal_id=_PROPOSAL.id,
    motion_id=_MOTION.id,
    epoch=3,
    seal=_PROPOSAL.seal,
    expires_at=NOW + timedelta(days=5),
)

_STANDING = StandingApproval(
    token=Token("s1"),
    play="co-sell",
    partner=PartnerKey("aws"),
    up_to=Money(Decimal("250000.50"), "EUR"),
    until=date(2026, 12, 31),
    policy_version="7",
    given_by=PRIYA.key,
    given_name=PRIYA.name,
    given_email="priya@acme.example",
    seal="cd" * 32,
    asked_at=NOW,
)

_EFFECT = Effect(
    key=EffectKey("m1:file.create"),
    subject="m1",
    kind="aws.create",
    destination="aws",
    audience="aws",
    payload={"ClientToken": "x", "n": 3},
    sha256="ab" * 32,
    policy_version="7",
    undo=Undo.FINAL,
    recovery=Recovery.LOOK_UP,
    status=EffectStatus.INTENT,
    first_started_at=NOW,
    lease_until=NOW + MINUTE,
)

_EXCEPTION = ExceptionItem(
    id="x1",
    subject="m1",
    opportunity_id=_DEAL.id,
    code="portal-refused",
    reason="No website",
    next_act="Add the website",
    owner="ola@acme.example",
    opened_at=NOW,
)

_TRIGGER = Trigger(
    id=TriggerId("t1"),
    opportunity_id=_DEAL.id,
    kind=TriggerKind.CRM_CHANGE,
    source_at=NOW - MINUTE,
    seen_at=NOW,
    changes=(FieldChange("stage_name", "Demo", "Proposal"), FieldChange("amount", None, "1")),
)


def a_deal(number: int = 1, **changes: Any) -> Opportunity:
    return replace(_DEAL, **{"id": f"006{number:012}AAA", **changes})


def a_trigger(**changes: Any) -> Trigger:
    return replace(_TRIGGER, **changes)


def a_match(**changes: Any) -> Match:
    return replace(Match(_DEAL.id, _TRIGGER.id, (_SCORE,), "3f2a", NOW), **changes)


def ranked(band: Band) -> tuple[PartnerScore, ...]:
    return (replace(_SCORE, excluded_because="tier"), replace(_SCORE, band=band))


def a_motion(motion_id: str = "m1", **changes: Any) -> Motion:
    return replace(_MOTION, **{"id": motion_id, **changes})


def a_full_motion() -> Motion:
    """Every optional field filled."""
    return replace(
        _MOTION,
        first_at=NOW,
        approved_at=NOW + MINUTE,
        asked_at=NOW + 2 * MINUTE,
        logged_at=NOW + 3 * MINUTE,
        due_at=NOW + 4 * MINUTE,
        card=MessageRef("C1", "1.000100"),
        handoff=MessageRef("C2", "2.000200"),
        handoff_token=Token("h1"),
        brief="Umbrella is slow.",
        brief_by="playbook v1",
        missing=("website", "contacts"),
        referral_id="O123",
        partner_stage="Qualified",
        pam="Ada",
        next_step="Call",
        nudges=2,
        updated_at=NOW,
    )


def a_decision(number: int = 1, **changes: Any) -> tuple[Proposal, Approval]:
    """A proposal with its request; `changes` are of the request."""
    proposal = replace(_PROPOSAL, id=ProposalId(f"p{number}"))
    return proposal, replace(_APPROVAL, **{"token": f"k{number}", "proposal_id": proposal.id, **changes})


def a_standing(**changes: Any) -> StandingApproval:
    return replace(_STANDING, **changes)


def a_stop(**changes: Any) -> Stop:
    return replace(Stop(is_on=True, by_name="Dana Whitfield", at=NOW, reason="wrong price list"), **changes)


def an_effect(**changes: Any) -> Effect:
    return replace(_EFFECT, **changes)


def an_envelope(key: str = "e1", **changes: Any) -> Envelope:
    return replace(Envelope(key=key, kind="event", payload="{}", received_at=NOW), **changes)


def an_exception(**changes: Any) -> ExceptionItem:
    return replace(_EXCEPTION, **changes)


def an_entry(event: str = "motion.opened", subject: str = "m1", **detail: object) -> LogEntry:
    return LogEntry(at=NOW, event=event, subject=subject, actor="rules 3f2a", detail=detail)
