"""Schema drift: what a portal asks for is looked at, and what a change of it concerns is held until a person says so.

Held, not bounced: nothing is sent that was drafted for another schema. Whatever the change does not touch goes on. On
release what was held is prepared again, so that a person approves what the portal takes now.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Protocol, runtime_checkable

from motions.authority import latest_referral, saga_key, what_left
from motions.errors import ConnectorError, UserMistake
from motions.journal import clear_exceptions, raise_exception, take_back, write_log
from motions.model import Motion, MotionState
from motions.moving import advance, on_card, work
from motions.ports import Ports
from motions.posting import for_our_people, post
from motions.proposals import Verdict, sha256_of
from motions.records import MotionQuery, Queue, Segment, UnitOfWork
from motions.schema_records import PortalSchema
from motions.schema_rules import SUBJECT, is_held, waiting_in
from motions.surfaces import Note

CODE = "schema-drift"
TELL = "tell_drift"
PENDING = (MotionState.AWAITING, MotionState.FILING)
SHOWN, AT_ONCE = 20, 10_000


@runtime_checkable
class Described(Protocol):
    """A portal that can say what it asks for."""

    def described(self) -> Mapping[str, str]:
        """Every line of its schema as it is now. Raises Unavailable, AuthExpired."""


def look(ports: Ports) -> int:
    """At every start and once an hour: how many portals ask for something else than cosell files by.

    Raises what the first portal that could not be asked raised, once all the others were.
    """
    drifted, failures = 0, []
    for key, portal in ports.portals.items():
        if not isinstance(portal, Described):
            continue
        try:
            lines = dict(portal.described())
        except ConnectorError as error:
            failures.append(error)
            continue
        with ports.store.transaction() as uow:
            drifted += _compared(key, lines, uow, ports)
    if failures:
        raise failures[0]
    return drifted


def release(portal: str, by: str, uow: UnitOfWork, at: datetime) -> str:
    """A person lets a portal's new schema count; what is true now. Raises UserMistake."""
    known = uow.schemas.get(portal)
    if known is None or known.pending is None:
        raise UserMistake(f"Nothing of {portal} is held. Nothing was changed.")
    uow.schemas.put(replace(known, released_by=by))
    write_log(uow, at, "schema.released", SUBJECT.format(portal), by, {"to": sha256_of(dict(known.pending))})
    return f"Released. A running cosell prepares what was held for {portal} again within half a minute."


def go_on(ports: Ports) -> int:
    """Sweep: what was held for a released schema is prepared again; how much."""
    released = ports.durable.read(lambda uow: [each for each in uow.schemas.all() if each.released_by is not None])
    for known in released:
        assert known.pending is not None
        with ports.store.transaction() as uow:
            held = _held(known, uow, ports)
            uow.schemas.put(PortalSchema(known.portal, known.pending))
            clear_exceptions(uow, SUBJECT.format(known.portal), at=ports.clock.now(), code=CODE)
            for motion in held:
                _prepare_again(motion, f"{known.portal} asks for something else since", uow, ports)
    return len(released)


def tell_drift(portal: str, _fingerprint: str, ports: Ports) -> None:
    """Segment: the difference to the operator's channel, or to the operator."""
    known = ports.durable.read(lambda uow: uow.schemas.get(portal))
    if known is None or known.pending is None:
        return
    held = ports.durable.read(lambda uow: len(_held(known, uow, ports)))
    changes = waiting_in(known)
    more = [f"… and {len(changes) - SHOWN} more: cosell schema show {portal}"] if len(changes) > SHOWN else []
    destination = _operators_channel(ports)
    if destination is None:
        return  # the exception says it, in the queue of whoever operates
    told = Note(
        f"{portal} asks for something else: {len(changes)} changes, {held} referrals held",
        (*(change.said for change in changes[:SHOWN]), *more, f"When it may count: cosell schema release {portal}"),
    )
    subject = SUBJECT.format(portal)
    key = f"{subject}:{sha256_of(dict(known.pending))[:16]}:told"
    plan = for_our_people(key, "slack.drift", destination, told, subject=subject)
    ports.durable.step("tell", lambda: post(plan, ports))


