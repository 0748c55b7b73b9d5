"""Deals a partner brings, as the portal in memory keeps them: the promises of motions.invitations.Inviting."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from motions.deals import Money
from motions.errors import NotVisible, OutcomeUnknown, Rejected, Unavailable
from motions.invitations import Facts, InvitationId, InvitationState, Offered
from motions.ports import Clock

SYSTEM = "FakePortal"
REASONS = ("Unclear", "Duplicate", "Other")
LIFE = timedelta(days=15)
FAILED = "failed"

FACTS = Facts(
    customer="Acmeco",
    title="Move the warehouse system",
    asks="Orders are lost whenever the old warehouse system stops.",
    website="www.acmeco.example",
    country="US",
    industry="Retail",
    monthly_spend=Money(Decimal(18000), "USD"),
    close_date=date(2027, 3, 1),
    contacts=("Jordan Ellis, PDM, jordan@aws.example",),
)


class FakeInvitationDesk(ABC):
    """What the partner offers, and what became of our answers; what is accepted becomes a referral of the portal."""

    clock: Clock
    _lost: list[str]

    def __init__(self) -> None:
        self.offers: dict[InvitationId, Offered] = {}
        self.answers: list[tuple[str, str]] = []  # what really happened: ('accept', id)
        self.tasks: dict[InvitationId, list[tuple[str, str]]] = {}  # each with its outcome: a referral's id, or FAILED
        self._keys: dict[str, str] = {}
        self._failing = 0
        self._slow = 0
        self._unlisted = 0

    def invite(self, name: str = "engi-1", **facts: Any) -> InvitationId:
        """The partner offers a deal."""
        now, invitation_id = self.clock.now(), InvitationId(name)
        offered = Offered(invitation_id, InvitationState.PENDING, now, now + LIFE, replace(FACTS, **facts))
        self.offers[invitation_id] = offered
        return invitation_id

    def settle_elsewhere(self, invitation_id: InvitationId, status: InvitationState, reason: str | None = None) -> None:
        """Somebody answers in the portal's own pages, or time does."""
        if status is InvitationState.ACCEPTED:
            self._accepted(invitation_id)
        else:
            self.offers[invitation_id] = replace(self.offers[invitation_id], status=status, reason=reason)

    def fail_acceptances(self, times: int = 1) -> None:
        """The next acceptances are taken, and then fail."""
        self._failing += times

    def accept_slowly(self, reads: int) -> None:
        """The next acceptance is under way for so many reads."""
        self._slow = reads

    def list_tasks_late(self, reads: int) -> None:
        """The newest task is not listed yet for so many reads."""
        self._unlisted = reads

    @property
    def reasons(self) -> Sequence[str]:
        return REASONS

    def pending(self) -> Sequence[InvitationId]:
        self._begin("pending")
        return [each.id for each in self.offers.values() if self._status(each.id) is InvitationState.PENDING]

    def invitation(self, invitation_id: InvitationId) -> Offered:
        self._begin("invitation")
        status = self._status(invitation_id)
        return replace(self.offers[invitation_id], status=status)

    def accept(self, invitation_id: InvitationId, key: str) -> str:
        self._begin("accept")
        if key not in self._keys:
            self._must_wait(invitation_id)
            self._keys[key] = f"task-{len(self._keys) + 1}"
            if self._failing:
                self._failing -= 1
                self.tasks.setdefault(invitation_id, []).append((self._keys[key], FAILED))
            else:
                self._accepted(invitation_id, self._keys[key])
        self._lose("accept")
        return self._keys[key]

    def find_acceptance(self, invitation_id: InvitationId) -> str | None:
        self._begin("find accept")
        is_accepted = self._status(invitation_id) is InvitationState.ACCEPTED
        return f"found-{invitation_id}" if is_accepted else None

    def outcome(self, invitation_id: InvitationId, task: str | None = None) -> str:
        self._begin("outcome")
        if self._slow:
            self._slow -= 1
            raise Unavailable(SYSTEM, "the acceptance is still under way", retry_after=1.0)
        listed = self.tasks.get(invitation_id, [])
        if self._unlisted:
            self._unlisted -= 1
            listed = listed[:-1]
        if listed and listed[-1][1] != FAILED:
            return listed[-1][1]
        if listed and task in {None, listed[-1][0]}:
            raise Rejected(SYSTEM, "the acceptance failed")
        raise Unavailable(SYSTEM, "the acceptance is not listed yet", retry_after=1.0)

    def reject(self, invitation_id: InvitationId, reason: str) -> None:
        self._begin("reject")
        self._must_wait(invitation_id)
        self.answers.append(("reject", invitation_id))
        self.settle_elsewhere(invitation_id, InvitationState.REJECTED, reason)
        self._lose("reject")

    @abstractmethod
    def _begin(self, what: str) -> None:
        """A call comes in, and fails if that was ordered."""

    @abstractmethod
    def _file(self, referral_id: str, facts: Facts) -> None:
        """What was accepted is a referral of the portal from now on."""

    def _accepted(self, invitation_id: InvitationId, task: str = "somebody else's") -> None:
        offered = self.offers[invitation_id]
        self.offers[invitation_id] = replace(offered, status=InvitationState.ACCEPTED)
        self.answers.append(("accept", invitation_id))
        self.tasks.setdefault(invitation_id, []).append((task, f"OB-{invitation_id}"))
        self._file(f"OB-{invitation_id}", offered.facts)

    def _status(self, invitation_id: InvitationId) -> InvitationState:
        if invitation_id not in self.offers:
            raise NotVisible(SYSTEM, f"no invitation {invitation_id}")
        offered = self.offers[invitation_id]
        is_over = offered.status is InvitationState.PENDING and self.clock.now() >= offered.expires_at
        return InvitationState.EXPIRED if is_over else offered.status

    def _must_wait(self, invitation_id: InvitationId) -> None:
        if self._status(invitation_id) is not InvitationState.PENDING:
            raise Rejected(SYSTEM, f"{invitation_id} does not wait for an answer")

    def _lose(self, what: str) -> None:
        if what in self._lost:
            self._lost.remove(what)
            raise OutcomeUnknown(SYSTEM, "did not answer; the write may or may not have happened")
