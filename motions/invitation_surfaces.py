"""What people see of a deal a partner brings, as values; handlers draw them."""

from dataclasses import dataclass

from motions.invitations import Candidate, Invitation
from motions.model import ExceptionItem, Token


@dataclass(frozen=True)
class DealLink:
    """One of our deals, and where it is looked at."""

    candidate: Candidate
    url: str


@dataclass(frozen=True)
class InvitationCard:
    """The one card of an invitation in its alliance channel; redrawn in place as the clock and people go on."""

    invitation: Invitation
    partner_name: str
    deals: tuple[DealLink, ...]  # that may be meant, as they were sealed
    token: Token | None  # None: there is nothing to decide (any more)
    manager_slack_id: str | None = None  # mentioned on the first posting
    deal: tuple[str, str] | None = None  # the deal somebody chose: its name, and where it is
    problems: tuple[ExceptionItem, ...] = ()


@dataclass(frozen=True)
class AcceptForm:
    """Which deal of ours an invitation is about; an empty choice is a deal the CRM does not have yet."""

    token: Token
    partner_name: str
    customer: str
    choices: tuple[tuple[str, str], ...]  # deal id, label
    is_accepted: bool = False  # the invitation is, and only its deal is missing


@dataclass(frozen=True)
class RejectForm:
    """Why an invitation is rejected, in the portal's own reasons."""

    token: Token
    partner_name: str
    customer: str
    reasons: tuple[str, ...]
