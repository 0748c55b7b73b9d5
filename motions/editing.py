"""Edits of a referral: the form with what a person may change, and the new proposal that their words make."""

from collections.abc import Mapping

from motions.competitors import why_competitor
from motions.deciding import Request, done, look, nothing, open_request
from motions.drafting import propose
from motions.duplicates import together
from motions.errors import CosellError, NotVisible
from motions.journal import decide
from motions.model import MotionState, Person, Token
from motions.moving import advance, on_card
from motions.ports import Ports
from motions.preparing import ask_for_decision, read_in_full, waits_for
from motions.proposals import Proposal, Verdict
from motions.records import UnitOfWork
from motions.referrals import Field, FormField, Problem
from motions.surfaces import ClickReply, EditForm

EDITABLE = (
    Field.TITLE,
    Field.PROBLEM,
    Field.USE_CASE,
    Field.SOLUTION,
    Field.DELIVERY_MODEL,
    Field.HELP_WANTED,
    Field.CONTACT,
    Field.CONSENT,
    Field.AMOUNT,
    Field.MONTHLY_SPEND,
    Field.CLOSE_DATE,
    Field.NEXT_STEPS,
    Field.OTHER_DEALS,
)


def edit_form(token: Token, by: Person, ports: Ports) -> EditForm | ClickReply:
    """The typed fields a person may change, the missing ones first."""
    request = look(token, by, ports)
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
    request = look(token, by, ports)
    if isinstance(request, ClickReply):
        return request
    motion, proposal = request.motion, request.proposal
    answers = _answers(values, proposal)
    try:
        context = read_in_full(motion.opportunity_id, ports)
        if why := why_competitor(context.deal, ports.config.partner(motion.partner)):
            return nothing(f"{why}. Nothing was saved.")
        fresh = propose(motion, context, answers, ports, edited_by=by.name)
    except NotVisible:
        return nothing("The CRM no longer shows this deal and its account to cosell. Nothing was saved.")
    except CosellError as error:
        return nothing(f"Nothing was saved: {error}. Please try again in a minute.")
    wrong = tuple(p for p in fresh.problems if p.field in values and not _is_asked_next(p, proposal))
    if wrong:
        return wrong
    with ports.store.transaction() as uow:
        # Asked again: the deal, and with it the motion, may have moved while the portal checked what was typed.
        request = open_request(token, by, uow, ports)
        return request if isinstance(request, ClickReply) else _replace(request, fresh, by, uow, ports)


def _replace(request: Request, fresh: Proposal, by: Person, uow: UnitOfWork, ports: Ports) -> ClickReply:
    motion, now = request.motion, fresh.created_at
    answers = {"answers": dict(fresh.answers)}
    if not decide(uow, request.approval, Verdict.REPLACED, by=by, at=now, detail=answers):
        return nothing("Somebody else decided this card while you were typing. Nothing was saved.")
    epoch = advance(
        uow,
        motion,
        MotionState.AWAITING,
        at=now,
        actor=by.name,
        next_act=waits_for(fresh),
        changes={"due_at": now + ports.config.policy.approval_expires_after},
    )
    assert epoch is not None  # the motion is locked
    if ask_for_decision(motion, fresh, epoch, uow, ports):
        return done("Saved. A standing approval covers the new referral, so it is filed now; the card follows.")
    uow.enqueue(on_card(motion.id, epoch, "redraw"))
    gone = f" {request.approval.first_name}'s approval was of the earlier one." if request.approval.first_name else ""
    return done(f"Saved. The card shows the new referral; it still needs an approval.{gone}")


def _answers(values: Mapping[Field, str], proposal: Proposal) -> dict[str, str]:
    """What was typed before and now; what somebody said is another deal stays said."""
    typed, others = changed(values, proposal.form), Field.OTHER_DEALS.value
    if others in typed:
        typed[others] = together(proposal.answers.get(others, ""), typed[others])
    return {**proposal.answers, **typed}


def _is_asked_next(problem: Problem, proposal: Proposal) -> bool:
    """Whether it is about a look-alike that the card edited did not ask of: the next one does."""
    return problem.field is Field.OTHER_DEALS and problem not in proposal.problems


def changed(values: Mapping[Field, str], form: tuple[FormField, ...]) -> dict[str, str]:
    """Only what a person really changed becomes an answer; the rest keeps following the CRM."""
    shown = {f.field: f.value or "" for f in form}
    return {field.value: value for field, value in values.items() if value.strip() != shown.get(field, "")}
