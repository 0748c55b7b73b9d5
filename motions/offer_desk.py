"""The one thing people do with a private offer here: have it drafted. Publishing is done in the marketplace, by people.

The decision is claimed once, on exactly what the card showed; every other click is told why it changed nothing.
"""

from motions.deciding import MAY_DECIDE, UNKNOWN_BUTTON, done, nothing
from motions.journal import decide, raise_exception
from motions.model import Band, Person, Token
from motions.offer_cards import KIND
from motions.offer_journal import move
from motions.offer_segments import drafting, on_card
from motions.offers import OfferId, OfferState, PrivateOffer, why_changed
from motions.policy import ActionKind, Autonomy
from motions.ports import Ports
from motions.proposals import Approval, Proposal, Verdict
from motions.records import UnitOfWork
from motions.surfaces import ClickReply

_STANDS = {
    OfferState.DRAFTING: "is being drafted",
    OfferState.DRAFTED: "was drafted",
    OfferState.WITHDRAWN: "was withdrawn",
}


def draft(token: Token, by: Person, ports: Ports) -> ClickReply:
    """Approve exactly the sealed bytes, and have the draft made; nothing is published."""
    with ports.store.transaction() as uow:
        found = uow.decisions.get(token)
        offer = uow.offers.locked(OfferId(found[0].motion_id)) if found else None
        now = uow.decisions.get(token)  # again: somebody may have decided while this waited for the lock
        if offer is None or now is None or now[1].kind is not KIND:
            return nothing(UNKNOWN_BUTTON)
        if why := _why_not(offer, *now, by, uow, ports):
            return nothing(why)
        if not decide(uow, now[0], Verdict.APPROVED, by=by, at=ports.clock.now()):
            return nothing("Somebody else decided a moment ago.")
        _decided(offer, by, uow, ports)
    return done("Having it drafted. The card says when it is there. Nothing is published.")


def _why_not(
    offer: PrivateOffer, approval: Approval, proposal: Proposal, by: Person, uow: UnitOfWork, ports: Ports
) -> str | None:
    if by.role not in MAY_DECIDE:
        return f"Only alliance managers and operators have offers drafted; {offer.manager_email} looks after this one."
    if offer.state is not OfferState.PROPOSED:
        who = f", as {offer.approved_by} decided," if offer.approved_by else ""
        return f"This offer{who} {_STANDS[offer.state]} already."
    if approval.epoch != offer.epoch:
        return "This card is out of date: the deal, or a check, changed."
    if ports.clock.now() >= approval.expires_at:
        return "The quote is no longer valid. Renew it in the CRM."
    if proposal.seal != approval.seal:
        _report_broken_seal(offer, uow, ports)
        return "This card no longer matches what would be drafted. An operator was told."
    return _why_not_now(offer, proposal, uow, ports)


def _why_not_now(offer: PrivateOffer, proposal: Proposal, uow: UnitOfWork, ports: Ports) -> str | None:
    if not proposal.is_ready:
        return f"{proposal.problems[0].message} {proposal.problems[0].fix}"
    if (why := why_changed(offer, uow.deals.get(offer.opportunity_id))) is not None:
        return f"{why.capitalize()} a moment ago: the card is drawn anew within a minute."
    if ports.config.policy.autonomy_for(ActionKind.PORTAL_FILING, Band.HIGH) is Autonomy.FORBID:
        return "Policy forbids writing to portals. An operator can change it in policy.yml."
    return None


def _decided(offer: PrivateOffer, by: Person, uow: UnitOfWork, ports: Ports) -> None:
    now = ports.clock.now()
    changes = {"approved_by": by.name, "approved_at": now}
    next_act = "cosell has the draft made"
    epoch = move(uow, offer, OfferState.DRAFTING, at=now, actor=by.name, next_act=next_act, changes=changes)
    assert epoch is not None  # it is locked
    uow.enqueue(on_card(offer, epoch))
    uow.enqueue(drafting(offer, epoch))


def _report_broken_seal(offer: PrivateOffer, uow: UnitOfWork, ports: Ports) -> None:
    raise_exception(
        uow,
        subject=offer.id,
        opportunity_id=offer.opportunity_id,
        code="seal-broken",
        reason=f"The stored offer for {offer.deal_name} is not the one its card was sealed with. Nothing was drafted.",
        next_act="find out who wrote to the store; a change of the quote makes a new card",
        owner=ports.config.coverage.operators[0],
        at=ports.clock.now(),
    )
