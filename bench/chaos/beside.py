"""What goes on beside filing: deals a partner brought, filed ones kept in step or corrected, private offers, sheets."""

from collections.abc import Iterator

from bench.chaos.books import Ours, Theirs
from bench.chaos.findings import Finding
from motions.invitations import ANSWERING
from motions.model import Motion, MotionState

_AT_AWS = {"pending": "PENDING", "accepted": "ACCEPTED", "rejected": "REJECTED", "expired": "EXPIRED"}
_ASKS = "Action Required"
_SETTLED = {"drafted", "withdrawn"}
_IN_STEP = {MotionState.HANDED_OFF, MotionState.ENGAGED}


def offered(ours: Ours, theirs: Theirs) -> Iterator[Finding]:
    """Invitations nobody was shown, whose answer did not arrive, or that wait for ever."""
    explained = {item.subject for item in ours.exceptions}
    for invitation, status in theirs.invitations.items():
        state, *_ = ours.invitations.get(invitation, (None,))
        if state is None:
            yield Finding("lost", invitation, "AWS brought a deal, and nobody was shown it")
        elif state in ANSWERING and invitation not in explained:
            yield Finding("stuck", invitation, f"it is {state} and nothing is under way")
        elif state in _AT_AWS and _AT_AWS[state] != status:
            yield Finding("lost", invitation, f"it is {state} here and {status} at AWS")


def brought(ours: Ours) -> frozenset[str]:
    """Our deals that an accepted invitation is about: their motions did not begin with a card of ours."""
    return frozenset(deal for state, _, deal in ours.invitations.values() if deal and state == "accepted")


def linked(motion: Motion, theirs: Theirs) -> Iterator[Finding]:
    """A deal somebody named for an invitation must carry the referral it became."""
    record = theirs.records[str(motion.opportunity_id)]
    if record["Cosell_Referral_Id__c"] not in {each["id"] for each in theirs.referrals}:
        yield Finding("lost", motion.id, f"AWS brought it; the CRM's referral id is {record['Cosell_Referral_Id__c']}")


def apart(ours: Ours, theirs: Theirs) -> Iterator[Finding]:
    """A close date that moved after filing must have reached the portal, or somebody was told why not."""
    known = [each for each in theirs.referrals if each["crm_id"] and "target_close_date" in each]
    closes = {(each["partner"], str(each["crm_id"])): each["target_close_date"] for each in known}
    explained = {item.subject for item in ours.exceptions}
    for motion in ours.motions:
        deal = str(motion.opportunity_id)
        there = closes.get((motion.partner, deal))
        if motion.state not in _IN_STEP or motion.id in explained or there is None:
            continue
        here = theirs.records[deal]["CloseDate"]
        if here != there:
            yield Finding("lost", motion.id, f"the deal closes on {here}; the portal says {there}")


def uncorrected(ours: Ours, theirs: Theirs) -> Iterator[Finding]:
    """Referrals the partner sent back that nobody was asked about, or whose correction did not arrive."""
    asks = {(each["partner"], each["crm_id"]) for each in theirs.referrals if each["review_status"] == _ASKS}
    for motion in ours.motions:
        if (motion.partner, motion.opportunity_id) in asks:
            yield Finding("lost", motion.id, "AWS still asks for changes, which somebody would have made")


def undrafted(ours: Ours, theirs: Theirs) -> Iterator[Finding]:
    """Quotes of accepted deals without their one draft, and drafts that are not where people look for them."""
    explained = {item.subject for item in ours.exceptions}
    there = {str(each["Id"]): str(each["State"]) for each in theirs.offers}
    for motion in ours.motions:
        record, offer = theirs.records[str(motion.opportunity_id)], f"offer:{motion.id}"
        is_sold_there = motion.partner == "aws" and motion.state in _IN_STEP
        if not is_sold_there or record["Quote_Status__c"] != "Approved" or offer in explained:
            continue
        state, _, _, made = ours.offers.get(offer, (None, 0, "", None))
        if state not in _SETTLED:
            yield Finding("lost", offer, f"its quote is approved and its draft wanted; it is {state}")
        elif made is not None and (there.get(made), record["Cosell_Offer_Id__c"]) != ("Draft", made):
            yield Finding("lost", offer, f"{made} is {there.get(made)}; the CRM says {record['Cosell_Offer_Id__c']}")


def unanswered(theirs: Theirs) -> Iterator[Finding]:
    """Sheets the bot heard of, and said nothing to."""
    answered = {str(message.get("thread_ts")) for message in theirs.messages}
    for sheet in theirs.sheets:
        if theirs.heard.get(sheet) and sheet not in answered:
            yield Finding("lost", sheet, "a sheet was dropped, and nobody was told what is in it")
