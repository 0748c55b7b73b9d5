"""From a click to a filing: one person's approval or two people's, and what starts with it; judges no click."""

from decimal import Decimal

from motions.deals import Money
from motions.deciding import Request, done, nothing
from motions.journal import decide, endorse
from motions.model import Motion, MotionState, Person
from motions.moving import advance, at_portal, on_card, work
from motions.policy import Policy
from motions.ports import Ports
from motions.proposals import Proposal, ProposalKind, Verdict
from motions.records import UnitOfWork
from motions.surfaces import ClickReply

DEAL = "deal"  # the part of a payload that says what the decision rested on


def approve_as(by: Person, request: Request, uow: UnitOfWork, ports: Ports) -> ClickReply:
    """Keep the first of two people, or claim the approval and start filing."""
    motion, approval = request.motion, request.approval
    now = ports.clock.now()
    if people_needed(request.proposal, ports.config.policy) > 1:
        if approval.first_by == by.key:
            return nothing("You approved this already. One more approval is needed, from somebody else.")
        if approval.first_by is None:
            return _first(by, request, uow, ports)
    if not decide(uow, approval, Verdict.APPROVED, by=by, at=now):
        return nothing("Somebody else decided this card a moment ago.")
    start_filing(motion, by.name, uow, ports, by=by)
    partner = ports.config.name_of(motion.partner)
    second = f" {approval.first_name} approved it before you." if approval.first_name else ""
    return done(f"Approved.{second} Filing {motion.deal_name} with {partner} now; the card follows every step.")


def people_needed(proposal: Proposal, policy: Policy) -> int:
    """How many different people have to approve: two from the amount that policy names, else one."""
    amount = worth(proposal)
    is_big = amount is not None and policy.two_people_from is not None and amount.amount >= policy.two_people_from
    return 2 if is_big else 1


def worth(proposal: Proposal) -> Money | None:
    """The deal's amount as it was sealed into the proposal, or None when it was not known."""
    part = proposal.payload.get(DEAL)
    if not isinstance(part, dict) or part.get("amount") is None:
        return None
    return Money(Decimal(str(part["amount"])), str(part["currency"]))


def worth_part(amount: Money | None) -> dict[str, object]:
    """What `worth` reads again."""
    if amount is None:
        return {"amount": None, "currency": None}
    return {"amount": str(amount.amount), "currency": amount.currency}


def start_filing(motion: Motion, actor: str, uow: UnitOfWork, ports: Ports, *, by: Person | None) -> None:
    """Let an approved motion go on to its portal; the match write that still asked is covered by it."""
    now = ports.clock.now()
    partner = ports.config.partner(motion.partner)
    assert partner.portal is not None
    epoch = advance(
        uow,
        motion,
        MotionState.FILING,
        at=now,
        actor=actor,
        next_act=f"cosell files the referral with {partner.name}",
        changes={"approved_at": now},
    )
    assert epoch is not None  # the motion is locked, or was moved in this very transaction
    uow.enqueue(at_portal(motion.id, epoch, "file", partner.portal))
    uow.enqueue(on_card(motion.id, epoch, "redraw"))
    asked = uow.decisions.latest(motion.id, ProposalKind.WRITE_CRM)
    if asked is not None and decide(uow, asked[0], Verdict.COVERED, by=by, at=now, actor=actor):
        uow.enqueue(work(motion.id, epoch, "record_match"))


def _first(by: Person, request: Request, uow: UnitOfWork, ports: Ports) -> ClickReply:
    motion = request.motion
    if not endorse(uow, request.approval, by=by, at=ports.clock.now()):
        return nothing("Somebody else approved this card a moment ago. One more approval is needed.")
    uow.enqueue(on_card(motion.id, motion.epoch, "redraw_now", n=f"first.{request.proposal.id}"))
    return done(
        f"You are the first of two to approve {motion.deal_name}. One more approval is needed, from somebody else; "
        "nothing is filed before."
    )
