"""Handoffs: the approved words to the partner's seller, and their first action."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial

from motions.briefing import handoff_part
from motions.closing import brought, log_activity, telling
from motions.deals import CosellFields
from motions.drafting import HANDOFF, origins_in
from motions.effects import UNDO_OF, EffectStatus, Recovery
from motions.errors import NotGranted, Unavailable
from motions.grant_cards import holds_no_deal
from motions.grant_surfaces import NothingShared
from motions.grants import Purpose, guard_for, standing_grant
from motions.journal import clear_exceptions, raise_exception, write_log
from motions.model import EffectKey, MessageRef, Motion, MotionId, MotionState, Person, Role, Token
from motions.moving import advance, in_channel, note, on_card, standing, work
from motions.partner_desk import theirs, under
from motions.performing import Guard, Plan, was_found
from motions.ports import Ports
from motions.posting import post, rewrite
from motions.proposals import Proposal
from motions.recording import record
from motions.records import LogEntry, MotionQuery, UnitOfWork
from motions.surfaces import ClickOutcome, ClickReply, HandoffMessage

# The same words for what is not there and for what is somebody else's: an answer must not tell which.
UNKNOWN_BUTTON = (
    "This button is from before a restart and no longer counts, or what it is about is not shared with you, "
    "so nothing was recorded. Press it again in a minute, when the message has been drawn anew, or reply in its thread."
)
WORKDAYS = 5
DUE_IN_WORKDAYS = 3

_HANDED = {MotionState.HANDED_OFF, MotionState.ENGAGED}
_MAYBE_OUT = {EffectStatus.INTENT, EffectStatus.DONE}


@dataclass(frozen=True)
class Told:
    """What the partner's seller is told where, and the grant it rests on."""

    message: HandoffMessage
    channel: str
    guard: Guard


def post_handoff(motion_id: MotionId, _epoch: int, ports: Ports) -> None:
    """Segment: post the handoff in the channel we share with this one partner."""
    motion = ports.durable.read(lambda uow: uow.motions.get(motion_id))
    # Whoever took it saw it: the post whose answer was lost is still to be found, and its button to go.
    if motion is None or motion.handoff is not None or motion.handoff_token is None or motion.state not in _HANDED:
        return
    told = told_of(motion, ports)
    plan = Plan(
        key=f"{motion_id}:handoff",
        subject=motion_id,
        kind="slack.handoff",
        destination=told.channel,
        audience=motion.partner,
        surface=told.message,
        recovery=Recovery.LOOK_UP,
        undo=UNDO_OF["slack.handoff"],
    )
    try:
        ts = ports.durable.step("handoff", lambda: post(plan, ports, guard=told.guard))
    except NotGranted as refusal:
        ports.durable.transaction("held", partial(hold, motion, refusal, ports))
        return
    place = MessageRef(told.channel, ts)
    ports.durable.transaction("handed", lambda uow: _note_handoff(motion, place, plan, uow, ports))


def post_handoff_now(motion_id: MotionId, epoch: int, _n: int | str, ports: Ports) -> None:
    """Segment: the same once more, when what may be shared has changed."""
    post_handoff(motion_id, epoch, ports)


def take(token: Token, by: Person, ports: Ports) -> ClickReply:
    """The partner's 'I am on it': recorded once, shown to our seller."""
    with ports.store.transaction() as uow:
        if by.role is not Role.PARTNER:
            return ClickReply(ClickOutcome.CHANGED_NOTHING, "Only the partner this was handed to can take it on.")
        motion = theirs(token, by, uow, ports)
        if motion is None:
            return ClickReply(ClickOutcome.CHANGED_NOTHING, UNKNOWN_BUTTON)
        if not _engage(motion, by, "took it on", uow, ports):
            return ClickReply(ClickOutcome.CHANGED_NOTHING, "This handoff was already taken on. Nothing changed.")
    return ClickReply(ClickOutcome.DONE, "Thank you: it is yours, and the seller has been told.")


