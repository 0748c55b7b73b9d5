"""Microsoft's side of a deal: who decides, when, and what the partner then sees; knows no HTTP."""

from copy import deepcopy

from sandbox.microsoft.portal import Portal
from sandbox.microsoft.records import Referral
from sandbox.microsoft.values import NEXT
from sandbox.microsoft.wire import ApiError, Body

DECISIONS = {
    "receive": ("New", "Received"),
    "accept": ("Active", "Accepted"),
    "decline": ("Closed", "Declined"),
    "expire": ("Closed", "Expired"),
    "win": ("Closed", "Won"),
    "lose": ("Closed", "Lost"),
}
SELLER: Body = {
    "contactPreference": {"locale": "en-us", "disableNotifications": False},
    "firstName": "Riley",
    "lastName": "Chen",
    "phoneNumber": "+14255550123",
    "email": "riley.chen@microsoft.example",
}
WAITING = "New"


def expect_decision(portal: Portal, referral: Referral) -> None:
    """Have Microsoft's side received and accepted in the reviewer's own time."""
    if portal.reviewer.mode != "auto":
        return

    def reach(decision: str) -> None:
        if portal.reviewer.mode == "auto" and referral.status == WAITING:
            decide(portal, referral, decision)

    portal.later(portal.reviewer.delay_seconds / 2, lambda: reach("receive"))
    portal.later(portal.reviewer.delay_seconds, lambda: reach("accept"))


def decide(portal: Portal, referral: Referral, decision: str, *, reason: str = "", seller: str = "") -> None:
    """Move Microsoft's side on, whose `seller` is Riley Chen unless told; raises ApiError when it cannot go there."""
    status, substatus = DECISIONS[decision]
    if status not in NEXT[referral.status] or (referral.status == "Closed"):
        raise ApiError(409, "conflict", f"{referral.status} cannot become {status}.")
    body = deepcopy(referral.body)
    body |= {"status": status, "substatus": substatus}
    if reason:
        body["statusReason"] = reason
    if decision == "accept":
        body["team"] = [deepcopy(SELLER) | ({"firstName": seller, "lastName": seller} if seller else {})]
    portal.change(referral, body)


def microsofts_side(portal: Portal, identifier: str) -> Referral:
    """Microsoft's referral in the engagement of this one, which may be it."""
    found = [each for each in portal.of_engagement(portal.referral(identifier).engagement_id) if each.is_microsofts]
    if not found:
        raise ApiError(409, "conflict", f"Microsoft is not in the engagement of {identifier}.")
    return found[0]
