"""Having a private offer drafted: once, looked up when an answer was lost, hung on the referral, named in the CRM.

Ends at a draft. What would publish it is no effect of this program.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial

from motions.authority import why_kept_away
from motions.deals import CosellFields
from motions.effects import Recovery, Undo
from motions.errors import OUR_PACE, CompetitorNamed, NotVisible, Rejected, Unavailable
from motions.grants import Purpose, guard_for
from motions.journal import clear_exceptions, raise_exception
from motions.model import EffectKey, Motion
from motions.offer_cards import REQUEST, latest_request, request
from motions.offer_checks import origins_of
from motions.offer_journal import amend, move
from motions.offer_segments import on_card
from motions.offer_waking import NOT_SOLD, marketplace_of
from motions.offers import Marketplace, OfferId, OfferState, PrivateOffer, why_changed
from motions.performing import Guard, Plan
from motions.ports import Ports
from motions.proposals import Proposal, Verdict
from motions.recording import record
from motions.records import UnitOfWork
from motions.unsent import perform_or_find

REFUSED = "offer-refused"
# A marketplace takes minutes. It is asked again after a tenth of what it took so far; a person sees it from an hour on.
_ASKED_AGAIN_AFTER, _ASKED_AGAIN_WITHIN = timedelta(seconds=3), timedelta(hours=1)
_SHOWN_AFTER = timedelta(hours=1)


def draft_offer(offer_id: OfferId, epoch: int, _what: str, ports: Ports) -> None:
    """Segment: have the draft made as somebody decided, hang it on the referral, and write its id to the CRM."""
    offer, motion, proposal = ports.durable.read(partial(_known, offer_id))
    if offer is None or motion is None or offer.epoch != epoch or offer.state is not OfferState.DRAFTING:
        return
    marketplace = marketplace_of(offer.partner, ports)
    if marketplace is None:
        raise Rejected(offer.portal, NOT_SOLD)
    try:
        started = ports.durable.step("draft", partial(_start, offer, proposal, motion, marketplace, ports))
        made = ports.durable.step("made", partial(_outcome, offer, started, marketplace, ports))
    except Rejected as error:
        why = str(error)
        ports.durable.transaction("refused", lambda uow: _refused(offer, why, uow, ports))
        return
    standing = ports.durable.step("standing", partial(marketplace.standing, made))
    told = {"offer_id": made, "standing": standing}
    ports.durable.transaction("made", lambda uow: _made(offer, told, uow, ports))
    ports.durable.step("link", partial(_link, offer, made, motion, marketplace, ports))
    _record(offer, made, ports)
    ports.durable.transaction("drafted", lambda uow: _drafted(offer, told, uow, ports))


def _known(offer_id: OfferId, uow: UnitOfWork) -> tuple[PrivateOffer | None, Motion | None, Proposal]:
    offer = uow.offers.get(offer_id)
    motion = uow.motions.get(offer.motion_id) if offer is not None else None
    return offer, motion, latest_request(offer_id, uow)[1]


def _start(offer: PrivateOffer, proposal: Proposal, motion: Motion, marketplace: Marketplace, ports: Ports) -> str:
    key = _key(offer)
    plan = Plan(
        key=key,
        subject=offer.id,
        kind=f"{offer.portal}.offer",
        destination=offer.portal,
        audience=offer.partner,
        payload={REQUEST: proposal.payload[REQUEST], "seal": proposal.seal},
        recovery=Recovery.LOOK_UP,
        undo=Undo.FINAL,
    )

    def send(sent: Mapping[str, object]) -> str:
        return marketplace.start(_part(sent), key)

    def find(sent: Mapping[str, object], _since: datetime) -> str | None:
        return marketplace.find(_part(sent), key)

    return perform_or_find(plan, ports, send=send, find=find, guard=_draft_guard(offer, proposal, motion, ports))


def _outcome(offer: PrivateOffer, started: str, marketplace: Marketplace, ports: Ports) -> str:
    try:
        made = marketplace.outcome(started)
    except NotVisible as error:  # that it does not show says nothing of whether it was made
        raise Unavailable(error.system, f"does not show what became of the draft: {error}") from error
    if made is None:
        took = ports.clock.now() - ports.durable.read(lambda uow: _started_at(offer, uow))
        wait = min(max(took / 10, _ASKED_AGAIN_AFTER), _ASKED_AGAIN_WITHIN).total_seconds()
        if took > _SHOWN_AFTER:
            said = f"has not made the draft yet, {started}; look there what became of it"
            raise Unavailable(offer.portal, said, retry_after=wait)
        raise Unavailable(OUR_PACE, "the draft is still being made", retry_after=wait)
    return made


def _started_at(offer: PrivateOffer, uow: UnitOfWork) -> datetime:
    effect = uow.effects.get(EffectKey(_key(offer)))
    assert effect is not None  # it was performed before anybody asks what came of it
    return effect.settled_at or effect.first_started_at


def _key(offer: PrivateOffer) -> str:
    """What was refused for good stays so in the ledger: the next decision has a key, and a token, of its own."""
    return f"{offer.id}:draft" + (f".{offer.refusals}" if offer.refusals else "")


def _link(offer: PrivateOffer, made: str, motion: Motion, marketplace: Marketplace, ports: Ports) -> str:
    plan = Plan(
        key=f"{offer.id}:link",
        subject=offer.id,
        kind=f"{offer.portal}.offer.link",
        destination=offer.portal,
        audience=offer.partner,
        payload={"referral": offer.referral_id, "offer": made},
        recovery=Recovery.LOOK_UP,
        undo=Undo.COMPENSABLE,
    )

    def send(_sent: Mapping[str, object]) -> str:
        marketplace.link(offer.referral_id, made)
        return made

    def find(_sent: Mapping[str, object], _since: datetime) -> str | None:
        return made if marketplace.is_linked(offer.referral_id, made) else None

    _, proposal = ports.durable.read(lambda uow: latest_request(offer.id, uow))
    return perform_or_find(plan, ports, send=send, find=find, guard=_guard(offer, proposal, motion, ports))


def _draft_guard(offer: PrivateOffer, proposal: Proposal, motion: Motion, ports: Ports) -> Guard:
    """Lets the draft out on the deal that somebody saw only; what is drafted is linked whatever is quoted by then."""
    may_leave = _guard(offer, proposal, motion, ports)

    def guard(uow: UnitOfWork) -> str | None:
        grant = may_leave(uow)
        if (why := why_changed(offer, uow.deals.get(offer.opportunity_id))) is not None:
            raise Rejected(offer.portal, f"{why} since it was approved")
        return grant

    return guard


def _guard(offer: PrivateOffer, proposal: Proposal, motion: Motion, ports: Ports) -> Guard:
    """Lets a call out only while it is what somebody approved, and may cross to this partner."""
    granted = guard_for(offer.partner, offer.opportunity_id, Purpose.REFERRAL, origins_of(offer.quote), ports)

    def guard(uow: UnitOfWork) -> str | None:
        present = uow.offers.locked(offer.id)
        if present is None or present.epoch != offer.epoch:
            raise Rejected(offer.portal, "the offer was settled meanwhile")
        approval, kept = latest_request(offer.id, uow)
        if approval.verdict is not Verdict.APPROVED or {approval.seal, kept.seal} != {proposal.seal}:
            raise Rejected(offer.portal, "nobody approved exactly this offer")
        if (competing := why_kept_away(motion, uow, ports)) is not None:
            raise CompetitorNamed(offer.portal, competing)
        return granted(uow)

    return guard


def _record(offer: PrivateOffer, made: str, ports: Ports) -> None:
    """Onto the deal, with what is known of the motion by now: making the draft took its time."""
    motion = ports.durable.read(lambda uow: uow.motions.get(offer.motion_id))
    assert motion is not None  # motions are never deleted
    record(motion, "offer", CosellFields(offer_id=made), ports)


def _made(offer: PrivateOffer, told: Mapping[str, object], uow: UnitOfWork, ports: Ports) -> None:
    """Keep the draft's id at once: whatever becomes of the link, people find it in the marketplace."""
    present = uow.offers.locked(offer.id)
    if present is not None and present.epoch == offer.epoch and present.offer_id is None:
        amend(uow, present, "made", told, at=ports.clock.now(), actor=_name(offer, ports))
        uow.enqueue(on_card(present, present.epoch, "made"))


