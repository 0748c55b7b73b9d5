"""The repositories of decisions in memory; each promise worded as in motions.records."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from motions.effects import Stop
from motions.model import MotionId, PartnerKey, Person, Token
from motions.proposals import Approval, Proposal, ProposalKind, StandingApproval, Verdict, canonical_json
from tests.fakes.store_rows import Rows, aware, must_be_aware


@dataclass
class FakeDecisions:
    rows: Rows

    def add(self, proposal: Proposal, approval: Approval) -> None:
        known = {stored.id for _, stored in self.rows.decisions.values()}
        if proposal.id in known or approval.token in self.rows.decisions:
            raise ValueError(f"{proposal.id} or {approval.token} is stored already")
        must_be_aware(proposal)
        must_be_aware(approval)
        canonical_json(proposal.payload)
        self.rows.decisions[approval.token] = (approval, proposal)

    def get(self, token: Token) -> tuple[Approval, Proposal] | None:
        return self.rows.decisions.get(token)

    def latest(
        self, motion_id: MotionId, kind: ProposalKind = ProposalKind.FILE_REFERRAL
    ) -> tuple[Approval, Proposal] | None:
        newest_first = reversed(self.rows.decisions.values())
        return next((pair for pair in newest_first if (pair[0].motion_id, pair[1].kind) == (motion_id, kind)), None)

    def of(self, motion_id: MotionId) -> Sequence[tuple[Approval, Proposal]]:
        return [pair for pair in self.rows.decisions.values() if pair[0].motion_id == motion_id]

    def claim(
        self, token: Token, verdict: Verdict, *, by: Person | None, at: datetime, reason: str | None = None
    ) -> bool:
        who = {"decided_by": by.key if by else None, "decided_name": by.name if by else None}
        return self._decide(token, verdict=verdict, decided_at=aware(at), reason=reason, **who)

    def claim_by_standing(self, token: Token, standing: StandingApproval, *, at: datetime) -> bool:
        who = {"decided_by": standing.given_by, "decided_name": standing.given_name, "standing": standing.token}
        return self._decide(token, verdict=Verdict.APPROVED, decided_at=aware(at), **who)

    def endorse(self, token: Token, *, by: Person, at: datetime) -> bool:
        approval, _ = self.rows.decisions.get(token, (None, None))
        if approval is None or approval.first_by is not None:
            return False
        return self._decide(token, first_by=by.key, first_name=by.name, first_at=aware(at))

    def revoke(self, token: Token, *, by: Person | None, at: datetime) -> bool:
        who = {"revoked_by": by.key if by else None, "revoked_name": by.name if by else None}
        return self._change(token, Verdict.APPROVED, verdict=Verdict.REVOKED, revoked_at=aware(at), **who)

    def _decide(self, token: Token, **changes: object) -> bool:
        return self._change(token, None, **changes)

    def _change(self, token: Token, still: Verdict | None, **changes: object) -> bool:
        approval, proposal = self.rows.decisions.get(token, (None, None))
        if approval is None or proposal is None or approval.verdict is not still:
            return False
        changed = replace(approval, **changes)  # type: ignore[arg-type]  # fields of Approval, named above
        self.rows.decisions[token] = (changed, proposal)
        return True


@dataclass
class FakeStandings:
    rows: Rows

    def add(self, standing: StandingApproval) -> None:
        if standing.token in self.rows.standings:
            raise ValueError(f"{standing.token} is stored already")
        must_be_aware(standing)
        self.rows.standings[standing.token] = standing

    def get(self, token: Token) -> StandingApproval | None:
        return self.rows.standings.get(token)

    def given(self, partner: PartnerKey | None = None) -> Sequence[StandingApproval]:
        standing = [s for s in self.rows.standings.values() if s.given_at is not None and s.revoked_at is None]
        standing.sort(key=lambda each: each.given_at or each.asked_at)
        return [each for each in standing if partner in {None, each.partner}]

    def give(self, token: Token, *, at: datetime) -> bool:
        standing = self.rows.standings.get(token)
        if standing is None or standing.given_at is not None or standing.revoked_at is not None:
            return False
        self.rows.standings[token] = replace(standing, given_at=aware(at))
        return True

    def revoke(self, token: Token, *, by: Person, at: datetime) -> bool:
        standing = self.rows.standings.get(token)
        if standing is None or standing.revoked_at is not None:
            return False
        self.rows.standings[token] = replace(standing, revoked_by=by.key, revoked_name=by.name, revoked_at=aware(at))
        return True


@dataclass
class FakeSwitches:
    rows: Rows

    def stop(self) -> Stop | None:
        return self.rows.stop

    def locked_stop(self) -> Stop | None:
        return self.rows.stop

    def set_stop(self, stop: Stop) -> bool:
        if (self.rows.stop is not None and self.rows.stop.is_on) == stop.is_on:
            return False
        must_be_aware(stop)
        self.rows.stop = stop
        return True
