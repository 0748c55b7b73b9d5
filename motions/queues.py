"""Queues: what waits for whom, for Home, `/cosell queue` and the morning digest; reads only."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from motions.answer_surfaces import QueueAnswer
from motions.deciding import MAY_DECIDE
from motions.decision_records import ExceptionQuery
from motions.effects import Recovery, Undo
from motions.invitations import Invitation, InvitationState
from motions.model import ExceptionItem, Motion, MotionState, Person, Role
from motions.offers import OfferState, PrivateOffer
from motions.performing import Plan
from motions.ports import Ports
from motions.posting import INTERNAL, post
from motions.records import MotionQuery, Queue, Segment, UnitOfWork
from motions.surfaces import BesideLine, Digest, HomeView, QueueLine
from motions.switches import why_stopped

SHOWN = 50
MONDAY = 1
DIGEST_WINDOW = timedelta(hours=3)  # a bot that was down all morning does not wake people in the afternoon
UNDER_WAY = (MotionState.MATCHED, MotionState.FILING, MotionState.IN_REVIEW, MotionState.ACCEPTED)
SEES_ALL = {Role.OPERATOR, Role.ADMIN}


def queue_for(person: Person, ports: Ports) -> QueueAnswer:
    """What this person has to decide, or is waiting on."""
    home = home_for(person, ports)
    whose = "everybody's" if person.role in SEES_ALL else "yours"
    lines = (*home.to_decide, *home.going_cold, *home.under_way)
    return QueueAnswer(lines, home.exceptions, whose, home.beside)


def home_for(person: Person, ports: Ports) -> HomeView:
    """One person's desk; a partner's or a stranger's is empty."""
    now = ports.clock.now()

    def gather(uow: UnitOfWork) -> HomeView:
        if person.role in {Role.PARTNER, Role.STRANGER}:
            return HomeView(person.name, person.role, (), (), (), (), ())
        handed = _lines(person, (MotionState.HANDED_OFF,), uow, ports)
        return HomeView(
            name=person.name,
            role=person.role,
            to_decide=_lines(person, (MotionState.AWAITING, MotionState.NEEDS_PERSON), uow, ports),
            under_way=_lines(person, UNDER_WAY, uow, ports),
            going_cold=tuple(line for line in handed if _is_cold(line, now)),
            exceptions=_exceptions(person, uow),
            counts=tuple(uow.motions.counts().items()),
            stopped=why_stopped(uow, ports.config),
            beside=_beside(person, uow, ports),
        )

    return ports.durable.read(gather)


def due_digests(ports: Ports) -> int:
    """Enqueue the digest of everybody whose morning it is; the id makes it once per person and local day."""
    now = ports.clock.now()
    coverage = ports.config.coverage
    emails = {*(row.manager for row in coverage.rows), *(row.backup for row in coverage.rows), *coverage.operators}
    people = [person for email in sorted(emails) if (person := ports.people.by_email(email))]
    due = [person for person in people if _is_morning(person, now, ports)]
    with ports.store.transaction() as uow:
        for person in due:
            day = now.astimezone(ZoneInfo(person.tz)).date().isoformat()
            key = f"digest:{person.key}:{day}"
            uow.enqueue(Segment("send_digest", key, (str(person.email), day), Queue.SLACK, f"digest:{person.key}"))
    return len(due)


def digest_for(person: Person, day: str, ports: Ports) -> Digest:
    """What one person is told on a morning."""
    home = home_for(person, ports)
    return Digest(day, home.to_decide, home.going_cold, home.exceptions, _done_alone(person, day, ports), home.beside)


def send_digest(email: str, day: str, ports: Ports) -> None:
    """Segment: one person's morning, as one direct message."""
    person = ports.people.by_email(email)
    if person is None:
        return
    digest = digest_for(person, day, ports)
    key = f"digest:{person.key}:{day}"
    plan = Plan(
        key=key,
        subject=key,
        kind="slack.digest",
        destination=ports.messenger.direct_channel(person),
        audience=INTERNAL,
        surface=digest,
        recovery=Recovery.LOOK_UP,
        undo=Undo.REVERSIBLE,
    )
    ports.durable.step("digest", lambda: post(plan, ports))


