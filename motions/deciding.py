"""Whether a click may decide: who, once, in time, on exactly the bytes that were shown; changes nothing itself.

The motion is locked first, so what is found here stays true until the transaction ends: a click that meets a change
of the deal waits for it, and is then told.
"""

from dataclasses import dataclass

from motions.journal import raise_exception
from motions.model import Motion, MotionState, Person, Role, Token
from motions.policy import ActionKind, Autonomy
from motions.ports import Ports
from motions.proposals import Approval, Proposal, ProposalKind, Verdict
from motions.records import UnitOfWork
from motions.surfaces import ClickOutcome, ClickReply

UNKNOWN_BUTTON = (
    "This button is not known here any more: cosell's database was put back, or another cosell drew the card. "
    "Press it again in a minute, when the card has been drawn anew, or ask for one with /cosell and the deal's name."
)
BROKEN_SEAL = "This card no longer matches what would be filed, so it cannot be approved. An operator was told."
MAY_DECIDE = {Role.ALLIANCE_MANAGER, Role.OPERATOR, Role.ADMIN}

_ACTION = {
    ProposalKind.FILE_REFERRAL: (ActionKind.PORTAL_FILING, "filing", MotionState.AWAITING),
    ProposalKind.WRITE_CRM: (ActionKind.CRM_WRITE, "writing to the CRM", MotionState.AWAITING),
    ProposalKind.CORRECT_REFERRAL: (ActionKind.PORTAL_FILING, "correcting what is filed", MotionState.IN_REVIEW),
}


@dataclass(frozen=True)
class Request:
    """A request for a decision with what it is about, as it stands in this transaction."""

    motion: Motion
    approval: Approval
    proposal: Proposal


def open_request(
    token: Token, by: Person, uow: UnitOfWork, ports: Ports, kind: ProposalKind = ProposalKind.FILE_REFERRAL
) -> Request | ClickReply:
    """What this person may decide behind this token, or why they may not."""
    request = find_request(token, uow, kind)
    if request is None:
        return nothing(UNKNOWN_BUTTON)
    why = _why_not(request, by, uow, ports)
    if why == BROKEN_SEAL:
        _report_broken_seal(request.motion, uow, ports)
    return nothing(why) if why else request


def look(
    token: Token, by: Person, ports: Ports, kind: ProposalKind = ProposalKind.FILE_REFERRAL
) -> Request | ClickReply:
    """What this person may decide as it stands now; nothing is locked, so whoever decides on it asks again.

    Whoever only opens a form does not wait for those who write. A refusal is said under the lock all the same.
    """
    seen = ports.durable.read(lambda uow: _seen(token, by, uow, ports, kind))
    if seen is not None:
        return seen
    with ports.store.transaction() as uow:
        return open_request(token, by, uow, ports, kind)


def find_request(token: Token, uow: UnitOfWork, kind: ProposalKind) -> Request | None:
    """The request behind a token, its motion locked; None when there is none of this kind."""
    found = uow.decisions.get(token)
    motion = uow.motions.locked(found[0].motion_id) if found else None
    now = uow.decisions.get(token)  # again: somebody may have decided while this waited for the lock
    return Request(motion, *now) if motion and now and now[1].kind is kind else None


def who_may(by: Person, motion: Motion) -> str | None:
    """Why this person decides nothing here, or None."""
    if by.role in MAY_DECIDE:
        return None
    return f"Only alliance managers and operators decide referrals; {motion.manager_email} looks after this one."


def is_requester(motion: Motion, person_key: str, uow: UnitOfWork) -> bool:
    """Whether it was this person who asked for the motion."""
    trigger = uow.matches.trigger(motion.trigger_id)
    return trigger is not None and trigger.asked_by == person_key


def done(text: str) -> ClickReply:
    """The answer to a click that did something."""
    return ClickReply(ClickOutcome.DONE, text)


def nothing(text: str) -> ClickReply:
    """The answer to a click that changed nothing, which always says so."""
    return ClickReply(ClickOutcome.CHANGED_NOTHING, text if "Nothing was saved" in text else f"{text} Nothing changed.")


def _seen(token: Token, by: Person, uow: UnitOfWork, ports: Ports, kind: ProposalKind) -> Request | None:
    found = uow.decisions.get(token)
    motion = uow.motions.get(found[0].motion_id) if found else None
    request = Request(motion, *found) if motion and found and found[1].kind is kind else None
    return request if request and _why_not(request, by, uow, ports) is None else None


def _why_not(request: Request, by: Person, uow: UnitOfWork, ports: Ports) -> str | None:
    motion, approval = request.motion, request.approval
    action, doing, asked_in = _ACTION[request.proposal.kind]
    if why := who_may(by, motion) or _why_decided(approval):
        return why
    if ports.clock.now() >= approval.expires_at:
        return "This card has expired. Ask for a fresh one with /cosell and the deal's name."
    if motion.state is not asked_in or motion.epoch != approval.epoch:
        return f"This card is out of date: it changed a moment ago, and the motion is now {motion.state.value}."
    if request.proposal.seal != approval.seal:
        return BROKEN_SEAL
    if is_requester(motion, by.key, uow) and not ports.config.policy.requester_may_approve:
        return "You asked for this motion yourself, so somebody else has to approve it."
    if ports.config.policy.autonomy_for(action, motion.band) is Autonomy.FORBID:
        return f"Policy forbids {doing} for this confidence band. An operator can change it in policy.yml."
    return None


def _why_decided(approval: Approval) -> str | None:
    if approval.verdict is None:
        return None
    name = approval.revoked_name if approval.verdict is Verdict.REVOKED else approval.decided_name
    if approval.verdict is Verdict.COVERED:
        return "The approval of the referral covers this already."
    return f"This card was already {approval.verdict.value}{f' by {name}' if name else ''}."


def _report_broken_seal(motion: Motion, uow: UnitOfWork, ports: Ports) -> None:
    raise_exception(
        uow,
        subject=motion.id,
        opportunity_id=motion.opportunity_id,
        code="seal-broken",
        reason=f"The stored referral of {motion.deal_name} is not the one its card was sealed with. Nothing was filed.",
        next_act=f"find out who wrote to the store (cosell explain {motion.id}); a change of the deal makes a new card",
        owner=ports.config.coverage.operators[0],
        at=ports.clock.now(),
    )
