"""What both companies see to before a private offer is drafted, each check met or with what to do; pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from motions.deals import Quote
from motions.grants import Refusal
from motions.offers import Check, Listing, Whose
from motions.referrals import Field, ReferralStatus, Review


@dataclass(frozen=True)
class Heard:
    """What the partner's side says of a deal: its referral, and our product in its marketplace."""

    status: ReferralStatus | None  # None: the referral is not there
    listing: Listing | None


def our_checks(
    quote: Quote, needed: Sequence[Check], refusal: Refusal | None, competing: str | None
) -> tuple[Check, ...]:
    """Ours: the quote is approved and holds all that is `needed` of it, and it may cross to this partner."""
    return (_approved(quote), *needed, _granted(refusal), *_rival(competing))


def their_checks(quote: Quote, heard: Heard, partner: str) -> tuple[Check, ...]:
    """Theirs: the referral is approved, and the product can be bought from them."""
    return (_referral(heard.status, partner), _sold(quote, heard.listing, partner))


def is_heard(checks: Sequence[Check]) -> bool:
    """Whether the partner's side was asked before, and had nothing open."""
    theirs = [check for check in checks if check.whose is Whose.THEIRS]
    return bool(theirs) and all(check.is_met for check in theirs)


def origins_of(quote: Quote) -> dict[str, str]:
    """Which fields of the CRM an offer tells of, by the canonical name that a grant lets cross."""
    return {Field.AMOUNT.value: quote.amount_from, Field.CUSTOMER.value: quote.buyer_from}


def _approved(quote: Quote) -> Check:
    named = quote.number or "The quote"
    if quote.is_approved:
        return Check(Whose.OURS, "The quote is approved", f"{named}, approved")
    return Check(Whose.OURS, "The quote is approved", f"{named}, not approved", "Have it approved in the CRM.")


def _granted(refusal: Refusal | None) -> Check:
    what = "Both companies agreed to share it"
    if refusal is None:
        return Check(Whose.OURS, what, "the grant covers it")
    return Check(Whose.OURS, what, refusal.reason, refusal.next_act)


def _rival(competing: str | None) -> tuple[Check, ...]:
    fix = "Correct the deal's competitors in the CRM, or leave it."
    return (Check(Whose.OURS, "The partner does not compete on the deal", competing, fix),) if competing else ()


def _referral(status: ReferralStatus | None, partner: str) -> Check:
    what = f"{partner} approved the referral"
    if status is None:
        return Check(Whose.THEIRS, what, "not there", f"Look what became of it in {partner}'s portal.")
    found = f"{status.referral_id}, {status.review.value}"
    fix = "" if status.review is Review.ACCEPTED else f"Wait for {partner}'s review, or ask its partner manager."
    return Check(Whose.THEIRS, what, found, fix)


def _sold(quote: Quote, listing: Listing | None, partner: str) -> Check:
    what = f"The product is on {partner}'s marketplace"
    if listing is None:
        fix = f"List the product there, or correct its id on the deal: {partner} knows none like it."
        return Check(Whose.THEIRS, what, quote.product or "no product", fix)
    fix = "" if listing.is_for_sale else "Have the listing made public, or limited, there."
    return Check(Whose.THEIRS, what, f"{listing.title}, {listing.standing}", fix)