def replied(channel: str, thread_ts: str, by: Person, ports: Ports) -> bool:
    """A reply in a handoff's thread by somebody of that partner is their first action; False: no such thread.

    Raises Unavailable while a handoff to that partner is out whose place is not noted yet: it may be this thread's.
    """
    with ports.store.transaction() as uow:
        found = uow.motions.find(MotionQuery(handoff=MessageRef(channel, thread_ts)))
        if not found:
            _may_be_unnoted(channel, by, uow, ports)
            return False
        if by.role is Role.PARTNER and by.partner == found[0].partner:
            _engage(found[0], by, "replied", uow, ports)
    return True


def _may_be_unnoted(channel: str, by: Person, uow: UnitOfWork, ports: Ports) -> None:
    if by.role is not Role.PARTNER or by.partner is None or ports.config.partner(by.partner).shared_channel != channel:
        return
    unnoted = MotionQuery(partner=by.partner, states=(MotionState.HANDED_OFF,), without_handoff=True)
    effects = [uow.effects.get(EffectKey(f"{motion.id}:handoff")) for motion in uow.motions.find(unnoted)]
    if any(effect is not None and effect.status in _MAYBE_OUT for effect in effects):
        raise Unavailable("cosell", "a handoff's place is being noted", retry_after=2.0)


def record_engaged(motion_id: MotionId, epoch: int, ports: Ports) -> None:
    """Segment: the partner's first action into the CRM, and the handoff's button away."""
    motion = standing(motion_id, epoch, MotionState.ENGAGED, ports)
    if motion is None:
        return
    record(motion, "engaged", CosellFields(status="Engaged"), ports)
    if motion.is_brought:
        log_activity(motion, "engaged", brought(motion, ports), ports)
        return
    who = ports.durable.read(lambda uow: _taker(uow.log.of(motion_id))) or "The partner"
    log_activity(motion, "engaged", (f"{who} picked up the handoff.", f"Next step: {motion.next_step}."), ports)


def redraw_handoff(motion_id: MotionId, _epoch: int, ports: Ports) -> None:
    """Segment: replace the handoff's button with who took it."""
    _draw_again(motion_id, "taken", ports)


def redraw_handoff_now(motion_id: MotionId, _epoch: int, n: int | str, ports: Ports) -> None:
    """Segment: draw the handoff anew, so that its button is one that is known here."""
    _draw_again(motion_id, f"drawn.{n}", ports)


def _draw_again(motion_id: MotionId, name: str, ports: Ports) -> None:
    motion = ports.durable.read(lambda uow: uow.motions.get(motion_id))
    if motion is None or motion.handoff is None:
        return
    ref, told = motion.handoff, told_of(motion, ports)
    plan = Plan(
        key=f"{motion_id}:handoff.{name}",
        subject=motion_id,
        kind="slack.handoff.update",
        destination=ref.channel,
        audience=motion.partner,
        surface=told.message,
        recovery=Recovery.REPEAT,
    )
    try:
        ports.durable.step("taken", lambda: rewrite(plan, ref, ports, guard=told.guard))
    except NotGranted as refusal:
        blank = replace(plan, key=f"{plan.key}.blank", surface=NothingShared(told.message.partner_name))
        ports.durable.step("blanked", lambda: rewrite(blank, ref, ports, guard=holds_no_deal))
        ports.durable.transaction("held", partial(hold, motion, refusal, ports))


def hold(motion: Motion, refusal: NotGranted, ports: Ports, uow: UnitOfWork) -> None:
    """What would have told the partner more stays here, and a person is told; once engaged, nobody needs to act."""
    present = uow.motions.get(motion.id)
    if present is None or present.state is not MotionState.HANDED_OFF:
        return
    now = ports.clock.now()
    note(uow, motion.id, {"due_at": None}, at=now)
    raise_exception(
        uow,
        subject=motion.id,
        opportunity_id=motion.opportunity_id,
        code=refusal.code,
        reason=f"Nothing more of {motion.deal_name} is told to the partner's seller. {refusal}",
        next_act="propose again what may be shared, or call the partner; the referral stays in its portal",
        owner=motion.manager_email,
        at=now,
    )
    uow.enqueue(on_card(motion.id, motion.epoch, "redraw_now", n=f"held.{now:%Y%m%dT%H%M%S%f}"))


