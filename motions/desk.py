"""The desk: what waits for somebody, list by list, as far as they look; reads only."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from motions.deciding import MAY_DECIDE
from motions.decision_records import ExceptionQuery
from motions.desk_records import Sleeper
from motions.desk_surfaces import EVERYTHING, OVERVIEW, PAGE, Choices, HomeView, Look, PartnerGlance, Pile
from motions.invitations import Invitation, InvitationState
from motions.model import ExceptionItem, Motion, MotionState, Person, Role
from motions.offers import OfferState, PrivateOffer
from motions.ports import Ports
from motions.records import MotionQuery, UnitOfWork
from motions.surfaces import BesideLine, QueueLine
from motions.switches import why_stopped

BESIDE = 50
SEES_ALL = {Role.OPERATOR, Role.ADMIN}
_MONDAY = 1
_MONTH = timedelta(days=30)
_STATES = {
    Pile.DECIDE: (MotionState.AWAITING, MotionState.NEEDS_PERSON),
    Pile.COLD: (MotionState.HANDED_OFF,),
    Pile.UNDER_WAY: (MotionState.MATCHED, MotionState.FILING, MotionState.IN_REVIEW, MotionState.ACCEPTED),
}
_OPEN = tuple(state for states in _STATES.values() for state in states)
_ACCEPTED = (MotionState.ACCEPTED, MotionState.HANDED_OFF, MotionState.ENGAGED)
_FILED = (MotionState.IN_REVIEW, *_ACCEPTED, MotionState.REJECTED)


@dataclass(frozen=True)
class Lists:
    """What waits for somebody, each list in order."""

    to_decide: tuple[QueueLine, ...]
    beside: tuple[BesideLine, ...]
    going_cold: tuple[QueueLine, ...]
    under_way: tuple[QueueLine, ...]
    exceptions: tuple[ExceptionItem, ...]


def home_for(person: Person, look: Look, ports: Ports) -> HomeView:
    """One person's desk as they look at it; a partner's or a stranger's is empty."""
    if person.role in {Role.PARTNER, Role.STRANGER}:
        return HomeView(person.name, person.role, (), (), (), (), ())
    return ports.durable.read(lambda uow: _home(Reader(person, uow, ports), look))


def lists_for(person: Person, limit: int, ports: Ports) -> Lists:
    """What waits for somebody, so many of each list; nothing for a partner or a stranger."""
    if person.role in {Role.PARTNER, Role.STRANGER}:
        return Lists((), (), (), (), ())

    def gather(uow: UnitOfWork) -> Lists:
        reader = Reader(person, uow, ports)
        piles = {pile: reader.lines(pile, EVERYTHING, limit) for pile in _STATES}
        exceptions = reader.exceptions(EVERYTHING, limit)
        return Lists(piles[Pile.DECIDE], reader.beside(EVERYTHING), piles[Pile.COLD], piles[Pile.UNDER_WAY], exceptions)

    return ports.durable.read(gather)


def done_alone(person: Person, day: date, uow: UnitOfWork, ports: Ports) -> int:
    """How many of this person's motions were handed over or taken on since the last working morning."""
    days = 3 if day.isoweekday() == _MONDAY else 1
    since = ports.clock.now() - timedelta(days=days)
    done = _theirs(person, EVERYTHING, (MotionState.HANDED_OFF, MotionState.ENGAGED))
    return uow.motions.how_many(replace(done, moved_since=since))


