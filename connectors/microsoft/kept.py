"""The fields that are kept in step, between our values and Microsoft's referral; pure.

Each is one plain text, so that it can be compared, sealed and shown: an amount with its currency, a day without its
hour, and of the stage only whether it is over and how. Next steps and a monthly spend have no field there.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

from connectors.amounts import money
from connectors.microsoft import values
from connectors.microsoft.deal_lines import close_date_line
from connectors.microsoft.reading import Record, day_at, moment_at, standing, text_at
from connectors.microsoft.requirements import Payload, at
from connectors.microsoft.value_line import value_line
from connectors.texts import one_line, shortened
from motions.deals import Stage
from motions.in_step import Held
from motions.referrals import Field, Referral

PATHS: Final[Mapping[Field, str]] = {
    Field.STAGE: "status",
    Field.CLOSE_DATE: "details.closingDateTime",
    Field.AMOUNT: "details.dealValue",
}
CLOSING: Final[Mapping[Stage, str]] = {Stage.WON: values.WON, Stage.LOST: values.LOST}
# Microsoft has no stages: New and Active tell who has answered, which no deal knows, and a deal that goes on changes
# neither. So everything that is not over says this.
OPEN: Final = "Open"
_OVER: Final = f"{values.CLOSED} / "
_REASON_LIMIT: Final = 255


def worded(referral: Referral, today: date) -> dict[Field, str]:
    """What the deal would have Microsoft's referral say."""
    lines = (close_date_line(referral, today), value_line(referral))
    details = {path.rpartition(".")[2]: value for line in lines for path, value in line.sent.items() if value}
    said = {**said_in({"details": details}), Field.STAGE: _stage_of(referral)}
    return {field: value for field, value in said.items() if value}


def said_in(record: Payload) -> dict[Field, str | None]:
    """The same of a record, or of the body it was made from."""
    day = day_at(record, PATHS[Field.CLOSE_DATE])
    worth = money(at(record, PATHS[Field.AMOUNT]), text_at(record, "details.currency"))
    return {
        Field.STAGE: _stage_in(record),
        Field.CLOSE_DATE: day.isoformat() if day else None,
        Field.AMOUNT: f"{worth.currency} {worth.amount:.2f}" if worth else None,
    }


def held_from(record: Record) -> Held:
    """Our referral as it stands. Nothing locks it while Microsoft decides; one that is closed is closed for good."""
    is_over = text_at(record, "status") == values.CLOSED
    return Held(
        modified_at=moment_at(record, "updatedDateTime"),
        values=said_in(record),
        open=frozenset() if is_over else frozenset(PATHS),
    )


def changes_of(wanted: Mapping[Field, str]) -> dict[str, object]:
    """The API's dotted paths that make our referral say this."""
    changes: dict[str, object] = {}
    if day := wanted.get(Field.CLOSE_DATE):
        changes[PATHS[Field.CLOSE_DATE]] = f"{day}T00:00:00Z"
    if worth := wanted.get(Field.AMOUNT):
        currency, amount = worth.split()
        changes |= {PATHS[Field.AMOUNT]: float(amount), "details.currency": currency}
    if stage := wanted.get(Field.STAGE):
        changes |= _closed_as(stage)
    return changes


def _closed_as(stage: str) -> dict[str, object]:
    if not stage.startswith(_OVER):
        return {"status": values.ACTIVE, "substatus": values.ACCEPTED}
    substatus, _, reason = stage.removeprefix(_OVER).partition(": ")
    told: dict[str, object] = {"status": values.CLOSED, "substatus": substatus}
    return {**told, "statusReason": reason} if reason else told


def _stage_in(record: Payload) -> str | None:
    if text_at(record, "status") != values.CLOSED:
        return OPEN if text_at(record, "status") else None
    # Whoever closes it as won may write a word about it, which no deal in the CRM has: both still say won.
    is_lost = text_at(record, "substatus") == values.LOST
    reason = " ".join(str(at(record, "statusReason") or "").split()) if is_lost else ""
    return _because(standing(record), reason)


def _stage_of(referral: Referral) -> str | None:
    if referral.stage is None:
        return None
    if referral.stage not in CLOSING:
        return OPEN
    reason = one_line(referral.loss_reason) if referral.stage is Stage.LOST else ""
    return _because(f"{_OVER}{CLOSING[referral.stage]}", shortened(reason, _REASON_LIMIT)[0])


def _because(stage: str, reason: str) -> str:
    return f"{stage}: {reason}" if reason else stage