def due_day(start: date) -> date:
    """Three working days on."""
    day, left = start, DUE_IN_WORKDAYS
    while left:
        day += timedelta(days=1)
        left -= day.isoweekday() <= WORKDAYS
    return day


def _engage(motion: Motion, by: Person, how: str, uow: UnitOfWork, ports: Ports) -> bool:
    if motion.state is not MotionState.HANDED_OFF:
        return False
    now = ports.clock.now()
    said = {"by": by.key, "how": how, **under(motion, by, uow, ports)}
    write_log(uow, now, "handoff.taken", motion.id, by.name, said)
    epoch = advance(
        uow,
        motion,
        MotionState.ENGAGED,
        at=now,
        actor=by.name,
        next_act=f"{motion.next_step or 'agree the next step'}",
    )
    if epoch is None:
        return False
    for code in ("handoff-cold", "handoff-declined"):
        clear_exceptions(uow, motion.id, at=now, code=code)
    uow.enqueue(work(motion.id, epoch, "record_engaged"))
    uow.enqueue(on_card(motion.id, epoch, "redraw"))
    telling(motion, epoch, "engaged", uow)
    if motion.handoff is not None:
        uow.enqueue(in_channel(motion.id, epoch, "redraw_handoff", motion.handoff.channel))
    return True


def _note_handoff(motion: Motion, place: MessageRef, plan: Plan, uow: UnitOfWork, ports: Ports) -> None:
    note(uow, motion.id, {"handoff": place}, at=ports.clock.now())
    present = uow.motions.get(motion.id)
    is_taken = present is not None and present.state is MotionState.ENGAGED
    if is_taken or was_found(uow.effects.get(EffectKey(plan.key))):
        uow.enqueue(in_channel(motion.id, motion.epoch, "redraw_handoff_now", place.channel, n="found"))


def told_of(motion: Motion, ports: Ports) -> Told:
    """The handoff as approved; only the recipient and the date are added, both chosen by code."""
    proposal, entries = ports.durable.read(lambda uow: (_proposal(motion, uow), list(uow.log.of(motion.id))))
    part = handoff_part(proposal)
    partner = ports.config.partner(motion.partner)
    assert motion.handoff_token is not None
    fields = part["fields"]
    assert isinstance(fields, list)
    handed_on = next((e.at for e in entries if e.event == "motion.handed-off"), ports.clock.now()).date()
    message = HandoffMessage(
        partner_name=partner.name,
        recipient_slack_id=partner.handoff_slack_id,
        recipient_name=partner.handoff_name or f"{partner.name} team",
        text=str(part["text"]),
        written_by=str(part["written_by"]),
        fields=tuple((str(label), str(value)) for label, value in fields),
        next_step=str(part["next_step"]),
        owner_name=str(part["owner"]),
        due=due_day(handed_on).isoformat(),
        token=motion.handoff_token,
        taken_by=_taker(entries),
        declined_by=next((entry.actor for entry in entries if entry.event == "handoff.declined"), None),
        is_stub=_is_for_some(motion, ports),
    )
    origins = origins_in(proposal, HANDOFF)
    guard = guard_for(motion.partner, motion.opportunity_id, Purpose.HANDOFF, origins, ports)
    return Told(message, str(part["channel"]), guard)


def _is_for_some(motion: Motion, ports: Ports) -> bool:
    """Whether the grant names people: others of the partner read the channel too."""

    def look(uow: UnitOfWork) -> bool:
        deal = uow.deals.get(motion.opportunity_id)
        grant = standing_grant(motion.partner, deal, Purpose.HANDOFF, uow, ports.clock.now()) if deal else None
        return grant is not None and bool(grant.people)

    return ports.durable.read(look)


def _proposal(motion: Motion, uow: UnitOfWork) -> Proposal:
    latest = uow.decisions.latest(motion.id)
    assert latest is not None
    return latest[1]


def _taker(entries: Sequence[LogEntry]) -> str | None:
    return next((entry.actor for entry in entries if entry.event == "handoff.taken"), None)
