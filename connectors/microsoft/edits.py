"""Changes to a referral of ours after it was filed: only what differs, and only while nobody else has changed it.

Every change is sent for the version it was decided on. Where that one is gone the referral is read again: what somebody
changed beside ours is left as it is, and what they changed of ours is a person's to decide. Knows no CRM and no motion.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

from connectors.microsoft.client import MicrosoftClient
from connectors.microsoft.deal_lines import date_problem
from connectors.microsoft.kept import changes_of, said_in
from connectors.microsoft.reading import Record
from connectors.microsoft.refusals import SYSTEM, Conflict
from connectors.microsoft.requirements import FIXES, LABELS, at
from motions.errors import Rejected, Unavailable
from motions.referrals import Field, Problem

TRIES: Final = 3
_SETTLES: Final = 3.0  # seconds until a read that lags shows what stands there

Said = Mapping[Field, str]


def change(
    client: MicrosoftClient, referral_id: str, changes: Said, seen: Mapping[Field, str | None], today: date
) -> Record:
    """The referral with these values.

    What has its value already is not sent, so the same again writes nothing. Raises Conflict with both values where a
    field is neither as it was seen nor as it is wanted, Rejected for what would bounce, Unavailable, OutcomeUnknown.
    """
    for _ in range(TRIES):
        known = client.read(referral_id)
        wanted = _still_wanted(known, changes, seen)
        if not wanted:
            return known
        _refuse_what_would_bounce(wanted, today)
        try:
            return client.change(referral_id, _operations(known, wanted), str(known.get("eTag") or ""))
        except Conflict:
            continue  # nothing was written: it is another version by now
    raise Unavailable(SYSTEM, f"{referral_id} is not the version it reads back as", retry_after=_SETTLES)


def _still_wanted(known: Record, changes: Said, seen: Mapping[Field, str | None]) -> Said:
    """What is not there yet; Conflict where somebody else wrote it."""
    held = said_in(known)
    wanted = {field: value for field, value in changes.items() if held[field] != value}
    if torn := [_torn(field, held[field], value) for field, value in wanted.items() if held[field] != seen[field]]:
        raise Conflict(SYSTEM, "; ".join(problem.message for problem in torn), torn)
    return wanted


def _torn(field: Field, theirs: str | None, ours: str) -> Problem:
    message = (
        f"{LABELS[field]} was changed there to “{theirs or 'nothing'}” while we wanted “{ours}”; nothing was written."
    )
    return Problem(field, "CONFLICT", message, FIXES[field])


def _refuse_what_would_bounce(wanted: Said, today: date) -> None:
    day = wanted.get(Field.CLOSE_DATE)
    if day and (problem := date_problem(date.fromisoformat(day), today)):
        raise Rejected(SYSTEM, f"{problem.message} Nothing was sent.", (problem,))


def _operations(known: Record, wanted: Said) -> list[dict[str, object]]:
    return [
        {"op": "add", "path": "/" + path.replace(".", "/"), "value": value}
        for path, value in changes_of(wanted).items()
        if at(known, path) != value
    ]
