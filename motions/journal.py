"""Writing the story down: log entries and exceptions, in the transaction of what they tell; decides nothing."""

from collections.abc import Mapping
from datetime import datetime

from motions.deals import OpportunityId
from motions.model import ExceptionItem
from motions.proposals import sha256_of
from motions.records import LogEntry, UnitOfWork


def write_log(
    uow: UnitOfWork, at: datetime, event: str, subject: str, actor: str, detail: Mapping[str, object]
) -> None:
    """Append one entry; `event` is noun.verb, `actor` who or what decided."""
    uow.log.append(LogEntry(at=at, event=event, subject=subject, actor=actor, detail=detail))


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
        write_log(uow, at, "exception.opened", subject, "cosell", {"code": code, "reason": reason, "owner": owner})
    return is_new


def clear_exceptions(uow: UnitOfWork, subject: str, *, at: datetime, code: str | None = None) -> bool:
    """Resolve a subject's open exceptions, all or those of one code; False when none was open."""
    were_open = uow.exceptions.resolve(subject, at=at, code=code) > 0
    if were_open:
        write_log(uow, at, "exception.resolved", subject, "cosell", {"code": code or "all"})
    return were_open
