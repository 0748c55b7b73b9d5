"""Closing the loop: the acceptance into the CRM in our own fields, an activity, the seller told, the handoff due."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from motions.attention import may_interrupt
from motions.audiences import INTERNAL
from motions.briefing import handoff_part
from motions.deals import CosellFields
from motions.effects import Recovery
from motions.following import look
from motions.joining import hand_over
from motions.journal import write_log
from motions.model import Motion, MotionId, MotionState, Token
from motions.moving import advance, in_channel, note, on_card, standing
from motions.offer_waking import accepted
from motions.performing import Plan, perform
from motions.policy import ActionKind, Autonomy, Tell
from motions.ports import Ports
from motions.posting import for_our_people, post
from motions.recording import record
from motions.records import UnitOfWork
from motions.surfaces import Note


def close_loop(motion_id: MotionId, epoch: int, ports: Ports) -> None:
    """Segment: write the acceptance back, log the activity, then hand over."""
    motion = standing(motion_id, epoch, MotionState.ACCEPTED, ports)
    if motion is None:
        return
    record(motion, "accepted", CosellFields(status="Accepted"), ports)
    log_activity(motion, "accepted", _outcome(motion, ports), ports)
    ports.durable.transaction("hand over", lambda uow: _hand_over(motion, uow, ports))


def log_activity(motion: Motion, name: str, lines: Sequence[str], ports: Ports) -> None:
    """File one completed activity on the deal; the first stops the clock T_e2e."""
    key = activity_key(motion, name)
    partner = ports.config.name_of(motion.partner)
    plan = Plan(
        key=key,
        subject=motion.id,
        kind="crm.activity",
        destination=motion.opportunity_id,
        audience=INTERNAL,
        payload={"subject": f"Co-sell with {partner}: {name}", "body": "\n".join(lines)},
        recovery=Recovery.LOOK_UP,
    )

    def send(sent: Mapping[str, object]) -> str:
        return ports.crm.log_activity(motion.opportunity_id, key, str(sent["subject"]), str(sent["body"]))

    def find(_sent: Mapping[str, object], _since: datetime) -> str | None:
        return ports.crm.find_activity(motion.opportunity_id, key)

    ports.durable.step(f"activity.{name}", lambda: perform(plan, ports, send=send, find=find))
    ports.durable.transaction("logged", lambda uow: _note_logged(motion.id, name, uow, ports))


def activity_key(motion: Motion, name: str) -> str:
    """The key under which an activity is filed."""
    return f"{motion.id}:crm.activity.{name}"


def tell_seller(motion_id: MotionId, _epoch: int, what: str, ports: Ports) -> None:
    """Segment: tell our seller what the partner did, in the way that partner wants sellers told."""
    motion = ports.durable.read(lambda uow: uow.motions.get(motion_id))
    if motion is None:
        return
    partner = ports.config.partner(motion.partner)
    seller = ports.people.by_email(motion.seller_email) if motion.seller_email else None
    key, told = f"{motion_id}:tell.{what}", _seller_note(motion, what, partner.name, ports)
    channel, thread = motion.channel, motion.card.ts if motion.card else None
    if seller is not None and partner.tell_seller is Tell.DIRECT:
        if not may_interrupt(key, seller, told.headline, ports, subject=motion_id):
            return
        channel, thread = ports.messenger.direct_channel(seller), None
    plan = for_our_people(key, "slack.tell", channel, told, subject=motion_id)
    ports.durable.step("tell", lambda: post(plan, ports, thread=thread))


def telling(motion: Motion, epoch: int, what: str, uow: UnitOfWork) -> None:
    """Enqueue `tell_seller` on the seller's own lane."""
    lane = f"seller:{motion.seller_email or motion.channel}"
    uow.enqueue(in_channel(motion.id, epoch, "tell_seller", lane, n=what))


def handing_on(motion: Motion, epoch: int, uow: UnitOfWork, ports: Ports) -> None:
    """Enqueue `post_handoff` when there is a channel for it and policy lets us speak there."""
    channel = ports.config.partner(motion.partner).shared_channel
    may_speak = ports.config.policy.autonomy_for(ActionKind.PARTNER_VISIBLE, motion.band) is not Autonomy.FORBID
    if channel and may_speak:
        uow.enqueue(in_channel(motion.id, epoch, "post_handoff", channel))


def _hand_over(motion: Motion, uow: UnitOfWork, ports: Ports) -> None:
    latest = uow.decisions.latest(motion.id)
    assert latest is not None
    part = handoff_part(latest[1])
    now = ports.clock.now()
    partner = ports.config.partner(motion.partner)
    epoch = advance(
        uow,
        motion,
        MotionState.HANDED_OFF,
        at=now,
        actor="cosell",
        next_act=f"{partner.name}'s seller: {part['next_step']}",
        changes={"handoff_token": Token(ports.ids.new()), "due_at": now + ports.config.policy.cold_after},
    )
    if epoch is None:
        return
    handing_on(motion, epoch, uow, ports)
    hand_over(motion, uow, ports)
    accepted(motion, uow, ports)
    if partner.portal is not None:
        uow.enqueue(look(motion, partner.portal, 1))  # it may say more than the acceptance did
    telling(motion, epoch, "accepted", uow)
    uow.enqueue(on_card(motion.id, epoch, "redraw"))


def _note_logged(motion_id: MotionId, name: str, uow: UnitOfWork, ports: Ports) -> None:
    motion = uow.motions.get(motion_id)
    if motion is not None and motion.logged_at is None:
        now = ports.clock.now()
        note(uow, motion_id, {"logged_at": now}, at=now)
        write_log(uow, now, "outcome.logged", motion_id, "cosell", {"outcome": name})


def _outcome(motion: Motion, ports: Ports) -> tuple[str, ...]:
    partner = ports.config.name_of(motion.partner)
    return (f"{partner} accepted referral {motion.referral_id}.", *_standing(motion, partner))


def _standing(motion: Motion, partner: str) -> tuple[str, ...]:
    return (
        f"{partner}'s contact: {motion.pam or 'not named yet'}.",
        f"{partner}'s stage: {motion.partner_stage or 'not set yet'}.",
        f"Next step: {motion.next_step or 'not set yet'}.",
    )


def brought(motion: Motion, ports: Ports) -> tuple[str, ...]:
    """What is true of a deal the partner brought once we accepted it."""
    partner = ports.config.name_of(motion.partner)
    return (f"{partner} brought this deal, and we accepted its invitation.", *_standing(motion, partner))


def _seller_note(motion: Motion, what: str, partner: str, ports: Ports) -> Note:
    link = ("Open the deal", ports.deal_url(motion.opportunity_id))
    if what == "accepted":
        headline = f"{partner} accepted the co-sell on {motion.deal_name}"
        return Note(headline, _outcome(motion, ports)[1:], link)
    if motion.is_brought:
        headline = f"{partner} brought us {motion.deal_name}, and we accepted"
        return Note(headline, brought(motion, ports)[1:], link)
    headline = f"{partner} has picked up {motion.deal_name}"
    return Note(headline, (f"Next step: {motion.next_step or 'agree one with them'}.",), link)
