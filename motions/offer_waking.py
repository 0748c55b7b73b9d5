"""What has a quote looked at: a change of its deal, and the acceptance of its referral; looks at nothing itself."""

from motions.canonical import spelled
from motions.deals import Opportunity
from motions.model import Motion, MotionState, PartnerKey
from motions.offer_segments import looking
from motions.offers import Marketplace, Selling
from motions.ports import Ports
from motions.proposals import sha256_of
from motions.records import MotionQuery, UnitOfWork

NOT_SOLD = "partners.yml names no marketplace of the partner any more"
# The partner has said yes to the referral.
ACCEPTED = (MotionState.ACCEPTED, MotionState.HANDED_OFF, MotionState.ENGAGED)


def wake(deal: Opportunity, uow: UnitOfWork, ports: Ports) -> None:
    """Have the approved quote of a deal that changed looked at by every motion whose referral was accepted."""
    if not _is_quoted(deal):
        return
    # The CRM stamps by the second: what changes twice in one is told apart by what it says.
    said = sha256_of(spelled(deal.quote) if deal.quote else None)[:8]
    for motion in uow.motions.find(MotionQuery(opportunity_id=deal.id, states=ACCEPTED)):
        _look(motion, f"crm{deal.modified_at:%Y%m%dT%H%M%S}-{said}", uow, ports)


def accepted(motion: Motion, uow: UnitOfWork, ports: Ports) -> None:
    """Have the deal's quote looked at, now that its referral was accepted."""
    deal = uow.deals.get(motion.opportunity_id)
    if deal is not None and _is_quoted(deal):
        _look(motion, "accepted", uow, ports)


def is_requoted(before: Opportunity | None, after: Opportunity) -> bool:
    """Whether a deal says something else of its quote than before."""
    return (before.quote if before else None) != after.quote


def marketplace_of(partner: PartnerKey, ports: Ports) -> Marketplace | None:
    """Where this partner sells our products, or None."""
    portal = ports.portals.get(ports.config.portal_of(partner) or "")
    return portal.marketplace if isinstance(portal, Selling) else None


def _is_quoted(deal: Opportunity) -> bool:
    return deal.quote is not None and deal.quote.is_approved


def _look(motion: Motion, what: str, uow: UnitOfWork, ports: Ports) -> None:
    portal = ports.config.portal_of(motion.partner)
    if portal is not None and marketplace_of(motion.partner, ports) is not None:
        uow.enqueue(looking(motion, portal, what))
