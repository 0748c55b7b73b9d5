"""Writing the story down: whatever changes a row changes the log with it, in one transaction; decides nothing.

These are the only doors to requests for a decision, standing approvals, grants, the switch and exceptions, as `moving`
is to motions: `replaying` folds what they log into the very rows they wrote.
"""

from collections.abc import Mapping
from datetime import datetime

from motions.canonical import fingerprint, spelled, spelled_changes
from motions.deals import OpportunityId
from motions.effects import Stop
from motions.grant_terms import Grant, Side, Signature, hash_of_terms
from motions.model import ExceptionItem, Motion, Person
from motions.proposals import Approval, Proposal, StandingApproval, Verdict, sha256_of
from motions.records import LogEntry, UnitOfWork

STANDINGS = "standing approvals"  # what their entries are about
EFFECTS = "effects"
OURS = "ours"  # the company of an entry; another one is its partner's key
AGENT = "cosell"  # the program through which somebody acted


def write_log(
    uow: UnitOfWork, at: datetime, event: str, subject: str, actor: str, detail: Mapping[str, object]
) -> None:
    """Append one entry; `event` is noun.verb, `actor` who or what decided."""
    uow.log.append(LogEntry(at=at, event=event, subject=subject, actor=actor, detail=detail))


def ask(uow: UnitOfWork, proposal: Proposal, approval: Approval, *, actor: str = "cosell") -> None:
    """Store a proposal with the request for its decision; its token is logged as a fingerprint only."""
    uow.decisions.add(proposal, approval)
    detail = {
        "proposal": proposal.id,
        "kind": proposal.kind,
        "seal": proposal.seal,
        "problems": [problem.code for problem in proposal.problems],
        "approval": spelled(approval),
    }
    write_log(uow, proposal.created_at, "proposal.made", approval.motion_id, actor, detail)


def decide(
    uow: UnitOfWork,
    approval: Approval,
    verdict: Verdict,
    *,
    by: Person | None,
    at: datetime,
    reason: str | None = None,
    detail: Mapping[str, object] | None = None,
    actor: str = "time",
) -> bool:
    """Claim an undecided request and log `approval.{verdict}`: who, in which role and organisation. False: too late."""
    if not uow.decisions.claim(approval.token, verdict, by=by, at=at, reason=reason):
        return False
    written = {
        "verdict": verdict,
        "decided_by": by.key if by else None,
        "decided_name": by.name if by else None,
        "decided_at": at,
        "reason": reason,
    }
    _log_decision(uow, approval, verdict.value, by, at, written, detail or {}, actor=actor)
    return True


def decide_by_standing(uow: UnitOfWork, approval: Approval, standing: StandingApproval, *, at: datetime) -> bool:
    """Approve an undecided request in the name of who gave a standing approval, and log it. False: too late."""
    if not uow.decisions.claim_by_standing(approval.token, standing, at=at):
        return False
    written = {
        "verdict": Verdict.APPROVED,
        "decided_by": standing.given_by,
        "decided_name": standing.given_name,
        "decided_at": at,
        "standing": standing.token,
    }
    detail = {"given_by": standing.given_by, "standing": standing.seal}
    actor = f"the standing approval of {standing.given_name}"
    _log_decision(uow, approval, Verdict.APPROVED.value, None, at, written, detail, actor=actor)
    return True


def endorse(uow: UnitOfWork, approval: Approval, *, by: Person, at: datetime) -> bool:
    """Keep the first of two people on an undecided request, and log it. False: there is one, or it is decided."""
    if not uow.decisions.endorse(approval.token, by=by, at=at):
        return False
    written = {"first_by": by.key, "first_name": by.name, "first_at": at}
    _log_decision(uow, approval, "endorsed", by, at, written, {})
    return True


def take_back(uow: UnitOfWork, approval: Approval, *, by: Person | None, at: datetime, why: str = "") -> bool:
    """Take an approval back, and log it; nobody does when what it rested on is gone. False: it is not approved."""
    if not uow.decisions.revoke(approval.token, by=by, at=at):
        return False
    written = {
        "verdict": Verdict.REVOKED,
        "revoked_by": by.key if by else None,
        "revoked_name": by.name if by else None,
        "revoked_at": at,
    }
    _log_decision(uow, approval, Verdict.REVOKED.value, by, at, written, {"why": why}, actor="cosell")
    return True


def offer_standing(uow: UnitOfWork, standing: StandingApproval) -> None:
    """Store a standing approval whose terms somebody is shown, and log it; it counts once it is given."""
    uow.standings.add(standing)
    said = {"seal": standing.seal, "standing": spelled(standing)}
    write_log(uow, standing.asked_at, "standing.offered", STANDINGS, standing.given_name, said)


def give_standing(uow: UnitOfWork, standing: StandingApproval, *, by: Person, at: datetime) -> bool:
    """Let a standing approval count from now on, and log it. False: it does already, or was revoked."""
    if not uow.standings.give(standing.token, at=at):
        return False
    _log_standing(uow, standing, "given", by, at, {"given_at": at})
    return True


def revoke_standing(uow: UnitOfWork, standing: StandingApproval, *, by: Person, at: datetime) -> bool:
    """Let a standing approval count no more, and log it. False: it was revoked already."""
    if not uow.standings.revoke(standing.token, by=by, at=at):
        return False
    written = {"revoked_by": by.key, "revoked_name": by.name, "revoked_at": at}
    _log_standing(uow, standing, "revoked", by, at, written)
    return True


