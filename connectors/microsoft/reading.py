"""Microsoft's records in our words: look-alikes, sides of an engagement, statuses. Any member may be null."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime

from connectors.amounts import money
from connectors.microsoft import values
from connectors.microsoft.requirements import at
from connectors.texts import one_line, prose
from motions.referrals import LookAlike, Referral, ReferralStatus, Review

Record = Mapping[str, object]

_DECIMALS = re.compile(r"\.(\d{1,6})\d*")
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def text_at(record: Record, path: str) -> str | None:
    """The text at a dotted path on one line; None when there is none."""
    value = at(record, path)
    return one_line(value) or None if isinstance(value, str) else None


def moment_at(record: Record, path: str) -> datetime:
    """The instant at a dotted path, in UTC; the beginning of time when Microsoft gives none."""
    value = at(record, path)
    try:
        found = datetime.fromisoformat(_DECIMALS.sub(r".\1", str(value)))  # seven decimals come, six are kept
    except ValueError:
        return _LONG_AGO
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def is_microsofts(record: Record) -> bool:
    """Whether this is Microsoft's side of an engagement."""
    return any(text_at(target, "id") == values.MSFT for target in _structs(record, "target"))


def is_over(*sides: Record) -> bool:
    """Whether nothing will come of an engagement any more."""
    return any(_ended(each) in values.NOT_TO_BE for each in sides)


def is_shared(record: Record) -> bool:
    """Whether Microsoft is, or is to be, asked in."""
    return text_at(record, "type") == values.SHARED


def says_the_same(record: Record, body: Record) -> bool:
    """Whether a filed referral holds the words of a request; notes are compared as plain text."""
    words = ("name", "customerProfile.name")
    notes = [prose(str(at(each, "details.notes") or "")) for each in (record, body)]
    return all(text_at(record, path) == text_at(body, path) for path in words) and notes[0] == notes[1]


def look_alike_from(record: Record, referral: Referral) -> LookAlike:
    """A referral as something a person compares with the deal at hand."""
    is_same = text_at(record, "externalReferenceId") == referral.crm_id
    told = standing(record)
    return LookAlike(
        referral_id=str(record.get("id") or ""),
        title=text_at(record, "name") or "",
        customer=text_at(record, "customerProfile.name") or "",
        same_crm_id=is_same,
        worth=money(at(record, "details.dealValue"), text_at(record, "details.currency")),
        close_date=day_at(record, "details.closingDateTime"),
        why=f"{'filed under this CRM record' if is_same else 'same customer, filed without a CRM id'} ({told})",
    )


def status_from(own: Record, theirs: Record | None) -> ReferralStatus:
    """Both sides of an engagement as one; without Microsoft's, as long as it is to be asked in, nothing is decided."""
    sides = [own, *([theirs] if theirs else [])]
    seller = next(_structs(theirs, "team"), {}) if theirs and text_at(theirs, "status") == values.ACTIVE else {}
    return ReferralStatus(
        referral_id=str(own.get("id") or ""),
        review=_review(own, theirs),
        modified_at=max(moment_at(each, "updatedDateTime") for each in sides),
        partner_stage=standing(theirs or own),
        pam_name=_name(seller),
        pam_email=text_at(seller, "email"),
        seller_name=_name(seller),
        seller_email=text_at(seller, "email"),
        comments=_why_over(own, theirs),
    )


def day_at(record: Record, path: str) -> date | None:
    """The day in UTC at a dotted path; None when Microsoft gives none."""
    moment = moment_at(record, path)
    return None if moment == _LONG_AGO else moment.date()


def standing(record: Record) -> str:
    """Status and substatus, as the portal shows them."""
    return " / ".join(filter(None, (text_at(record, "status"), text_at(record, "substatus"))))


def changes_of(records: Iterable[Record]) -> dict[str, list[Record]]:
    """Records by engagement; one without an engagement stands alone."""
    found: dict[str, list[Record]] = {}
    for record in records:
        found.setdefault(text_at(record, "engagementId") or str(record.get("id") or ""), []).append(record)
    return found


def _review(own: Record, theirs: Record | None) -> Review:
    if is_over(own, *([theirs] if theirs else [])):
        return Review.REJECTED
    # A deal nobody is asked in to is decided as soon as it stands.
    deciding = theirs if is_shared(own) or theirs else own
    if deciding is None:
        return Review.PENDING
    is_taken = (text_at(deciding, "status"), text_at(deciding, "substatus")) == (values.ACTIVE, values.ACCEPTED)
    return Review.ACCEPTED if is_taken or _ended(deciding) == values.WON else Review.PENDING


def _why_over(own: Record, theirs: Record | None) -> str | None:
    """Why nothing comes of an engagement: Microsoft's words, or what was said on our own side of it."""
    told = text_at(theirs, "statusReason") if theirs and is_over(theirs) else None
    if told or not is_over(own):
        return told
    return ": ".join(filter(None, (f"our own side was closed as {_ended(own)}", text_at(own, "statusReason"))))


def _ended(record: Record) -> str | None:
    return text_at(record, "substatus") if text_at(record, "status") == values.CLOSED else None


def _structs(record: Record | None, name: str) -> Iterator[Record]:
    found = record.get(name) if record else None
    yield from (one for one in found if isinstance(one, Mapping)) if isinstance(found, list) else ()


def _name(member: Record) -> str | None:
    parts = [text_at(member, "firstName"), text_at(member, "lastName")]
    return " ".join(part for part in parts if part) or None
