"""Proposals, whole, with the requests for their decision; judges no one."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, insert, select, update
from sqlalchemy.orm import Session

from motions.model import MotionId, Person, Token
from motions.proposals import Approval, Proposal, ProposalKind, StandingApproval, Verdict
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

    def latest(
        self, motion_id: MotionId, kind: ProposalKind = ProposalKind.FILE_REFERRAL
    ) -> tuple[Approval, Proposal] | None:
        of_kind = select(proposals.c.id).where(proposals.c.motion_id == motion_id, proposals.c.kind == kind)
        return self._newest(approvals.c.motion_id == motion_id, approvals.c.proposal_id.in_(of_kind))

    def of(self, motion_id: MotionId) -> Sequence[tuple[Approval, Proposal]]:
        asked = select(approvals).where(approvals.c.motion_id == motion_id).order_by(approvals.c.seq)
        made = select(proposals).where(proposals.c.motion_id == motion_id)
        by_id = {row["id"]: record_from(Proposal, row) for row in self._session.execute(made).mappings()}
        requests = [record_from(Approval, row) for row in self._session.execute(asked).mappings()]
        return [(request, by_id[request.proposal_id]) for request in requests]

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
        return self._update(token, approvals.c.verdict.is_(None), decision)

    def claim_by_standing(self, token: Token, standing: StandingApproval, *, at: datetime) -> bool:
        decision = {
            "verdict": Verdict.APPROVED,
            "decided_by": standing.given_by,
            "decided_name": standing.given_name,
            "decided_at": at,
            "standing": standing.token,
        }
        return self._update(token, approvals.c.verdict.is_(None), decision)

    def endorse(self, token: Token, *, by: Person, at: datetime) -> bool:
        nobody_yet = and_(approvals.c.verdict.is_(None), approvals.c.first_by.is_(None))
        return self._update(token, nobody_yet, {"first_by": by.key, "first_name": by.name, "first_at": at})

    def revoke(self, token: Token, *, by: Person | None, at: datetime) -> bool:
        who = {"revoked_by": by.key if by else None, "revoked_name": by.name if by else None}
        is_approved = approvals.c.verdict == Verdict.APPROVED
        return self._update(token, is_approved, {"verdict": Verdict.REVOKED, "revoked_at": at, **who})

    def _update(self, token: Token, still: ColumnElement[bool], values: Mapping[str, object]) -> bool:
        changed = update(approvals).where(approvals.c.token == token, still).values(**values)
        return update_rows(changed, self._session) == 1

    def _newest(self, *which: ColumnElement[bool]) -> tuple[Approval, Proposal] | None:
        query = select(approvals).where(*which).order_by(approvals.c.seq.desc()).limit(1)
        asked = self._session.execute(query).mappings().first()
        if asked is None:
            return None
        wanted = select(proposals).where(proposals.c.id == asked["proposal_id"])
        return record_from(Approval, asked), record_from(Proposal, self._session.execute(wanted).mappings().one())