def propose_grant(uow: UnitOfWork, grant: Grant) -> bool:
    """Store a grant that our side has signed, and log all of it. False: there is one with this id."""
    if not uow.grants.add(grant):
        return False
    said = {"terms": hash_of_terms(grant.terms), "company": OURS, "agent": AGENT, "grant": spelled(grant)}
    write_log(uow, grant.proposed_at, "grant.proposed", grant.id, grant.proposed_name, said)
    return True


def confirm_grant(uow: UnitOfWork, grant: Grant, *, by: Person, at: datetime, signature: Signature) -> bool:
    """Let a grant stand that the partner's side has signed, and log it. False: too late."""
    if not uow.grants.confirm(grant.id, by=by, at=at, signature=signature):
        return False
    written = {"confirmed_by": by.key, "confirmed_name": by.name, "confirmed_at": at, "their_signature": signature}
    _log_grant(uow, grant, "confirmed", by, at, written)
    return True


def revoke_grant(uow: UnitOfWork, grant: Grant, *, by: Person | None, at: datetime, side: Side) -> bool:
    """Let a grant stand no more, and log it; nobody does when its last day is over. False: it was revoked already."""
    if not uow.grants.revoke(grant.id, by=by, at=at, side=side):
        return False
    who = {"revoked_by": by.key if by else None, "revoked_name": by.name if by else None}
    _log_grant(uow, grant, "revoked", by, at, {**who, "revoked_at": at, "revoked_side": side})
    return True


def set_stop(uow: UnitOfWork, stop: Stop, *, by: Person) -> bool:
    """Set the switch that stops every effect, and log it. False: it is set so already."""
    if not uow.switches.set_stop(stop):
        return False
    event = "effects.stopped" if stop.is_on else "effects.resumed"
    write_log(uow, stop.at, event, EFFECTS, by.name, {**_capacity(by), "stop": spelled(stop)})
    return True


def raise_exception(
    uow: UnitOfWork,
    *,
    subject: str,
    opportunity_id: OpportunityId | None,
    code: str,
    reason: str,
    next_act: str,
    owner: str,
    at: datetime,
) -> bool:
    """Open an exception unless the same one is open; False then."""
    item = ExceptionItem(
        id=sha256_of([subject, code, at.isoformat()])[:16],
        subject=subject,
        opportunity_id=opportunity_id,
        code=code,
        reason=reason,
        next_act=next_act,
        owner=owner,
        opened_at=at,
    )
    is_new = uow.exceptions.open(item)
    if is_new:
        write_log(uow, at, "exception.opened", subject, "cosell", {"code": code, "exception": spelled(item)})
    return is_new


def ask_manager(motion: Motion, code: str, reason: str, next_act: str, uow: UnitOfWork, *, at: datetime) -> bool:
    """Open an exception of a motion for who looks after it; False when it is open already."""
    return raise_exception(
        uow,
        subject=motion.id,
        opportunity_id=motion.opportunity_id,
        code=code,
        reason=reason,
        next_act=next_act,
        owner=motion.manager_email,
        at=at,
    )


def give_exception(uow: UnitOfWork, item: ExceptionItem, owner: str, *, by: Person, at: datetime) -> bool:
    """Let somebody else look after an open exception, and log it. False: it is resolved."""
    if not uow.exceptions.assign(item.id, owner):
        return False
    write_log(uow, at, "exception.given", item.subject, by.name, {"code": item.code, "owner": owner, "by": by.key})
    return True


def clear_exceptions(uow: UnitOfWork, subject: str, *, at: datetime, code: str | None = None) -> bool:
    """Resolve a subject's open exceptions, all or those of one code; False when none was open."""
    were_open = uow.exceptions.resolve(subject, at=at, code=code) > 0
    if were_open:
        write_log(uow, at, "exception.resolved", subject, "cosell", {"code": code or "all"})
    return were_open


def _log_decision(
    uow: UnitOfWork,
    approval: Approval,
    what: str,
    by: Person | None,
    at: datetime,
    written: Mapping[str, object],
    detail: Mapping[str, object],
    *,
    actor: str = "time",
) -> None:
    said = {
        "proposal": approval.proposal_id,
        "seal": approval.seal,
        **_capacity(by),
        **detail,
        "changes": spelled_changes(Approval, written),
    }
    event = f"approval.{what.replace(' ', '-')}"
    write_log(uow, at, event, approval.motion_id, by.name if by else actor, said)


def _log_standing(
    uow: UnitOfWork, standing: StandingApproval, what: str, by: Person, at: datetime, written: Mapping[str, object]
) -> None:
    changes = spelled_changes(StandingApproval, written)
    said = {"seal": standing.seal, **_capacity(by), "standing": fingerprint(standing.token), "changes": changes}
    write_log(uow, at, f"standing.{what}", STANDINGS, by.name, said)


def _log_grant(
    uow: UnitOfWork, grant: Grant, what: str, by: Person | None, at: datetime, written: Mapping[str, object]
) -> None:
    company = (by.partner or OURS) if by else None  # nobody's act when its last day is over
    who = {"company": company, "agent": AGENT, "grant": grant.id, **_capacity(by)}
    said = {"terms": hash_of_terms(grant.terms), **who, "changes": spelled_changes(Grant, written)}
    write_log(uow, at, f"grant.{what}", grant.id, by.name if by else "time", said)


def _capacity(by: Person | None) -> dict[str, object]:
    """What a person was when they decided: roles and teams are configuration, and change."""
    if by is None:
        return {}
    return {"by": by.key, "role": by.role, "organisation": by.partner or OURS}