class Reader:
    """The lists of one person, in one transaction."""

    def __init__(self, person: Person, uow: UnitOfWork, ports: Ports) -> None:
        self.person, self.uow, self.ports = person, uow, ports
        self.now = ports.clock.now()
        self._sleeper = Sleeper(person.key, self.now)

    def lines(self, pile: Pile, look: Look, limit: int, offset: int = 0) -> tuple[QueueLine, ...]:
        """A page of a list of motions."""
        found = self.uow.motions.find(replace(self.query(pile, look), limit=limit, offset=offset))
        return tuple(self._lines(found))

    def query(self, pile: Pile, look: Look) -> MotionQuery:
        """The motions of a list, awake ones only."""
        cold_at = self.now if pile is Pile.COLD else None
        return replace(_theirs(self.person, look, _STATES[pile]), awake_for=self._sleeper, cold_at=cold_at)

    def exceptions(self, look: Look, limit: int, offset: int = 0) -> tuple[ExceptionItem, ...]:
        """A page of what is stuck."""
        return tuple(self.uow.exceptions.listing(replace(self._stuck(look), limit=limit, offset=offset)))

    def asleep(self, look: Look) -> tuple[tuple[QueueLine | ExceptionItem, datetime], ...]:
        """What this person put off, what comes back first before the others."""
        until = self.uow.snoozes.of(self.person.key, self.now)
        if not until:
            return ()
        motions = replace(_theirs(self.person, look, _OPEN), asleep_for=self._sleeper, limit=len(until))
        items = replace(self._stuck(look), awake_for=None, asleep_for=self._sleeper, limit=len(until))
        found: list[tuple[QueueLine | ExceptionItem, datetime]] = [
            *((line, until[line.motion.id]) for line in self._lines(self.uow.motions.find(motions))),
            *((each, until[each.id]) for each in self.uow.exceptions.listing(items)),
        ]
        return tuple(sorted(found, key=lambda pair: pair[1]))

    def total(self, pile: Pile, look: Look) -> int:
        """How many a list holds, counted to COUNTED_TO."""
        if pile is Pile.STUCK:
            return self.uow.exceptions.how_many(self._stuck(look))
        return self.uow.motions.how_many(self.query(pile, look))

    def beside(self, look: Look) -> tuple[BesideLine, ...]:
        """Deals that partners bring, those that lapse first before the others, and private offers; not for sellers.

        None of them has a region or a segment here: who looks at one of those sees none.
        """
        if self.person.role not in MAY_DECIDE or look.region or look.segment:
            return ()
        return tuple(_beside_line(each, self.ports) for each in islice(self._waiting(look), BESIDE))

    def _lines(self, motions: Sequence[Motion]) -> Iterator[QueueLine]:
        deals = self.uow.deals.some([motion.opportunity_id for motion in motions])
        for motion in motions:
            deal = deals.get(motion.opportunity_id)
            yield QueueLine(
                motion=motion,
                partner_name=self.ports.config.name_of(motion.partner),
                waits_for=motion.next_act,
                since=motion.updated_at or motion.matched_at,
                link=self.ports.deal_url(motion.opportunity_id),
                worth=deal.amount if deal else None,
            )

    def _waiting(self, look: Look) -> Iterator[Invitation | PrivateOffer]:
        partners = [each.key for each in self.ports.config.partners if look.partner in {None, each.key}]
        brought = [each for partner in partners for each in self.uow.invitations.unsettled(partner)]
        pending = [each for each in brought if each.state is InvitationState.PENDING]
        offers = [each for each in self.uow.offers.undecided() if each.partner in partners]
        proposed = [each for each in offers if each.state is OfferState.PROPOSED]
        owner = look.owner if self.person.role in SEES_ALL else self.person.email or ""
        waiting: list[Invitation | PrivateOffer] = [*sorted(pending, key=_lapses), *proposed]
        for each in waiting:
            if owner in {None, each.manager_email}:
                yield each

    def _stuck(self, look: Look) -> ExceptionQuery:
        return ExceptionQuery(
            owner=look.owner if self.person.role in SEES_ALL else self.person.email or "",
            partner=look.partner,
            region=look.region,
            segment=look.segment,
            awake_for=self._sleeper,
        )


def owners_in(ports: Ports) -> tuple[tuple[str, str], ...]:
    """Whom things may be given to: who looks after partners, and who operates."""
    coverage = ports.config.coverage
    emails = {*(email for row in coverage.rows for email in (row.manager, row.backup)), *coverage.operators}
    return tuple((email, email) for email in sorted(emails))