def _lines(person: Person, states: tuple[MotionState, ...], uow: UnitOfWork, ports: Ports) -> tuple[QueueLine, ...]:
    return tuple(_line(motion, ports) for motion in uow.motions.find(_query(person, states)))


def _query(person: Person, states: tuple[MotionState, ...]) -> MotionQuery:
    everybody = person.role in SEES_ALL
    return MotionQuery(
        states=states,
        manager_email=person.email or "" if person.role is Role.ALLIANCE_MANAGER else None,
        seller_email=None if everybody or person.role is Role.ALLIANCE_MANAGER else person.email or "",
        limit=SHOWN,
    )


def _line(motion: Motion, ports: Ports) -> QueueLine:
    return QueueLine(
        motion=motion,
        partner_name=ports.config.name_of(motion.partner),
        waits_for=motion.next_act,
        since=motion.updated_at or motion.matched_at,
        link=ports.deal_url(motion.opportunity_id),
    )


def _beside(person: Person, uow: UnitOfWork, ports: Ports) -> tuple[BesideLine, ...]:
    """Deals that partners bring, those that lapse first before the others, and private offers; no seller's business."""
    if person.role not in MAY_DECIDE:
        return ()
    partners = ports.config.partners
    brought = [each for partner in partners for each in uow.invitations.unsettled(partner.key)]
    pending = [each for each in brought if each.state is InvitationState.PENDING]
    proposed = [each for each in uow.offers.undecided() if each.state is OfferState.PROPOSED]
    waiting: list[Invitation | PrivateOffer] = [*sorted(pending, key=_lapses), *proposed]
    theirs = [each for each in waiting if person.role in SEES_ALL or person.email == each.manager_email]
    return tuple(_beside_line(each, ports) for each in theirs[:SHOWN])


def _lapses(invitation: Invitation) -> datetime:
    return invitation.expires_at


def _beside_line(each: Invitation | PrivateOffer, ports: Ports) -> BesideLine:
    if isinstance(each, PrivateOffer):
        name = f"{each.customer}: private offer for {each.deal_name}"
        return BesideLine(name, each.next_act, each.seen_at, each.channel)
    partner = ports.config.partner(each.partner).name
    left = "1 day" if each.days_left == 1 else f"{each.days_left} days"
    name = f"{each.facts.customer}: {each.facts.title}, a deal {partner} brings"
    return BesideLine(name, f"{each.next_act}, {left} left", each.invited_at, each.channel)


def _exceptions(person: Person, uow: UnitOfWork) -> tuple[ExceptionItem, ...]:
    owner = None if person.role in SEES_ALL else (person.email or "")
    return tuple(uow.exceptions.listing(ExceptionQuery(owner=owner, limit=SHOWN)))


def _is_cold(line: QueueLine, now: datetime) -> bool:
    due = line.motion.due_at
    return line.motion.nudges > 0 or (due is not None and due <= now)


def _is_morning(person: Person, now: datetime, ports: Ports) -> bool:
    local = now.astimezone(ZoneInfo(person.tz))
    start = datetime.combine(local.date(), ports.config.policy.digest_at, local.tzinfo)
    return local.isoweekday() <= 5 and start <= local < start + DIGEST_WINDOW  # noqa: PLR2004 - Monday to Friday


def _done_alone(person: Person, day: str, ports: Ports) -> int:
    """How many of this person's motions were handed over or taken on since the last working morning."""
    days = 3 if date.fromisoformat(day).isoweekday() == MONDAY else 1
    since = ports.clock.now() - timedelta(days=days)
    done = replace(_query(person, (MotionState.HANDED_OFF, MotionState.ENGAGED)), moved_since=since)
    return ports.durable.read(lambda uow: uow.motions.how_many(done))
