"""Private offers from approved quotes: proposed once a referral was accepted, and kept true until somebody decides.

Everything an offer rests on is looked at again by a sweep, so that a check that is met shows without anybody asking.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from motions.authority import why_kept_away
from motions.deals import Opportunity
from motions.errors import AuthExpired, NotVisible, Rejected
from motions.grants import Purpose, Refusal, grant_or_refusal
from motions.journal import clear_exceptions, decide
from motions.model import Motion, MotionId
from motions.offer_cards import card_key, latest_request, request
from motions.offer_checks import Heard, is_heard, origins_of, our_checks, their_checks
from motions.offer_journal import move, propose
from motions.offer_segments import drafting, in_channel, on_card, segment_id
from motions.offer_waking import ACCEPTED, NOT_SOLD, marketplace_of
from motions.offers import Check, Marketplace, OfferState, PrivateOffer, Whose, is_lost, offer_id_of
from motions.ports import Ports
from motions.posting import place_of
from motions.proposals import Verdict
from motions.records import Segment, UnitOfWork

IDLE = timedelta(seconds=60)
_OPEN = (OfferState.PROPOSED, OfferState.WITHDRAWN)


def look_at_offer(motion_id: MotionId, _what: str, ports: Ports) -> None:
    """Segment: hold a deal's quote against what an offer needs, and propose it, or show what changed."""
    if (work := _considered(motion_id, ports)) is not None:
        ports.durable.transaction("considered", work)


def look(ports: Ports) -> int:
    """Sweep: checks that are met by now, quotes that changed or are gone, and whatever the engine lost. How many."""
    told, refusals = 0, []
    for offer in ports.durable.read(lambda uow: uow.offers.undecided()):
        try:
            told += _tend(offer, ports)
        except (Rejected, AuthExpired) as error:  # of this one alone, as far as anybody knows: the others go on
            refusals.append(error)
    if refusals:
        raise refusals[0]
    return told


def _tend(offer: PrivateOffer, ports: Ports) -> bool:
    lost = _lost(offer, ports)
    work = _considered(offer.motion_id, ports) if offer.state is OfferState.PROPOSED else None
    with ports.store.transaction() as uow:
        if lost is not None:
            uow.enqueue(lost)
        return work(uow) if work is not None else False


def _considered(motion_id: MotionId, ports: Ports) -> Callable[[UnitOfWork], bool] | None:
    """What follows from the deal, the partner's side of it and the clock; None when there is nothing to offer."""
    motion, offer, deal = ports.durable.read(lambda uow: _known(motion_id, uow))
    if motion is None or deal is None or motion.state not in ACCEPTED or motion.referral_id is None:
        return None
    marketplace = marketplace_of(motion.partner, ports)
    if offer is not None and offer.state not in _OPEN:
        return None
    if marketplace is None:
        return lambda uow: _withdraw(offer, NOT_SOLD, uow, ports)
    is_gone = deal.quote is None or is_lost(deal)
    if offer is None and (is_gone or not (deal.quote and deal.quote.is_approved)):
        return None
    if is_gone:
        why = "the deal was lost" if deal.is_closed else "its quote is gone from the CRM"
        return lambda uow: _withdraw(offer, why, uow, ports)
    theirs = _theirs(motion, offer, deal, marketplace, ports)
    return lambda uow: _settle(motion, deal, theirs, marketplace, uow, ports)


def _known(motion_id: MotionId, uow: UnitOfWork) -> tuple[Motion | None, PrivateOffer | None, Opportunity | None]:
    motion = uow.motions.get(motion_id)
    deal = uow.deals.get(motion.opportunity_id) if motion is not None else None
    return motion, uow.offers.get(offer_id_of(motion_id)), deal


def _theirs(
    motion: Motion, offer: PrivateOffer | None, deal: Opportunity, marketplace: Marketplace, ports: Ports
) -> tuple[Check, ...]:
    """The partner's side; it is not asked again about the same product once it had nothing open."""
    assert deal.quote is not None
    assert motion.referral_id is not None
    if offer is not None and offer.quote.product == deal.quote.product and is_heard(offer.checks):
        return tuple(check for check in offer.checks if check.whose is Whose.THEIRS)
    partner = ports.config.partner(motion.partner)
    try:
        status = ports.portals[partner.portal or ""].status(motion.referral_id)
    except NotVisible:
        status = None
    listing = marketplace.listing(deal.quote.product) if deal.quote.product else None
    return their_checks(deal.quote, Heard(status, listing), partner.name)


