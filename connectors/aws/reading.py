"""AWS's records in our words: look-alikes, statuses, tasks. Any block may be null and any text entity-encoded."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime

from connectors.amounts import money
from connectors.aws import values
from connectors.aws.requirements import at
from connectors.texts import one_line
from motions.deals import Money
from motions.referrals import LookAlike, Referral, ReferralStatus, Review

Record = Mapping[str, object]

_UNSUBMITTED = "Pending Submission"


def text_at(record: Record, path: str) -> str | None:
    """The text at a dotted path, decoded; None when there is none."""
    value = at(record, path)
    return one_line(value) or None if isinstance(value, str) else None


def moment_at(record: Record, path: str) -> datetime:
    """The instant at a dotted path, in UTC; the beginning of time when AWS gives none."""
    value = at(record, path)
    return value.astimezone(UTC) if isinstance(value, datetime) else datetime.min.replace(tzinfo=UTC)


def is_over(summary: Record) -> bool:
    """Whether nothing will come of a filed opportunity any more."""
    return (
        text_at(summary, "LifeCycle.Stage") == "Closed Lost" or text_at(summary, "LifeCycle.ReviewStatus") == "Rejected"
    )


def is_submitted(record: Record) -> bool:
    """Whether AWS was asked to look at an opportunity."""
    return (text_at(record, "LifeCycle.ReviewStatus") or _UNSUBMITTED) != _UNSUBMITTED


def solutions_of(record: Record) -> tuple[str, ...]:
    """The ids of the solutions that hang on an opportunity."""
    held = at(record, "RelatedEntityIdentifiers.Solutions")
    return tuple(str(one) for one in held) if isinstance(held, list) else ()


def related_of(record: Record) -> dict[str, tuple[str, ...]]:
    """Everything that hangs on an opportunity, by kind."""
    held = at(record, "RelatedEntityIdentifiers")
    kinds = held.items() if isinstance(held, Mapping) else ()
    return {str(kind): tuple(str(one) for one in ids) for kind, ids in kinds if isinstance(ids, list)}


def look_alike_from(record: Record, referral: Referral) -> LookAlike:
    """An opportunity as something a person compares with the deal at hand."""
    is_same = text_at(record, "PartnerOpportunityIdentifier") == referral.crm_id
    standing = [text_at(record, path) for path in ("LifeCycle.Stage", "LifeCycle.ReviewStatus")]
    told = ", ".join(one for one in standing if one)
    return LookAlike(
        referral_id=str(record.get("Id") or ""),
        title=text_at(record, "Project.Title") or "",
        customer=text_at(record, "Customer.Account.CompanyName") or "",
        same_crm_id=is_same,
        website=text_at(record, "Customer.Account.WebsiteUrl"),
        worth=_monthly_spend(record),
        is_monthly=True,
        close_date=_day_at(record, "LifeCycle.TargetCloseDate"),
        why=f"{'filed under this CRM record' if is_same else 'same customer, filed without a CRM id'} ({told})",
    )


def status_from(own: Record, theirs: Record) -> ReferralStatus:
    """Both sides of a referral as one."""
    pam, seller = _member(theirs, values.PAM_TITLES), _member(theirs, values.SELLER_TITLES)
    told = [text_at(own, path) for path in ("LifeCycle.ReviewStatusReason", "LifeCycle.ReviewComments")]
    return ReferralStatus(
        referral_id=str(own.get("Id") or ""),
        review=values.REVIEWS.get(text_at(own, "LifeCycle.ReviewStatus") or "", Review.PENDING),
        modified_at=moment_at(own, "LastModifiedDate"),
        partner_stage=text_at(theirs, "LifeCycle.Stage"),
        partner_close_date=_day_at(theirs, "LifeCycle.TargetCloseDate"),
        next_step=text_at(theirs, "LifeCycle.NextSteps"),
        pam_name=_name(pam),
        pam_email=text_at(pam, "Email"),
        seller_name=_name(seller),
        seller_email=text_at(seller, "Email"),
        engagement=text_at(theirs, "Insights.EngagementScore"),
        quality=_quality(theirs),
        best_actions=text_at(theirs, "Insights.NextBestActions"),
        comments=": ".join(one for one in told if one) or None,
    )


def _quality(theirs: Record) -> str | None:
    score = at(theirs, "Insights.OpportunityQuality.Score")
    return str(score) if isinstance(score, int) else None


def _monthly_spend(record: Record) -> Money | None:
    spends = at(record, "Project.ExpectedCustomerSpend")
    for one in spends if isinstance(spends, list) else ():
        if isinstance(one, Mapping) and one.get("Frequency") == "Monthly":
            return money(text_at(one, "Amount"), text_at(one, "CurrencyCode"))
    return None


def _day_at(record: Record, path: str) -> date | None:
    try:
        return date.fromisoformat(text_at(record, path) or "")
    except ValueError:
        return None


def _member(theirs: Record, titles: tuple[str, ...]) -> Record:
    by_title = {text_at(one, "BusinessTitle"): one for one in _team(theirs)}
    return next((by_title[title] for title in titles if title in by_title), {})


def _team(theirs: Record) -> Iterator[Record]:
    team = theirs.get("OpportunityTeam")
    yield from (one for one in team if isinstance(one, Mapping)) if isinstance(team, list) else ()


def _name(member: Record) -> str | None:
    parts = [text_at(member, "FirstName"), text_at(member, "LastName")]
    return " ".join(part for part in parts if part) or None
