"""What keeping a filed referral in step rests on: a portal that takes changes, what was approved, how far it is.

How far it is stands in the motion's log: what both sides were last agreed on, and what waits for the partner's
decision. `syncing` does the work; this refuses to know when it is done.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any, Protocol, runtime_checkable

from motions.deals import Opportunity, Stage
from motions.effects import Effect
from motions.endorsing import DEAL
from motions.merging import KEPT, SENDS, Agreed, Direction
from motions.model import Motion, MotionState
from motions.moving import at_portal
from motions.policy import Policy
from motions.ports import Ports
from motions.proposals import Proposal, sha256_of
from motions.records import LogEntry, MotionQuery, Segment, UnitOfWork
from motions.referrals import Field, Referral

AMEND = ".amend"  # how the kind of an effect that changes what is filed ends, after the portal's key
CORRECT = ".correct"  # how the kind of one ends that corrects it because the partner asks for that
IN_STEP = "in_step"  # the part of a sealed payload that says which fields follow the CRM once they are filed
STATES = (MotionState.IN_REVIEW, MotionState.ACCEPTED, MotionState.HANDED_OFF, MotionState.ENGAGED)


@dataclass(frozen=True)
class Held:
    """A filed referral as its portal holds it now, in the portal's words."""

    modified_at: datetime
    values: Mapping[Field, str | None]
    open: frozenset[Field]  # what may be changed now
    locked: str | None = None  # why nothing can be sent now that may be sent later


@runtime_checkable
class Amendable(Protocol):
    """A portal in which what is filed can be changed. Raises Unavailable, OutcomeUnknown, Rejected, AuthExpired."""

    @property
    def closing(self) -> frozenset[Stage]:
        """The stages of a deal that close what is filed for good."""

    def worded(self, referral: Referral, today: date) -> Mapping[Field, str]:
        """What the deal would have the portal say of the kept fields; what it does not say is left out."""

    def filed_as(self, payload: Mapping[str, object]) -> Mapping[Field, str | None]:
        """The same of what was filed."""

    def held(self, referral_id: str) -> Held:
        """The same of what stands there now; a field that the portal does not have is not named."""

    def change(self, referral_id: str, changes: Mapping[Field, str], seen: Mapping[Field, str | None]) -> datetime:
        """Change these fields and give the portal's stamp; nobody's other change is undone.

        Raises Rejected with a problem CONFLICT, and writes nothing, where a field is no longer as it was seen. What
        has its value already is not sent.
        """


@dataclass(frozen=True)
class Progress:
    """How far keeping a referral in step has come."""

    agreed: Mapping[Field, Agreed] = field(default_factory=dict)
    parked: Mapping[Field, str] = field(default_factory=dict)  # waits for the partner's decision
    shut: Mapping[Field, str] = field(default_factory=dict)  # the partner takes no change of it any more
    seen_at: datetime | None = None  # the portal's stamp of the newest version that led to anything
    worth: object = None  # the deal's own amount, of which the agreed monthly spend was made


def sealed_part(referral: Referral, key: str, ports: Ports) -> dict[str, str]:
    """The fields whose later changes go to the portal, with what the CRM has it say now: part of what is approved."""
    portal = ports.portals[key]
    if not isinstance(portal, Amendable):
        return {}
    sent = {field for field, direction in ports.config.policy.sync.items() if direction in SENDS}
    words = portal.worded(referral, ports.clock.now().date())
    return {field.value: words[field] for field in KEPT if field in sent and field in words}


def covered(proposal: Proposal) -> Mapping[Field, str]:
    """The fields that the approval of a proposal lets follow the CRM; none of one sealed before there were any."""
    part = proposal.payload.get(IN_STEP)
    return {Field(name): str(value) for name, value in part.items()} if isinstance(part, dict) else {}


def table_for(proposal: Proposal, policy: Policy) -> dict[Field, Direction]:
    """The admin's table, less what nobody approved: a field that is not covered is followed and never sent."""
    approved = covered(proposal)
    less = {Direction.BOTH: Direction.TO_CRM, Direction.TO_PORTAL: Direction.OFF}
    return {
        field: direction if field in approved else less.get(direction, direction)
        for field, direction in policy.sync.items()
    }


def progress_of(subject: str, proposal: Proposal, portal: Amendable, uow: UnitOfWork) -> Progress:
    """What the log says of it; to begin with, both sides are agreed on what was filed.

    A change of ours that was made is agreed on from its outcome on, whether anybody came to say so or not.
    """
    changes = (*amendments(subject, uow), *corrected(subject, uow))
    made = {str(effect.key): effect for effect in changes}
    filed = portal.filed_as(_filing(proposal))
    agreed = {
        # What a person typed on the card is the portal's alone: the CRM goes on saying what it said.
        field: Agreed(ours if field.value in proposal.answers else filed.get(field), filed.get(field))
        for field, ours in covered(proposal).items()
    }
    progress = Progress(agreed, worth=proposal.payload.get(DEAL))
    for entry in uow.log.of(subject):
        if entry.event == "effect.done":
            progress = _sent(progress, made.get(str(entry.detail["key"])))
        if entry.event.startswith("sync."):
            progress = _told(progress, entry)
    return progress


