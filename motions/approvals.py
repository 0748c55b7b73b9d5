"""Decisions on sealed proposals: approve, deny, edit; claims each decision once and explains every other click."""

from collections.abc import Mapping
from dataclasses import dataclass

from motions.errors import CosellError, NotVisible
from motions.journal import clear_exceptions, decide, raise_exception
from motions.model import Motion, MotionState, Person, Role, Token
from motions.moving import advance, at_portal, on_card, work
from motions.policy import EDITABLE, ActionKind, Autonomy
from motions.ports import Ports
from motions.preparing import ask_for_decision, propose, read_in_full, waits_for
from motions.proposals import Approval, Proposal, Verdict
from motions.records import UnitOfWork
from motions.referrals import Field, FormField, Problem
from motions.surfaces import ClickOutcome, ClickReply, EditForm

MAY_DECIDE = {Role.ALLIANCE_MANAGER, Role.OPERATOR, Role.ADMIN}


@dataclass(frozen=True)
class _Request:
    motion: Motion
    approval: Approval
    proposal: Proposal


def approve(token: Token, by: Person, ports: Ports) -> ClickReply:
    """Claim the approval of exactly the sealed bytes and start filing; or say why nothing happened."""
    with ports.store.transaction() as uow:
        request = _open_request(token, by, uow, ports)
        if isinstance(request, ClickReply):
            return request
        motion = request.motion
        if not request.proposal.is_ready:
            return _nothing(f"The referral would bounce: {request.proposal.problems[0].message} Use Answer first.")
        if not decide(uow, request.approval, Verdict.APPROVED, by=by, at=ports.clock.now()):
            return _nothing("Somebody else decided this card a moment ago.")
        _start_filing(request, by, uow, ports)
    partner = ports.config.partner(motion.partner).name
    return _done(f"Approved. Filing {motion.deal_name} with {partner} now; the card follows every step.")


def deny(token: Token, by: Person, reason: str, ports: Ports) -> ClickReply:
    """Claim a denial with its reason; nothing is filed."""
    with ports.store.transaction() as uow:
        request = _open_request(token, by, uow, ports)
        if isinstance(request, ClickReply):
            return request
        motion = request.motion
        now = ports.clock.now()
        if not decide(uow, request.approval, Verdict.DENIED, by=by, at=now, reason=reason):
            return _nothing("Somebody else decided this card a moment ago.")
        epoch = advance(uow, motion, MotionState.DENIED, at=now, actor=by.name, next_act="nothing: a person said no")
        assert epoch is not None  # the claim was ours, and it is bound to this epoch
        clear_exceptions(uow, motion.id, at=now)
        uow.enqueue(on_card(motion.id, epoch, "redraw"))
        uow.enqueue(work(motion.id, epoch, "record_status"))
    return _done("Denied. Nothing was filed, and the reason is on the card.")


def edit_form(token: Token, by: Person, ports: Ports) -> EditForm | ClickReply:
    """The typed fields a person may change, the missing ones first."""
    with ports.store.transaction() as uow:
        request = _open_request(token, by, uow, ports)
    if isinstance(request, ClickReply):
        return request
    motion, proposal = request.motion, request.proposal
    asked = {problem.field for problem in proposal.problems}
    editable = [f for f in proposal.form if f.field in asked or f.field in EDITABLE]
    fields = sorted(editable, key=lambda f: f.field not in asked)
    intro = " ".join(problem.message for problem in proposal.problems) or "Change what is not right, then save."
    return EditForm(token=token, title="Edit the referral", intro=f"{motion.deal_name}. {intro}", fields=tuple(fields))


def edit(token: Token, by: Person, values: Mapping[Field, str], ports: Ports) -> ClickReply | tuple[Problem, ...]:
    """Make a new proposal from what a person typed; the old one can no longer be approved.

    Returns the problems of just the typed fields when the portal would bounce them: nothing is stored then.
    """
    with ports.store.transaction() as uow:
        request = _open_request(token, by, uow, ports)
    if isinstance(request, ClickReply):
        return request
    motion, proposal = request.motion, request.proposal
    answers = {**proposal.answers, **_changed(values, proposal.form)}
    try:
        context = read_in_full(motion.opportunity_id, ports)
        fresh = propose(motion, context, answers, ports, edited_by=by.name)
    except NotVisible:
        return _nothing("The CRM no longer shows this deal and its account to cosell. Nothing was saved.")
    except CosellError as error:
        return _nothing(f"Nothing was saved: {error}. Please try again in a minute.")
    wrong = tuple(p for p in fresh.problems if p.field is not None and p.field in values)
    if wrong:
        return wrong
    with ports.store.transaction() as uow:
        # Asked again: the deal, and with it the motion, may have moved while the portal checked what was typed.
        request = _open_request(token, by, uow, ports)
        return request if isinstance(request, ClickReply) else _replace(request, fresh, by, uow, ports)


