"""What the fake portal asks to be corrected, and how it takes that: two fields, one of them kept in step."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from motions.corrections import Correction
from motions.errors import OutcomeUnknown, Rejected
from motions.merging import KEPT
from motions.referrals import Field, FormField, InputKind, Problem, Review

if TYPE_CHECKING:
    from tests.fakes.portal import FakeReferral

SYSTEM = "FakePortal"
CORRECT = "correct"  # the call's name, for faults
SHORTEST = 20
OPEN = {Field.PROBLEM: InputKind.LONG_TEXT, Field.CLOSE_DATE: InputKind.DATE}


class FakeCorrections:
    """The part of `FakePortal` that implements `motions.corrections.Correctable`."""

    _begin: Callable[[str], None]
    _found: Callable[[str], "FakeReferral"]
    _keep: Callable[["FakeReferral"], None]
    _lost: list[str]
    review: Callable[..., None]

    def ask_for_changes(self, referral_id: str, comments: str | None = None) -> None:
        """The partner asks for changes, and says which fields are open meanwhile."""
        self.review(referral_id, Review.ACTION_REQUIRED, comments=comments, form=self._form(referral_id))

    def settle_there(self, referral_id: str, **values: Any) -> None:
        """Somebody of ours corrects it in the portal's own pages."""
        record = self._found(referral_id)
        self._write(record, {Field(name): value for name, value in values.items()})

    def correction(self, referral_id: str, typed: Mapping[Field, str], our_domains: Sequence[str]) -> Correction:
        """What would change, and a business problem that is too short."""
        self._begin("correction")
        assert our_domains
        record = self._found(referral_id)
        _must_ask(record)
        short = len(typed.get(Field.PROBLEM, "x" * SHORTEST)) < SHORTEST
        problem = Problem(Field.PROBLEM, "TOO_SHORT", "The business problem is too short.", "Say more.")
        return Correction(
            changes={field.value: value for field, value in typed.items()},
            seen={field.value: record.kept.get(field) for field in typed},
            form=tuple(FormField(field, field.value, value, OPEN[field]) for field, value in typed.items()),
            kept={field: value for field, value in typed.items() if field in KEPT},
            problems=(problem,) if short else (),
        )

    def correct(
        self, referral_id: str, changes: Mapping[str, object], seen: Mapping[str, object], asked_at: datetime
    ) -> datetime:
        """Write it, and decide anew."""
        self._begin(CORRECT)
        record = self._found(referral_id)
        if self.find_correction(referral_id, changes) is None:
            _must_ask(record)
            if record.status.modified_at > asked_at:
                raise Rejected(SYSTEM, "the referral changed since the partner asked")
            if any(record.kept.get(Field(name)) != value for name, value in seen.items()):
                raise Rejected(SYSTEM, "somebody changed the same")
            self._write(record, {Field(name): str(value) for name, value in changes.items()})
        if CORRECT in self._lost:
            self._lost.remove(CORRECT)
            raise OutcomeUnknown(SYSTEM, "did not answer; the write may or may not have happened")
        return self._found(referral_id).status.modified_at

    def find_correction(self, referral_id: str, changes: Mapping[str, object]) -> datetime | None:
        """When all of it stands there."""
        record = self._found(referral_id)
        is_there = all(record.kept.get(Field(name)) == value for name, value in changes.items())
        return record.status.modified_at if is_there else None

    def _form(self, referral_id: str) -> tuple[FormField, ...]:
        kept = self._found(referral_id).kept
        return tuple(FormField(field, field.value, kept.get(field), kind) for field, kind in OPEN.items())

    def _write(self, record: "FakeReferral", values: Mapping[Field, str]) -> None:
        status = replace(record.status, review=Review.PENDING, form=())
        kept = {**record.kept, **values}
        self._keep(replace(record, status=status, kept=kept, changes=record.changes + 1))


def _must_ask(record: "FakeReferral") -> None:
    if record.status.review is not Review.ACTION_REQUIRED:
        raise Rejected(SYSTEM, "the partner does not ask for changes any more")
