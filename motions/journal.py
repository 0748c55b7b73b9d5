"""Writing the story down: whatever changes a row changes the log with it, in one transaction; decides nothing.

These are the only doors to requests for a decision and to exceptions, as `moving` is to motions: `replaying` folds
what they log into the very rows they wrote.
"""

from collections.abc import Mapping
from datetime import datetime

from motions.canonical import fingerprint, spelled, spelled_changes
from motions.deals import OpportunityId
from motions.model import ExceptionItem, Person
from motions.proposals import Approval, Proposal, Verdict, sha256_of
from motions.records import LogEntry, UnitOfWork


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
    said = {
        "proposal": approval.proposal_id,
        "seal": approval.seal,
        **_standing(by),
        **(detail or {}),
        "approval": fingerprint(approval.token),
        "changes": spelled_changes(Approval, written),
    }
    write_log(uow, at, f"approval.{verdict}", approval.motion_id, by.name if by else "time", said)
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


def clear_exceptions(uow: UnitOfWork, subject: str, *, at: datetime, code: str | None = None) -> bool:
    """Resolve a subject's open exceptions, all or those of one code; False when none was open."""
    were_open = uow.exceptions.resolve(subject, at=at, code=code) > 0
    if were_open:
        write_log(uow, at, "exception.resolved", subject, "cosell", {"code": code or "all"})
    return were_open


def _standing(by: Person | None) -> dict[str, object]:
    """What a person was when they decided: roles and teams are configuration, and change."""
    if by is None:
        return {}
    return {"by": by.key, "role": by.role, "organisation": by.partner or "ours"}
