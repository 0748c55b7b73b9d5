"""The fields that are kept in step, between our values and AWS's record; pure.

Each is one plain text, so that it can be compared, sealed and shown: a stage with the reason of a loss, an amount with
its currency. Judges nothing: `edits` does that with the whole record before anything is sent.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

from connectors.aws import values
from connectors.aws.lifecycle_lines import lifecycle_lines
from connectors.aws.lifecycle_rules import CLOSED_LOST, COMMITTED, LAUNCHED
from connectors.aws.reading import Record, moment_at, text_at
from connectors.aws.requirements import Payload, at
from connectors.aws.spend_line import spend_line
from connectors.aws.update_rules import APPROVED, review_of, stage_of
from connectors.texts import pick
from motions.deals import Stage
from motions.in_step import Held
from motions.referrals import Field, Referral

PATHS: Final[Mapping[Field, str]] = {
    Field.STAGE: "LifeCycle.Stage",
    Field.CLOSE_DATE: "LifeCycle.TargetCloseDate",
    Field.MONTHLY_SPEND: "Project.ExpectedCustomerSpend",
    Field.NEXT_STEPS: "LifeCycle.NextSteps",
}
REASON: Final = "LifeCycle.ClosedLostReason"
_LOST_AS: Final = f"{CLOSED_LOST}: "
# Once a solution hangs on the record a deal that is won is Committed there. Launched says that the workload is billed,
# which no CRM knows: a person sets it.
_STAGES: Final[Mapping[Stage, str]] = {**values.STAGES, Stage.COMMITTED: COMMITTED, Stage.WON: COMMITTED}
_ANY_REASON: Final = "Other"
_SPEND: Final[Mapping[str, object]] = {"Frequency": "Monthly", "TargetCompany": "AWS"}


def worded(referral: Referral, today: date) -> dict[Field, str]:
    """What the deal would have AWS's record say; a deal in discovery says nothing of its stage."""
    lines = (*lifecycle_lines(referral, today), spend_line(referral, today))
    sent = {path.removeprefix("create."): value for line in lines for path, value in line.sent.items()}
    said = {field: _text_of(sent.get(path)) for field, path in PATHS.items()}
    said[Field.STAGE] = _stage_of(referral)
    return {field: value for field, value in said.items() if value}


def said_in(record: Payload) -> dict[Field, str | None]:
    """The same of a record, or of the body it was made from."""
    said = {field: _text_of(at(record, path)) for field, path in PATHS.items()}
    if said[Field.STAGE] == CLOSED_LOST:
        said[Field.STAGE] = f"{_LOST_AS}{text_at(record, REASON) or _ANY_REASON}"
    return said


def held_from(record: Record) -> Held:
    """A record as it stands: what it says, and what may change in it now."""
    review = review_of(record)
    is_over = stage_of(record) in {CLOSED_LOST, LAUNCHED}
    locked = None if review == APPROVED else f"AWS has not approved it: it is {review}"
    return Held(
        modified_at=moment_at(record, "LastModifiedDate"),
        values=said_in(record),
        open=frozenset() if is_over else frozenset(PATHS),
        locked=None if is_over else locked,
    )


def changes_of(record: Payload, wanted: Mapping[Field, str]) -> dict[str, object]:
    """The API's paths that make a record say this; members of the spend that nobody speaks of stay."""
    changes: dict[str, object] = {PATHS[field]: value for field, value in wanted.items()}
    if (stage := wanted.get(Field.STAGE, "")).startswith(_LOST_AS):
        changes |= {PATHS[Field.STAGE]: CLOSED_LOST, REASON: stage.removeprefix(_LOST_AS)}
    if (spend := wanted.get(Field.MONTHLY_SPEND)) is not None:
        currency, amount = spend.split()
        known = _entry_in(at(record, PATHS[Field.MONTHLY_SPEND]))
        changes[PATHS[Field.MONTHLY_SPEND]] = [{**_SPEND, **known, "Amount": amount, "CurrencyCode": currency}]
    return changes


def _text_of(value: object) -> str | None:
    if isinstance(value, str):
        return value.strip() or None
    entry = _entry_in(value)
    return f"{entry['CurrencyCode']} {entry['Amount']}" if entry.get("Amount") else None


def _entry_in(value: object) -> Mapping[str, object]:
    first = value[0] if isinstance(value, list) and value else {}
    return first if isinstance(first, Mapping) else {}


def _stage_of(referral: Referral) -> str | None:
    if referral.stage is Stage.LOST:
        return f"{_LOST_AS}{pick(referral.loss_reason or '', values.LOST_REASONS) or _ANY_REASON}"
    return _STAGES.get(referral.stage) if referral.stage else None