def _home(reader: Reader, look: Look) -> HomeView:
    person, uow, ports = reader.person, reader.uow, reader.ports
    look = look if person.role in SEES_ALL else replace(look, owner=None)
    asleep = reader.asleep(look)
    totals = {**{pile: reader.total(pile, look) for pile in (*_STATES, Pile.STUCK)}, Pile.ASLEEP: len(asleep)}
    beside = reader.beside(look)
    look = replace(look, page=min(look.page, max(totals[look.pile] - 1, 0) // PAGE) if look.pile else 0)
    shown = {pile: _page(reader, pile, look) for pile in _STATES}
    today = reader.now.astimezone(ZoneInfo(person.tz)).date()
    return HomeView(
        name=person.name,
        role=person.role,
        to_decide=shown[Pile.DECIDE],
        under_way=shown[Pile.UNDER_WAY],
        going_cold=shown[Pile.COLD],
        exceptions=reader.exceptions(look, *_span(Pile.STUCK, look)),
        counts=tuple(uow.motions.counts().items()),
        stopped=why_stopped(uow, ports.config),
        beside=beside if look.pile in {None, Pile.DECIDE} and look.page == 0 else (),
        look=look,
        choices=_choices(person, uow, ports),
        totals={**totals, Pile.DECIDE: totals[Pile.DECIDE] + len(beside)},
        asleep=asleep[slice(*_cut(look))] if look.pile is Pile.ASLEEP else (),
        glance=tuple(_glance(reader, look)) if look.pile is None else (),
        done_alone=done_alone(person, today, uow, ports),
    )


def _page(reader: Reader, pile: Pile, look: Look) -> tuple[QueueLine, ...]:
    limit, offset = _span(pile, look)
    return reader.lines(pile, look, limit, offset) if limit else ()


def _span(pile: Pile, look: Look) -> tuple[int, int]:
    """How many lines of a list are shown, and from which on."""
    if look.pile is None:
        return OVERVIEW, 0
    return (PAGE, look.page * PAGE) if look.pile is pile else (0, 0)


def _cut(look: Look) -> tuple[int, int]:
    return look.page * PAGE, (look.page + 1) * PAGE


def _theirs(person: Person, look: Look, states: tuple[MotionState, ...]) -> MotionQuery:
    return MotionQuery(
        states=states,
        manager_email=person.email or "" if person.role is Role.ALLIANCE_MANAGER else look.owner,
        seller_email=person.email or "" if person.role is Role.SELLER else None,
        partner=look.partner,
        region=look.region,
        segment=look.segment,
    )


def _choices(person: Person, uow: UnitOfWork, ports: Ports) -> Choices:
    places = uow.deals.places()
    return Choices(
        partners=tuple((each.key, each.name) for each in ports.config.partners),
        regions=_named(region for region, _ in places),
        segments=_named(segment for _, segment in places),
        owners=owners_in(ports) if person.role in SEES_ALL else (),
    )


def _named(found: Iterator[str | None]) -> tuple[tuple[str, str], ...]:
    return tuple((name, name) for name in sorted({each for each in found if each}))


def _glance(reader: Reader, look: Look) -> Iterator[PartnerGlance]:
    if reader.person.role is Role.SELLER:
        return
    now = reader.uow.motions.tally(_theirs(reader.person, look, (*_OPEN,)))
    month = replace(_theirs(reader.person, look, _FILED), moved_since=reader.now - _MONTH)
    recent = reader.uow.motions.tally(month)
    for partner in reader.ports.config.partners:
        here = {state: count for (key, state), count in now.items() if key == partner.key}
        lately = {state: count for (key, state), count in recent.items() if key == partner.key}
        if here or lately:
            yield PartnerGlance(
                name=partner.name,
                to_decide=_sum(here, _STATES[Pile.DECIDE]),
                in_review=_sum(here, (MotionState.IN_REVIEW,)),
                with_seller=_sum(here, (MotionState.HANDED_OFF,)),
                filed=_sum(lately, _FILED),
                accepted=_sum(lately, _ACCEPTED),
                taken=_sum(lately, (MotionState.ENGAGED,)),
            )


def _sum(counts: dict[MotionState, int], states: Sequence[MotionState]) -> int:
    return sum(counts.get(state, 0) for state in states)


def _lapses(invitation: Invitation) -> datetime:
    return invitation.expires_at


def _beside_line(each: Invitation | PrivateOffer, ports: Ports) -> BesideLine:
    if isinstance(each, PrivateOffer):
        name = f"{each.customer}: private offer for {each.deal_name}"
        return BesideLine(name, each.next_act, each.seen_at, each.channel)
    partner = ports.config.name_of(each.partner)
    left = "1 day" if each.days_left == 1 else f"{each.days_left} days"
    name = f"{each.facts.customer}: {each.facts.title}, a deal {partner} brings"
    return BesideLine(name, f"{each.next_act}, {left} left", each.invited_at, each.channel)