def _drafted(offer: PrivateOffer, told: Mapping[str, object], uow: UnitOfWork, ports: Ports) -> None:
    now, partner = ports.clock.now(), _name(offer, ports)
    next_act = f"complete it in {partner}'s marketplace and publish it there; cosell publishes nothing"
    epoch = move(uow, offer, OfferState.DRAFTED, at=now, actor=partner, next_act=next_act, changes=told)
    if epoch is not None:
        clear_exceptions(uow, offer.id, at=now)
        uow.enqueue(on_card(offer, epoch))


def _refused(offer: PrivateOffer, why: str, uow: UnitOfWork, ports: Ports) -> None:
    """The draft was not made: a person is asked again, about the same quote or, within a minute, about the new one."""
    now, changes = ports.clock.now(), {"refusals": offer.refusals + 1, "approved_by": None, "approved_at": None}
    next_act = "mend what it says, and have it drafted again"
    epoch = move(uow, offer, OfferState.PROPOSED, at=now, actor=_name(offer, ports), next_act=next_act, changes=changes)
    anew = uow.offers.get(offer.id)
    if epoch is None or anew is None:
        return
    request(anew, uow, ports)
    clear_exceptions(uow, offer.id, at=now, code=REFUSED)
    raise_exception(
        uow,
        subject=offer.id,
        opportunity_id=offer.opportunity_id,
        code=REFUSED,
        reason=f"The private offer for {offer.deal_name} was not drafted: {why.rstrip('. ')}.",
        next_act=next_act,
        owner=offer.manager_email,
        at=now,
    )
    uow.enqueue(on_card(anew, epoch))


def _part(sent: Mapping[str, object]) -> Mapping[str, object]:
    part = sent[REQUEST]
    assert isinstance(part, dict)
    return part


def _name(offer: PrivateOffer, ports: Ports) -> str:
    return ports.config.name_of(offer.partner)