def _compared(portal: str, lines: Mapping[str, str], uow: UnitOfWork, ports: Ports) -> bool:
    known, now = uow.schemas.get(portal), ports.clock.now()
    if known is None:
        uow.schemas.put(PortalSchema(portal, lines))  # the first look
        return False
    if lines == (known.accepted if known.pending is None else known.pending):
        return known.pending is not None
    waited = _held(known, uow, ports)
    if lines == known.accepted:
        uow.schemas.put(PortalSchema(portal, lines))  # it is as it was again
        clear_exceptions(uow, SUBJECT.format(portal), at=now, code=CODE)
        _redraw(waited, uow, now)
        return False
    drifted = replace(known, pending=lines, pending_at=now, released_by=None)
    uow.schemas.put(drifted)
    changes, fingerprint = waiting_in(drifted), sha256_of(dict(lines))
    held = _held(drifted, uow, ports)
    said = {"to": fingerprint, "changes": [change.said for change in changes[:SHOWN]], "held": len(held)}
    write_log(uow, now, "schema.drifted", SUBJECT.format(portal), portal, said)
    raise_exception(
        uow,
        subject=SUBJECT.format(portal),
        opportunity_id=None,
        code=CODE,
        reason=f"{portal} asks for something else: {changes[0].said}, {len(changes)} changes in all. "
        f"{len(held)} referrals that this concerns are held; nothing was sent.",
        next_act=f"cosell schema show {portal}; when it may count, cosell schema release {portal}",
        owner=ports.config.coverage.operators[0],
        at=now,
    )
    key = f"{SUBJECT.format(portal)}:{fingerprint[:12]}:{TELL}"
    uow.enqueue(Segment(TELL, key, (portal, fingerprint[:12]), Queue.SLACK, SUBJECT.format(portal)))
    _redraw({motion.id: motion for motion in (*waited, *held)}.values(), uow, now)
    return True


def _redraw(motions: Iterable[Motion], uow: UnitOfWork, now: datetime) -> None:
    """Have the cards say what is held by now, and what no more."""
    for motion in motions:
        uow.enqueue(on_card(motion.id, motion.epoch, "redraw_now", n=f"schema{now:%Y%m%dT%H%M%S%f}"))


def _held(known: PortalSchema, uow: UnitOfWork, ports: Ports) -> list[Motion]:
    """The motions whose referral waits for the schema: undecided, or approved and with nothing sent yet."""
    changes = waiting_in(known)
    partners = [partner.key for partner in ports.config.partners if changes and partner.portal == known.portal]
    queries = (MotionQuery(states=PENDING, partner=partner, limit=AT_ONCE) for partner in partners)
    found = (motion for query in queries for motion in uow.motions.find(query))
    return [motion for motion in found if is_held(latest_referral(motion.id, uow)[1], known, changes)]


def _prepare_again(motion: Motion, why: str, uow: UnitOfWork, ports: Ports) -> None:
    now = ports.clock.now()
    approval, proposal = latest_referral(motion.id, uow)
    if what_left(motion.id, saga_key(motion.id, proposal.seal, uow), uow) is not None:
        _redraw([motion], uow, now)
        return  # half of it is there: the rest follows as it was approved
    next_act, again = f"cosell prepares the card again: {why}", {"approved_at": None}
    epoch = advance(uow, motion, MotionState.MATCHED, at=now, actor="cosell", next_act=next_act, changes=again)
    if epoch is None:
        return  # decided meanwhile
    if approval.verdict is Verdict.APPROVED:
        take_back(uow, approval, by=None, at=now, why=why)
    uow.enqueue(work(motion.id, epoch, "prepare"))
    uow.enqueue(on_card(motion.id, epoch, "redraw"))


def _operators_channel(ports: Ports) -> str | None:
    coverage = ports.config.coverage
    operator = ports.people.by_email(coverage.operators[0])
    return coverage.ops_channel or (ports.messenger.direct_channel(operator) if operator is not None else None)