def amendments(subject: str, uow: UnitOfWork) -> list[Effect]:
    """Every change of a motion's filed referral that was ever begun, oldest first."""
    return [effect for effect in uow.effects.of(subject) if effect.kind.endswith(AMEND)]


def corrected(subject: str, uow: UnitOfWork) -> list[Effect]:
    """Every correction of a motion's filed referral that was ever begun, oldest first."""
    return [effect for effect in uow.effects.of(subject) if effect.kind.endswith(CORRECT)]


def agreed_in(entry: LogEntry) -> dict[Field, Agreed]:
    """What both sides are agreed on after an entry of the log that says so."""
    return {name: Agreed(*pair) for name, pair in _fields(entry.detail.get("agreed")).items()}


def concerns(before: Opportunity | None, after: Opportunity) -> bool:
    """Whether a change of a deal may be one that a portal is to hear of; what we wrote ourselves is none."""
    return before is None or _said(before) != _said(after)


def wake(deal: Opportunity, uow: UnitOfWork, ports: Ports) -> None:
    """Have every filed referral of a deal brought in step with it."""
    for motion in uow.motions.find(MotionQuery(opportunity_id=deal.id, states=STATES)):
        if (segment := waking(motion, deal, ports)) is not None:
            uow.enqueue(segment)


def waking(motion: Motion, deal: Opportunity, ports: Ports, *, epoch: int | None = None) -> Segment | None:
    """The segment that a change of a deal asks for."""
    # The CRM stamps by the second: what changes twice in one is told apart by what it says.
    said = sha256_of([str(value) for value in _said(deal)])[:8]
    return bring(motion, f"crm{_stamp(deal.modified_at)}{said}", ports, epoch=epoch)


def bring(motion: Motion, n: str, ports: Ports, *, epoch: int | None = None) -> Segment | None:
    """The segment that brings a referral in step; `n` names what asks for it. None: its portal takes no change."""
    portal = ports.config.portal_of(motion.partner)
    if portal is None or not isinstance(ports.portals.get(portal), Amendable):
        return None
    return at_portal(motion.id, epoch or motion.epoch, "bring_in_step", portal, n=n)


def _sent(progress: Progress, effect: Effect | None) -> Progress:
    """Further by a change of ours, where the effect was one."""
    if effect is None:
        return progress
    agreed = _agreed_by(effect)
    # A correction of an older version does not say what the deal was worth.
    worth = effect.payload.get(DEAL, progress.worth) if Field.MONTHLY_SPEND in agreed else progress.worth
    return replace(progress, agreed={**progress.agreed, **agreed}, worth=worth)


def _told(progress: Progress, entry: LogEntry) -> Progress:
    """Further by what a round told."""
    told, agreed = entry.detail, agreed_in(entry)
    stamps = [progress.seen_at] if progress.seen_at else []
    if "seen_at" in told:
        stamps.append(datetime.fromisoformat(str(told["seen_at"])))
    is_worth = entry.event == "sync.agreed" and Field.MONTHLY_SPEND in agreed
    return Progress(
        {**progress.agreed, **agreed},
        _fields(told["parked"]) if "parked" in told else progress.parked,
        _fields(told["shut"]) if "shut" in told else progress.shut,
        max(stamps, default=None),
        told.get("worth") if is_worth else progress.worth,
    )


def _filing(proposal: Proposal) -> Mapping[str, object]:
    payload = proposal.payload["file"]
    assert isinstance(payload, dict)
    return payload


def _agreed_by(effect: Effect) -> dict[Field, Agreed]:
    if effect.kind.endswith(CORRECT):  # what a person typed is the portal's alone, as on the card
        return {name: Agreed(*pair) for name, pair in _fields(effect.payload["agreed"]).items()}
    return {name: Agreed(value, value) for name, value in _fields(effect.payload["changes"]).items()}


def _fields(told: Any) -> dict[Field, Any]:
    return {Field(name): value for name, value in (told or {}).items()}


def _said(deal: Opportunity) -> tuple[object, ...]:
    said = (deal.stage, deal.stage_name, deal.amount, deal.close_date, deal.next_step, deal.loss_reason)
    return (*said, deal.competitors)  # once none is named any more, what was kept back is sent


def _stamp(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%S}-"
