"""What people decided, and what they have to, as the domain sees it stored; knows no SQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from motions.desk_records import Sleeper
from motions.effects import Stop
from motions.model import ExceptionItem, MotionId, PartnerKey, Person, Token
from motions.proposals import Approval, Proposal, ProposalKind, StandingApproval, Verdict


class Decisions(Protocol):
    """Proposals with the requests for their approval."""

    def add(self, proposal: Proposal, approval: Approval) -> None:
        """Store a proposal with the request for its decision."""

    def get(self, token: Token) -> tuple[Approval, Proposal] | None: ...
    def latest(
        self, motion_id: MotionId, kind: ProposalKind = ProposalKind.FILE_REFERRAL
    ) -> tuple[Approval, Proposal] | None:
        """The motion's newest request of a kind, decided or not."""

    def of(self, motion_id: MotionId) -> Sequence[tuple[Approval, Proposal]]:
        """A motion's requests, oldest first."""

    def claim(
        self, token: Token, verdict: Verdict, *, by: Person | None, at: datetime, reason: str | None = None
    ) -> bool:
        """Decide an undecided request; False when somebody was first."""

    def claim_by_standing(self, token: Token, standing: StandingApproval, *, at: datetime) -> bool:
        """Approve an undecided request in the name of who gave a standing approval; False when somebody was first."""

    def endorse(self, token: Token, *, by: Person, at: datetime) -> bool:
        """Keep the first of two people on an undecided request; False when there is one, or it is decided."""

    def revoke(self, token: Token, *, by: Person | None, at: datetime) -> bool:
        """Take an approval back; False when it is not, or no longer, approved."""


class Standings(Protocol):
    """Standing approvals."""

    def add(self, standing: StandingApproval) -> None: ...
    def get(self, token: Token) -> StandingApproval | None: ...
    def given(self, partner: PartnerKey | None = None) -> Sequence[StandingApproval]:
        """Those given and not revoked, oldest first; the ones out of date too."""

    def give(self, token: Token, *, at: datetime) -> bool:
        """Let it count from now on; False when it does already, or was revoked."""

    def revoke(self, token: Token, *, by: Person, at: datetime) -> bool:
        """Let it count no more; False when it was revoked already."""


class Switches(Protocol):
    """The switch that stops every effect."""

    def stop(self) -> Stop | None:
        """As it was last set; None when nobody ever touched it."""

    def locked_stop(self) -> Stop | None:
        """The same, and nobody sets it until this transaction ends."""

    def set_stop(self, stop: Stop) -> bool:
        """Set it; False when it is set so already."""


@dataclass(frozen=True)
class ExceptionQuery:
    """Which open exceptions, oldest first; None means any."""

    owner: str | None = None  # e-mail
    code: str | None = None
    partner: PartnerKey | None = None  # of the motion it is about
    region: str | None = None  # of the deal it is about, as last read
    segment: str | None = None
    awake_for: Sleeper | None = None  # only those this person has not put off
    asleep_for: Sleeper | None = None  # only those this person has put off
    limit: int = 50
    offset: int = 0


class Exceptions(Protocol):
    """What a person must decide."""

    def open(self, item: ExceptionItem) -> bool:
        """False when the same (subject, code) is open already."""

    def resolve(self, subject: str, *, at: datetime, code: str | None = None) -> int: ...
    def get(self, exception_id: str) -> ExceptionItem | None:
        """One item, open or resolved."""

    def listing(self, query: ExceptionQuery) -> Sequence[ExceptionItem]: ...
    def how_many(self, query: ExceptionQuery) -> int:
        """How many open items a query means, whatever its limit; counting ends at COUNTED_TO."""

    def assign(self, exception_id: str, owner: str) -> bool:
        """Give an open item to somebody else; False when it is resolved."""

    def of(self, subject: str) -> Sequence[ExceptionItem]: ...
