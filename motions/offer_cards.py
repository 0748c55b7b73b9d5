"""The card of a private offer: sealed, posted once, redrawn in place."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from motions.audiences import INTERNAL
from motions.canonical import spelled
from motions.effects import Recovery, Undo
from motions.journal import ask
from motions.model import MotionId, ProposalId, Token
from motions.offer_segments import on_card
from motions.offer_surfaces import OfferCard
from motions.offer_waking import marketplace_of
from motions.offers import OfferId, OfferState, PrivateOffer
from motions.performing import Plan
from motions.ports import Ports
from motions.posting import place_of, post, rewrite, says_something_else
from motions.proposals import Approval, Proposal, ProposalKind
from motions.records import UnitOfWork
from motions.referrals import Problem

KIND = ProposalKind.DRAFT_OFFER
REQUEST = "request"  # the part of a sealed payload that is sent


def request(offer: PrivateOffer, uow: UnitOfWork, ports: Ports) -> None:
    """Ask for a decision on exactly what the card shows, and what would be sent."""
    proposal = _proposal(offer, ports)
    approval = Approval(
        token=Token(ports.ids.new()),
        proposal_id=proposal.id,
        motion_id=proposal.motion_id,
        epoch=offer.epoch,
        seal=proposal.seal,
        expires_at=_expiry(offer, proposal.created_at, ports),
    )
    ask(uow, proposal, approval)


def latest_request(offer_id: OfferId, uow: UnitOfWork) -> tuple[Approval, Proposal]:
    """The newest request to draft an offer; there is one for each that is stored."""
    latest = uow.decisions.latest(MotionId(offer_id), KIND)
    assert latest is not None
    return latest


def post_offer(offer_id: OfferId, _epoch: int, _what: str, ports: Ports) -> None:
    """Segment: post the one card, and draw it again when it says something else by then."""
    plan = _plan(_gather(offer_id, ports, mention=True), card_key(offer_id), "slack.offer", Recovery.LOOK_UP)
    ports.durable.step("card", lambda: post(plan, ports))
    present = _gather(offer_id, ports, mention=True)
    if ports.durable.read(lambda uow: says_something_else(present, plan.key, uow, ports)):
        again = on_card(present.offer, present.offer.epoch, "posted")
        ports.durable.transaction("stale", lambda uow: uow.enqueue(again))


def redraw_offer(offer_id: OfferId, epoch: int, what: str, ports: Ports) -> None:
    """Segment: make the posted card say what is true now; an older redraw leaves it to the newer one."""
    card = _gather(offer_id, ports, mention=False)
    place = ports.durable.read(lambda uow: place_of(card_key(offer_id), uow))
    if place is None or card.offer.epoch != epoch:
        return
    plan = _plan(card, f"{card_key(offer_id)}.{epoch}{what}", "slack.card.update", Recovery.REPEAT)
    ports.durable.step("redraw", lambda: rewrite(plan, place, ports))


def _gather(offer_id: OfferId, ports: Ports, *, mention: bool) -> OfferCard:
    card = ports.durable.read(lambda uow: _card(offer_id, uow, ports))
    manager = ports.people.by_email(card.offer.manager_email) if mention else None
    return replace(card, manager_slack_id=manager.user_id) if manager else card


def _card(offer_id: OfferId, uow: UnitOfWork, ports: Ports) -> OfferCard:
    offer = uow.offers.get(offer_id)
    assert offer is not None  # offers are never deleted
    approval, proposal = latest_request(offer_id, uow)
    is_asking = offer.state is OfferState.PROPOSED and proposal.is_ready
    return OfferCard(
        offer=offer,
        partner_name=ports.config.name_of(offer.partner),
        deal_url=ports.deal_url(offer.opportunity_id),
        token=approval.token if is_asking else None,
        problems=tuple(uow.exceptions.of(offer_id)),
    )


def _plan(card: OfferCard, key: str, kind: str, recovery: Recovery) -> Plan:
    return Plan(
        key=key,
        subject=card.offer.id,
        kind=kind,
        destination=card.offer.channel,
        audience=INTERNAL,
        surface=card,
        recovery=recovery,
        undo=Undo.REVERSIBLE,
    )


def _proposal(offer: PrivateOffer, ports: Ports) -> Proposal:
    marketplace = marketplace_of(offer.partner, ports)
    assert marketplace is not None  # there would be no offer
    payload: dict[str, object] = {
        "quote": spelled(offer.quote),
        "checks": [spelled(check) for check in offer.checks],
        "referral": offer.referral_id,
    }
    if offer.is_ready:
        payload[REQUEST] = marketplace.request(offer.quote)
    return Proposal(
        id=ProposalId(ports.ids.new()),
        motion_id=MotionId(offer.id),
        kind=KIND,
        destination=offer.portal,
        audience=offer.partner,
        payload=payload,
        form=(),
        problems=tuple(
            Problem(None, "check", f"{check.what}: {check.found}.", check.fix)
            for check in offer.checks
            if not check.is_met
        ),
        schema_version="1",
        policy_version=ports.config.policy.version,
        answers={},
        created_at=ports.clock.now(),
    )


def _expiry(offer: PrivateOffer, now: datetime, ports: Ports) -> datetime:
    """A yes counts as long as the quote does."""
    last = offer.quote.valid_until
    over = datetime.combine(last, time(), UTC) + timedelta(days=1) if last else now
    return over if over > now else now + ports.config.policy.approval_expires_after


def card_key(offer_id: OfferId) -> str:
    """What its one card is posted under."""
    return f"{offer_id}:card"