def _settle(
    motion: Motion,
    deal: Opportunity,
    theirs: tuple[Check, ...],
    marketplace: Marketplace,
    uow: UnitOfWork,
    ports: Ports,
) -> bool:
    """Propose the offer, or propose it anew when anything on its card changed; False when nothing did."""
    assert deal.quote is not None
    uow.motions.locked(motion.id)
    present = uow.offers.locked(offer_id_of(motion.id))  # before the grant, as whoever drafts it does
    needed = marketplace.judge(deal.quote, ports.clock.now().date())
    found = grant_or_refusal(motion.partner, deal.id, Purpose.REFERRAL, origins_of(deal.quote), uow, ports)
    refusal = found if isinstance(found, Refusal) else None
    ours = our_checks(deal.quote, needed, refusal, why_kept_away(motion, uow, ports))
    wanted = _offer(motion, deal, (*ours, *theirs), ports)
    if present is None:
        if not propose(uow, wanted, actor="cosell"):
            return False  # another process did, in the very same moment
        request(wanted, uow, ports)
        uow.enqueue(in_channel(wanted, wanted.epoch))
        return True
    if present.state not in _OPEN:
        return False
    changes = _changes(present, wanted)
    if not changes and present.state is OfferState.PROPOSED:
        return False
    _end_request(present, Verdict.REPLACED, ports.clock.now(), "the deal, or a check, changed", uow)
    _ask_again(present, changes, wanted.next_act, uow, ports)
    return True


def _changes(present: PrivateOffer, wanted: PrivateOffer) -> dict[str, object]:
    names = ("quote", "checks", "referral_id", "deal_name", "customer")
    return {name: getattr(wanted, name) for name in names if getattr(wanted, name) != getattr(present, name)}


def _ask_again(present: PrivateOffer, changes: dict[str, object], next_act: str, uow: UnitOfWork, ports: Ports) -> None:
    now = ports.clock.now()
    epoch = move(uow, present, OfferState.PROPOSED, at=now, actor="cosell", next_act=next_act, changes=changes)
    assert epoch is not None  # it is locked
    anew = uow.offers.get(present.id)
    assert anew is not None
    request(anew, uow, ports)
    uow.enqueue(on_card(anew, epoch))


def _withdraw(offer: PrivateOffer | None, why: str, uow: UnitOfWork, ports: Ports) -> bool:
    present = uow.offers.locked(offer.id) if offer is not None else None
    if present is None or present.state is not OfferState.PROPOSED:
        return False
    now = ports.clock.now()
    _end_request(present, Verdict.EXPIRED, now, why, uow)
    epoch = move(uow, present, OfferState.WITHDRAWN, at=now, actor="crm", next_act=f"nothing: {why}")
    assert epoch is not None  # it is locked
    clear_exceptions(uow, present.id, at=now)  # nobody can have it drafted any more
    uow.enqueue(on_card(present, epoch))
    return True


def _end_request(offer: PrivateOffer, verdict: Verdict, now: datetime, why: str, uow: UnitOfWork) -> None:
    decide(uow, latest_request(offer.id, uow)[0], verdict, by=None, at=now, reason=why, actor="crm")


def _lost(offer: PrivateOffer, ports: Ports) -> Segment | None:
    """What an offer stands still for, under a name of this hour's; None when all is under way or with a person."""
    now = ports.clock.now()
    if now - offer.updated_at < IDLE:
        return None
    hour = f"again{now:%Y%m%dT%H}"
    if offer.state is OfferState.DRAFTING:
        segment = drafting(offer, offer.epoch, hour)
    elif ports.durable.read(lambda uow: place_of(card_key(offer.id), uow)) is None:
        segment = in_channel(offer, offer.epoch, hour)
    else:
        return None
    is_going = ports.durable.is_under_way(segment_id(segment.name, offer.id, offer.epoch))
    return None if is_going else segment


def _offer(motion: Motion, deal: Opportunity, checks: tuple[Check, ...], ports: Ports) -> PrivateOffer:
    assert deal.quote is not None
    assert motion.referral_id is not None
    now, is_ready = ports.clock.now(), all(check.is_met for check in checks)
    offer = PrivateOffer(
        id=offer_id_of(motion.id),
        motion_id=motion.id,
        opportunity_id=deal.id,
        partner=motion.partner,
        portal=ports.config.portal_of(motion.partner) or "",
        state=OfferState.PROPOSED,
        epoch=1,
        deal_name=deal.name,
        customer=deal.account.name if deal.account else "",
        referral_id=motion.referral_id,
        quote=deal.quote,
        checks=checks,
        channel=motion.channel,
        manager_email=motion.manager_email,
        next_act="",
        seen_at=now,
        updated_at=now,
    )
    return replace(offer, next_act="have it drafted, or leave it" if is_ready else "meet what is open below")
