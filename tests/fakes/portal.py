"""A partner's portal in memory, behind the same port as the real ones: people review in it, and it can fail on command.

It behaves as the contract suite says every portal does; it checks little, and knows no portal's own words.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from threading import RLock
from typing import Any

from motions.effects import Recovery, Undo
from motions.errors import CosellError, NotVisible, OutcomeUnknown, Rejected, Unavailable
from motions.invitations import Facts
from motions.ports import Clock
from motions.referrals import (
    Draft,
    Field,
    FilingStep,
    LookAlike,
    Problem,
    Referral,
    ReferralStatus,
    Review,
)
from tests.fakes.marketplace import FakeMarketplace
from tests.fakes.portal_corrections import FakeCorrections
from tests.fakes.portal_draft import SOLUTIONS, form_field, past, problems_with, values_of
from tests.fakes.portal_invitations import FakeInvitationDesk
from tests.fakes.portal_kept import KeptFields

SYSTEM = "FakePortal"
STEPS = ("create", "associate", "submit", "submitted")


@dataclass(frozen=True)
class FakeReferral:
    """One referral as the portal keeps it."""

    id: str
    crm_id: str
    title: str
    customer: str
    status: ReferralStatus
    solution: str | None = None
    task: str | None = None
    is_closed: bool = False
    kept: Mapping[Field, str | None] = field(default_factory=dict)  # what may change once it is filed
    changes: int = 0  # how often we changed it


class FakePortal(KeptFields, FakeCorrections, FakeInvitationDesk):
    """Implements `motions.ports.Portal`, and `Amendable`, `Correctable`, `Inviting` and `Selling` of `motions`."""

    def __init__(self, clock: Clock, key: str = "aws") -> None:
        self.clock = clock
        self._key = key
        self._lock = RLock()
        self._records: dict[str, FakeReferral] = {}
        self._answers: dict[str, str] = {}  # idempotency token -> id
        self._lost: list[str] = []
        self._failures: list[tuple[str | None, CosellError]] = []
        self._task_problems: list[Problem] = []
        self._task_reads = 0
        self._before: dict[str, FakeReferral] = {}
        self._stale_reads = 0
        self._quicker = {}
        self._dropped = 0
        self.calls: list[str] = []
        self.marketplace = FakeMarketplace()
        super().__init__()

    # What people and the weather do.

    def lose_answer(self, step: str, times: int = 1) -> None:
        """The next sends of this step are done, and nobody is told."""
        self._lost += [step] * times

    def fail(self, error: CosellError, *, times: int = 1, at: str | None = None) -> None:
        """The next calls (of one step, look-up or method, or of any) raise this and do nothing."""
        self._failures += [(at, error)] * times

    def be_unavailable(self, times: int = 1, *, at: str | None = None, retry_after: float | None = None) -> None:
        """The next calls find nobody in."""
        self.fail(Unavailable(SYSTEM, "cannot be reached", retry_after=retry_after), times=times, at=at)

    def refuse(self, step: str, *problems: Problem) -> None:
        """The next send of this step is refused for good."""
        self.fail(Rejected(SYSTEM, f"{len(problems)} problem(s) with the request", problems), at=step)

    def fail_submission(self, *problems: Problem) -> None:
        """The next submission is taken and then fails."""
        self._task_problems = list(problems)

    def take_time(self, reads: int) -> None:
        """The submission is still under way for so many reads."""
        self._task_reads = reads

    def read_back_older(self, times: int = 1) -> None:
        """The next reads of a changed referral see it as it was before its last change."""
        self._stale_reads = times

    def review(self, referral_id: str, decision: Review, **said: Any) -> None:
        """The partner decides; `said` names status fields: partner_stage, next_step, pam_name, comments, ..."""
        with self._lock:
            record = self._records[referral_id]
            status = replace(record.status, review=decision, **said)
            self._keep(replace(record, status=status))

    def close(self, referral_id: str) -> None:
        """The referral is closed as lost."""
        with self._lock:
            self._keep(replace(self._records[referral_id], is_closed=True))

    @property
    def referrals(self) -> Sequence[FakeReferral]:
        """Everything filed, in the order of filing."""
        return tuple(self._records.values())

    # The port.

    @property
    def key(self) -> str:
        """What a proposal names as its destination."""
        return self._key

    def draft(self, referral: Referral, today: date) -> Draft:
        """The canonical fields as they are, and what is missing of them."""
        self._begin("draft")
        values = values_of(referral)
        return Draft(
            portal=self._key,
            schema_version="fake-1",
            payload={
                "create": {"crm_id": referral.crm_id, **{name.value: value for name, value in values.items()}},
                "associate": {"solution_id": SOLUTIONS.get(values[Field.SOLUTION] or "")},
                "submit": {"involvement": "Co-Sell"},
            },
            form=tuple(form_field(name, value, referral) for name, value in values.items()),
            problems=tuple(problems_with(values, referral, today)),
        )

    def look_alikes(self, referral: Referral) -> Sequence[LookAlike]:
        """What is filed for this customer under this CRM id, or under none, and is not over."""
        self._begin("look_alikes")
        found = [
            LookAlike(one.id, one.title, one.customer, one.crm_id == referral.crm_id, f"filed as {one.id}")
            for one in self._records.values()
            if one.customer == referral.account.name and one.crm_id in {"", referral.crm_id} and not _is_over(one)
        ]
        return tuple(sorted(found, key=lambda one: not one.same_crm_id))

    def saga(self, payload: Mapping[str, object], key: str) -> Sequence[FilingStep]:
        """'create', 'associate', 'submit', 'submitted'; the id of 'create' is the referral's id."""
        filing = _Filing(self, payload, key)
        named: Mapping[str, tuple[Callable[[str], str], Callable[[str], str | None]]] = {
            "create": (filing.create, filing.created),
            "associate": (filing.associate, filing.associated),
            "submit": (filing.submit, filing.started),
            "submitted": (filing.outcome, filing.outcome),
        }
        return tuple(self._step(name, *named[name]) for name in STEPS)

    def status(self, referral_id: str) -> ReferralStatus:
        """What was last decided."""
        self._begin("status")
        if self._stale_reads and referral_id in self._before:
            self._stale_reads -= 1
            return self._before[referral_id].status
        return self._found(referral_id).status

    def changed_since(self, since: datetime | None) -> Sequence[tuple[str, datetime]]:
        """What changed at or after `since`, oldest first."""
        self._begin("changed_since")
        stamps = [(one.id, one.status.modified_at) for one in self._records.values()]
        return tuple(sorted((s for s in stamps if since is None or s[1] >= since), key=lambda stamp: stamp[1]))

    # What the filing needs.

    def _step(self, name: str, send: Callable[[str], str], find: Callable[[str], str | None]) -> FilingStep:
        def sent(ids: Mapping[str, str]) -> str:
            with self._lock:
                self._begin(name)
                external_id = send(ids.get("create", ""))
                if name in self._lost:
                    self._lost.remove(name)
                    raise OutcomeUnknown(SYSTEM, "did not answer; the write may or may not have happened")
                return external_id

        def found(ids: Mapping[str, str]) -> str | None:
            with self._lock:
                self._begin(f"find {name}")
                return find(ids.get("create", ""))

        return FilingStep(name, sent, found, Recovery.LOOK_UP, Undo.FINAL)

    def _begin(self, what: str) -> None:
        self.calls.append(what)
        for planned in self._failures:
            if planned[0] in {None, what}:
                self._failures.remove(planned)
                raise planned[1]

    def _found(self, referral_id: str) -> FakeReferral:
        if referral_id not in self._records:
            raise NotVisible(SYSTEM, f"no referral {referral_id}")
        return self._records[referral_id]

    def _file(self, referral_id: str, facts: Facts) -> None:
        status = ReferralStatus(referral_id, Review.ACCEPTED, self.clock.now(), partner_stage="Qualified")
        self._keep(FakeReferral(referral_id, "", facts.title, facts.customer, status))

    def _keep(self, record: FakeReferral) -> None:
        status = replace(record.status, modified_at=self.clock.now())
        if record.id in self._records:
            self._before[record.id] = self._records[record.id]
        self._records[record.id] = replace(record, status=status)