def _replace(request: _Request, fresh: Proposal, by: Person, uow: UnitOfWork, ports: Ports) -> ClickReply:
    motion, now = request.motion, fresh.created_at
    answers = {"answers": dict(fresh.answers)}
    if not decide(uow, request.approval, Verdict.REPLACED, by=by, at=now, detail=answers):
        return _nothing("Somebody else decided this card while you were typing. Nothing was saved.")
    epoch = advance(
        uow,
        motion,
        MotionState.AWAITING,
        at=now,
        actor=by.name,
        next_act=waits_for(fresh),
        changes={"due_at": now + ports.config.policy.approval_expires_after},
    )
    assert epoch is not None  # the claim above was ours, and it is bound to this epoch
    ask_for_decision(motion, fresh, epoch, uow, ports)
    uow.enqueue(on_card(motion.id, epoch, "redraw"))
    return _done("Saved. The card shows the new referral; it still needs an approval.")


def _start_filing(request: _Request, by: Person, uow: UnitOfWork, ports: Ports) -> None:
    motion = request.motion
    now = ports.clock.now()
    partner = ports.config.partner(motion.partner)
    assert partner.portal is not None
    epoch = advance(
        uow,
        motion,
        MotionState.FILING,
        at=now,
        actor=by.name,
        next_act=f"cosell files the referral with {partner.name}",
        changes={"approved_at": now},
    )
    assert epoch is not None  # the claim was ours, and it is bound to this epoch
    uow.enqueue(at_portal(motion.id, epoch, "file", partner.portal))
    uow.enqueue(on_card(motion.id, epoch, "redraw"))


def _open_request(token: Token, by: Person, uow: UnitOfWork, ports: Ports) -> _Request | ClickReply:
    """What this person may decide behind this token, or why they may not."""
    found = uow.decisions.get(token)
    motion = uow.motions.get(found[0].motion_id) if found else None
    if found is None or motion is None:
        return _nothing("This button is not known here any more.")
    request = _Request(motion, *found)
    why = _why_not(request, by, uow, ports)
    return _nothing(why) if why else request


def _why_not(request: _Request, by: Person, uow: UnitOfWork, ports: Ports) -> str | None:
    motion, approval = request.motion, request.approval
    if by.role not in MAY_DECIDE:
        return f"Only alliance managers and operators decide referrals; {motion.manager_email} looks after this one."
    if approval.verdict is not None:
        who = f" by {approval.decided_name}" if approval.decided_name else ""
        return f"This card was already {approval.verdict.value}{who}."
    if ports.clock.now() >= approval.expires_at:
        return "This card has expired. Ask for a fresh one with /cosell and the deal's name."
    if motion.state is not MotionState.AWAITING or motion.epoch != approval.epoch:
        return f"This card is out of date: the motion is now {motion.state.value}."
    if request.proposal.seal != approval.seal:
        _report_broken_seal(motion, uow, ports)
        return "This card no longer matches what would be filed, so it cannot be approved. An operator was told."
    if _is_requester(motion, by, uow) and not ports.config.policy.requester_may_approve:
        return "You asked for this motion yourself, so somebody else has to approve it."
    if ports.config.policy.autonomy_for(ActionKind.PORTAL_FILING, motion.band) is Autonomy.FORBID:
        return "Policy forbids filing for this confidence band. An operator can change it in policy.yml."
    return None


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


def _is_requester(motion: Motion, by: Person, uow: UnitOfWork) -> bool:
    trigger = uow.matches.trigger(motion.trigger_id)
    return trigger is not None and trigger.asked_by == by.key


def _changed(values: Mapping[Field, str], form: tuple[FormField, ...]) -> dict[str, str]:
    """Only what a person really changed becomes an answer; the rest keeps following the CRM."""
    shown = {f.field: f.value or "" for f in form}
    return {field.value: value for field, value in values.items() if value.strip() != shown.get(field, "")}


def _done(text: str) -> ClickReply:
    return ClickReply(ClickOutcome.DONE, text)


def _nothing(text: str) -> ClickReply:
    return ClickReply(ClickOutcome.CHANGED_NOTHING, text if "Nothing was saved" in text else f"{text} Nothing changed.")
