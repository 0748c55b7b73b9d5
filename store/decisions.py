"""Proposals, whole, with the requests for their decision; judges no one."""

from datetime import datetime

from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy.orm import Session

from motions.model import MotionId, Person, Token
from motions.proposals import Approval, Proposal, Verdict
from store.rows import record_from, update_rows, values_of
from store.tables import approvals, proposals


class SqlDecisions:
    """`motions.records.Decisions` in SQL."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, proposal: Proposal, approval: Approval) -> None:
        self._session.execute(insert(proposals).values(**values_of(proposal)))
        self._session.execute(insert(approvals).values(**values_of(approval)))

    def get(self, token: Token) -> tuple[Approval, Proposal] | None:
        return self._newest(approvals.c.token == token)

    def latest(self, motion_id: MotionId) -> tuple[Approval, Proposal] | None:
        return self._newest(approvals.c.motion_id == motion_id)

    def claim(
        self, token: Token, verdict: Verdict, *, by: Person | None, at: datetime, reason: str | None = None
    ) -> bool:
        decision = {
            "verdict": verdict,
            "decided_by": by.key if by else None,
            "decided_name": by.name if by else None,
            "decided_at": at,
            "reason": reason,
        }
        undecided = (approvals.c.token == token, approvals.c.verdict.is_(None))
        return update_rows(update(approvals).where(*undecided).values(**decision), self._session) == 1

    def _newest(self, which: ColumnElement[bool]) -> tuple[Approval, Proposal] | None:
        query = select(approvals).where(which).order_by(approvals.c.seq.desc()).limit(1)
        asked = self._session.execute(query).mappings().first()
        if asked is None:
            return None
        wanted = select(proposals).where(proposals.c.id == asked["proposal_id"])
        return record_from(Approval, asked), record_from(Proposal, self._session.execute(wanted).mappings().one())