class _Filing:
    """One payload being filed under one key."""

    def __init__(self, portal: FakePortal, payload: Mapping[str, object], key: str) -> None:
        self._portal = portal
        self._key = key
        create, associate = payload["create"], payload["associate"]
        assert isinstance(create, Mapping)
        assert isinstance(associate, Mapping)
        self._create, self._associate = create, associate

    def create(self, _id: str) -> str:
        portal, crm_id = self._portal, str(self._create["crm_id"])
        if self._key in portal._answers:
            return portal._answers[self._key]
        if str(self._create[Field.CLOSE_DATE.value]) < portal.clock.now().date().isoformat():
            raise Rejected(SYSTEM, "1 problem(s) with the request", (past(Field.CLOSE_DATE),))
        if any(one.crm_id == crm_id for one in portal.referrals):
            twin = Problem(None, "DUPLICATE_KEY_VALUE", "This CRM id is filed already.", "Look at the other referral.")
            raise Rejected(SYSTEM, "1 problem(s) with the request", (twin,))
        referral_id = f"O{len(portal.referrals) + 1}"
        title, customer = (str(self._create[name.value]) for name in (Field.TITLE, Field.CUSTOMER))
        status = ReferralStatus(referral_id, Review.PENDING, portal.clock.now())
        portal._keep(
            FakeReferral(referral_id, crm_id, title, customer, status, kept=portal.filed_as({"create": self._create}))
        )
        portal._answers[self._key] = referral_id
        return referral_id

    def created(self, _id: str) -> str | None:
        mine = (one for one in self._portal.referrals if one.crm_id == self._create["crm_id"] and not _is_over(one))
        return next((one.id for one in mine), None)

    def associate(self, referral_id: str) -> str:
        solution = str(self._associate["solution_id"])
        self._portal._keep(replace(self._portal._found(referral_id), solution=solution))
        return solution

    def associated(self, referral_id: str) -> str | None:
        return self._portal._found(referral_id).solution

    def submit(self, referral_id: str) -> str:
        record = self._portal._found(referral_id)
        if record.task is None:
            self._portal._keep(replace(record, task=f"task-{referral_id}"))
        return f"task-{referral_id}"

    def started(self, referral_id: str) -> str | None:
        return self._portal._found(referral_id).task

    def outcome(self, referral_id: str) -> str:
        if self._portal._task_reads:
            self._portal._task_reads -= 1
            raise Unavailable(SYSTEM, "the submission is still under way", retry_after=1.0)
        if self._portal._task_problems:
            raise Rejected(SYSTEM, "the submission failed", tuple(self._portal._task_problems))
        return f"eng-{referral_id}"


def _is_over(record: FakeReferral) -> bool:
    return record.is_closed or record.status.review is Review.REJECTED
