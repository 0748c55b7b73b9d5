"""What the fake portal lets change once a referral is filed: the kept fields, and nothing anybody else changed."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from motions.deals import Stage
from motions.errors import OutcomeUnknown, Rejected
from motions.in_step import Held
from motions.referrals import Field, Problem, Referral, Review
from tests.fakes.portal_draft import values_of

if TYPE_CHECKING:
    from tests.fakes.portal import FakeReferral

SYSTEM = "FakePortal"
CARRIED = (Field.STAGE, Field.CLOSE_DATE, Field.MONTHLY_SPEND, Field.NEXT_STEPS)  # of what may be kept in step
CHANGE = "change"  # the call's name, for faults


class KeptFields:
    """The part of `FakePortal` that implements `motions.in_step.Amendable`."""

    _begin: Callable[[str], None]
    _found: Callable[[str], "FakeReferral"]
    _keep: Callable[["FakeReferral"], None]
    _before: dict[str, "FakeReferral"]
    _stale_reads: int
    _lost: list[str]
    _quicker: dict[str, str | None]  # what a colleague writes between a look and the next change
    _dropped: int  # changes that never arrive, though nobody says so

    after_look: Callable[[], None] | None = None  # what happens right after the next look

    def meddle(self, **changes: str | None) -> None:
        """A colleague is quicker than our next change."""
        self._quicker = changes

    def drop_changes(self, times: int = 1) -> None:
        """The next changes get lost on the way, and nobody can tell."""
        self._dropped = times

    def colleague(self, referral_id: str, **changes: str | None) -> None:
        """Somebody of ours changes fields in the portal's own pages."""
        record = self._found(referral_id)
        self._keep(replace(record, kept={**record.kept, **{Field(name): value for name, value in changes.items()}}))

    def says(self, referral_id: str, field: Field) -> str | None:
        """What stands there."""
        return self._found(referral_id).kept.get(field)

    @property
    def closing(self) -> frozenset[Stage]:
        """Lost."""
        return frozenset({Stage.LOST})

    def worded(self, referral: Referral, _today: date) -> Mapping[Field, str]:
        """The canonical values as they are."""
        values = values_of(referral)
        return {field: value for field in CARRIED if (value := values[field])}

    def filed_as(self, payload: Mapping[str, object]) -> Mapping[Field, str | None]:
        """The same of what was filed."""
        create = payload["create"]
        assert isinstance(create, Mapping)
        return {field: create.get(field.value) for field in CARRIED}

    def held(self, referral_id: str) -> Held:
        """What stands there, or stood there before, when reads lag."""
        self._begin("held")
        record = self._found(referral_id)
        if self._stale_reads and referral_id in self._before:
            self._stale_reads -= 1
            record = self._before[referral_id]
        hook, self.after_look = self.after_look, None
        if hook is not None:
            hook()
        is_approved = record.status.review is Review.ACCEPTED
        return Held(
            modified_at=record.status.modified_at,
            values={field: record.kept.get(field) for field in CARRIED},
            open=frozenset() if record.is_closed else frozenset(CARRIED),
            locked=None if is_approved or record.is_closed else "it is being reviewed",
        )

    def change(self, referral_id: str, changes: Mapping[Field, str], seen: Mapping[Field, str | None]) -> datetime:
        """Write what differs, unless somebody changed the same."""
        self._begin(CHANGE)
        if self._quicker:
            self.colleague(referral_id, **self._quicker)
            self._quicker = {}
        if self._dropped:
            self._dropped -= 1
            raise OutcomeUnknown(SYSTEM, "did not answer; the write may or may not have happened")
        record = self._found(referral_id)
        held = {field: record.kept.get(field) for field in changes}
        if torn := [field for field, value in changes.items() if held[field] not in {value, seen[field]}]:
            problems = [Problem(field, "CONFLICT", f"{field} was changed there.", "Decide.") for field in torn]
            raise Rejected(SYSTEM, "somebody changed the same", problems)
        if changes.get(Field.CLOSE_DATE, "9") < "2026":
            raise Rejected(
                SYSTEM, "1 problem(s) with the request", [Problem(Field.CLOSE_DATE, "PAST", "Past.", "Later.")]
            )
        if held != dict(changes):
            self._keep(replace(record, kept={**record.kept, **changes}, changes=record.changes + 1))
        if CHANGE in self._lost:
            self._lost.remove(CHANGE)
            raise OutcomeUnknown(SYSTEM, "did not answer; the write may or may not have happened")
        return self._found(referral_id).status.modified_at
