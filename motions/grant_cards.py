"""The card of a grant in the shared channel, and what its coming and going means for the motions of its partner."""

from collections.abc import Sequence

from motions.effects import Recovery, Undo
from motions.grant_surfaces import GrantCard
from motions.grant_terms import Grant, GrantId
from motions.in_step import bring
from motions.journal import clear_exceptions
from motions.model import EffectKey, MessageRef, Motion, MotionState, PartnerKey
from motions.moving import advance, in_channel, note, on_card, work
from motions.performing import Plan, done
from motions.policy import Partner
from motions.ports import Ports
from motions.posting import post, rewrite
from motions.records import MotionQuery, Queue, Segment, UnitOfWork

POST, REDRAW, FOLLOW = "post_grant", "redraw_grant", "follow_grant"
AT_ONCE = 100
NO_LIMIT = 10_000
HELD_CODES = ("no-grant", "grant-revoked")


def grant_segment(name: str, grant: Grant, partner: Partner, what: str | None = None) -> Segment:
    """A segment that writes a grant's card to the channel we share with its partner."""
    args = (grant.id,) if what is None else (grant.id, what)
    return Segment(name, f"{grant.id}:{name}{_dotted(what)}", args, Queue.SLACK, partner.shared_channel)


def follow_segment(grant: Grant, what: str) -> Segment:
    """The segment that has every motion of the partner go on from what is true now."""
    return Segment(FOLLOW, f"{grant.id}:{FOLLOW}{_dotted(what)}", (grant.id, what), Queue.WORK)


def post_grant(grant_id: GrantId, ports: Ports) -> None:
    """Segment: ask the partner, once, in the channel we share; the terms are all that is shown."""
    grant, partner = _present(grant_id, ports)
    if grant is None or partner is None or partner.shared_channel is None or grant.revoked_at is not None:
        return
    plan = _plan(grant, partner, partner.shared_channel, _key(grant), "slack.grant", Recovery.LOOK_UP)
    ports.durable.step("card", lambda: post(plan, ports, guard=holds_no_deal))
    now, _ = _present(grant_id, ports)
    if now is not None and not now.is_open:
        again = grant_segment(REDRAW, now, partner, "posted")
        ports.durable.transaction("stale", lambda uow: uow.enqueue(again))


def redraw_grant(grant_id: GrantId, what: str, ports: Ports) -> None:
    """Segment: have the card say where the grant stands."""
    grant, partner = _present(grant_id, ports)
    if grant is None or partner is None:
        return
    key = _key(grant)
    place = ports.durable.read(lambda uow: _place(key, uow))
    if place is None:
        return
    plan = _plan(grant, partner, place.channel, f"{key}.{what}", "slack.grant.update", Recovery.REPEAT)
    ports.durable.step("redraw", lambda: rewrite(plan, place, ports, guard=holds_no_deal))


def follow_grant(grant_id: GrantId, what: str, ports: Ports) -> None:
    """Segment: cards are prepared again, handoffs come back or are blanked; each motion in its own turn."""
    grant, partner = _present(grant_id, ports)
    if grant is None or partner is None:
        return
    n = f"{grant_id}.{what}"
    for motions in _in_batches(grant.partner, ports):
        with ports.store.transaction() as uow:
            for motion in motions:
                _follow(motion, grant, n, uow, ports)


def ask_once_more(grant: Grant, partner: Partner, uow: UnitOfWork) -> bool:
    """Have an open grant's card posted that an engine without its tables forgot; False when it is out."""
    if partner.shared_channel is None or done(uow, _key(grant)) is not None:
        return False
    uow.enqueue(grant_segment(POST, grant, partner))
    return True


def holds_no_deal(_uow: UnitOfWork) -> str | None:
    """The guard of what a partner sees and no deal is in: it needs no grant."""
    return None


def prepare_again(motion: Motion, why: str, uow: UnitOfWork, ports: Ports) -> None:
    """Take an undecided card back to the start: what may cross has changed under it."""
    now = ports.clock.now()
    next_act = f"cosell prepares the card: {why}"
    epoch = advance(uow, motion, MotionState.MATCHED, at=now, actor="cosell", next_act=next_act)
    if epoch is not None:
        uow.enqueue(work(motion.id, epoch, "prepare"))


def _follow(motion: Motion, grant: Grant, n: str, uow: UnitOfWork, ports: Ports) -> None:
    if motion.state is MotionState.AWAITING:
        prepare_again(motion, "what may be shared has changed", uow, ports)
        return
    if motion.state is MotionState.IN_REVIEW:  # nothing is shown to the partner yet; without a grant nothing goes on
        if grant.stands(ports.clock.now()):
            _go_on(motion, grant, n, uow, ports)
        return
    if motion.state is MotionState.HANDED_OFF and motion.due_at is None:
        note(uow, motion.id, {"due_at": ports.clock.now() + ports.config.policy.cold_after}, at=ports.clock.now())
    _go_on(motion, grant, n, uow, ports)
    if motion.state is MotionState.ACCEPTED:
        return  # its handoff comes by itself
    if motion.handoff is not None:  # a lane of its own: there may be many, and no new message has to wait for them
        uow.enqueue(in_channel(motion.id, motion.epoch, "redraw_handoff_now", f"again:{motion.handoff.channel}", n=n))
    elif (channel := ports.config.partner(motion.partner).shared_channel) is not None:
        uow.enqueue(in_channel(motion.id, motion.epoch, "post_handoff_now", channel, n=n))


def _go_on(motion: Motion, grant: Grant, n: str, uow: UnitOfWork, ports: Ports) -> None:
    now = ports.clock.now()
    were_open = [clear_exceptions(uow, motion.id, at=now, code=code) for code in HELD_CODES]
    if any(were_open) and motion.card is not None:
        uow.enqueue(on_card(motion.id, motion.epoch, "redraw_now", n=f"grant.{n}"))
    if grant.stands(now) and (segment := bring(motion, f"grant.{n}", ports)) is not None:
        uow.enqueue(segment)  # what changed while nothing could cross


def _in_batches(partner: PartnerKey, ports: Ports) -> Sequence[Sequence[Motion]]:
    states = (
        MotionState.AWAITING,
        MotionState.IN_REVIEW,
        MotionState.ACCEPTED,
        MotionState.HANDED_OFF,
        MotionState.ENGAGED,
    )
    query = MotionQuery(partner=partner, states=states, limit=NO_LIMIT)
    found = ports.durable.read(lambda uow: uow.motions.find(query))
    return [found[start : start + AT_ONCE] for start in range(0, len(found), AT_ONCE)]


def _present(grant_id: GrantId, ports: Ports) -> tuple[Grant | None, Partner | None]:
    grant = ports.durable.read(lambda uow: uow.grants.get(grant_id))
    partner = next((p for p in ports.config.partners if grant is not None and p.key == grant.partner), None)
    return grant, partner


def _plan(grant: Grant, partner: Partner, channel: str, key: str, kind: str, recovery: Recovery) -> Plan:
    return Plan(
        key=key,
        subject=grant.id,
        kind=kind,
        destination=channel,
        audience=grant.partner,
        surface=GrantCard(grant, partner.name),
        recovery=recovery,
        undo=Undo.REVERSIBLE,
    )


def _key(grant: Grant) -> str:
    return f"grant:{grant.id}:card"


def _place(key: str, uow: UnitOfWork) -> MessageRef | None:
    effect = uow.effects.get(EffectKey(key))
    ts = done(uow, key)
    return MessageRef(effect.destination, ts) if effect is not None and ts is not None else None


def _dotted(what: str | None) -> str:
    return "" if what is None else f".{what}"
