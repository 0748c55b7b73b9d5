"""The desk: what waits for somebody, list by list, as far as they look; reads only."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import islice
from typing import TypeVar

from motions.attention import named
from motions.deciding import MAY_DECIDE
from motions.decision_records import ExceptionQuery
from motions.desk_records import Sleeper
from motions.desk_surfaces import EVERYTHING, OVERVIEW, PAGE, Choices, HomeView, Look, PartnerGlance, Pile
from motions.invitations import Invitation, InvitationState
from motions.model import ExceptionItem, Motion, MotionState, PartnerKey, Person, Role
from motions.offers import OfferState, PrivateOffer
from motions.ports import Ports
from motions.records import MotionQuery, UnitOfWork
from motions.surfaces import BesideLine, QueueLine
from motions.switches import why_stopped

Q = TypeVar("Q", MotionQuery, ExceptionQuery)

BESIDE = 50
SEES_ALL = {Role.OPERATOR, Role.ADMIN}
HAVE_A_DESK = {Role.SELLER, Role.ALLIANCE_MANAGER, *SEES_ALL}
_MONTH = timedelta(days=30)
STATES = {
    Pile.DECIDE: (MotionState.AWAITING, MotionState.NEEDS_PERSON),
    Pile.COLD: (MotionState.HANDED_OFF,),
    Pile.UNDER_WAY: (MotionState.MATCHED, MotionState.FILING, MotionState.IN_REVIEW, MotionState.ACCEPTED),
}
_OPEN = tuple(state for states in STATES.values() for state in states)
_ACCEPTED = (MotionState.ACCEPTED, MotionState.HANDED_OFF, MotionState.ENGAGED)
_FILED = (MotionState.IN_REVIEW, *_ACCEPTED, MotionState.REJECTED)


def home_for(person: Person, look: Look, ports: Ports) -> HomeView:
    """One person's desk as they look at it; a partner's or a stranger's is empty."""
    if person.role not in HAVE_A_DESK:
        return HomeView(person.name, person.role, (), (), (), (), ())
    return ports.durable.read(lambda uow: _home(Reader(person, uow, ports), look))


class Reader:
    """The lists of one person, in one transaction."""

    def __init__(self, person: Person, uow: UnitOfWork, ports: Ports) -> None:
        self.person, self.uow, self.ports = person, uow, ports
        self.now = ports.clock.now()
        self._sleeper = Sleeper(person.key, self.now)

    def lines(self, query: MotionQuery) -> tuple[QueueLine, ...]:
        """A page of a list of motions."""
        return tuple(queue_lines(self.uow.motions.find(query), self.uow, self.ports))

    def query(self, pile: Pile, look: Look) -> MotionQuery:
        """The motions of a list, those put off only where those are asked for."""
        if pile is Pile.ASLEEP:
            return replace(_theirs(self.person, look, _OPEN), asleep_for=self._sleeper)
        cold_at = self.now if pile is Pile.COLD else None
        return replace(_theirs(self.person, look, STATES[pile]), awake_for=self._sleeper, cold_at=cold_at)

    def stuck(self, look: Look, *, asleep: bool = False) -> ExceptionQuery:
        """The exceptions of a desk, those put off only when they are asked for."""
        return ExceptionQuery(
            owner=look.owner if self.person.role in SEES_ALL else self.person.email or "",
            partner=look.partner,
            region=look.region,
            segment=look.segment,
            awake_for=None if asleep else self._sleeper,
            asleep_for=self._sleeper if asleep else None,
        )

    def exceptions(self, query: ExceptionQuery) -> tuple[ExceptionItem, ...]:
        """A page of what is stuck."""
        return tuple(self.uow.exceptions.listing(query))

    def asleep(self, look: Look) -> tuple[tuple[QueueLine | ExceptionItem, datetime], ...]:
        """What this person put off, what comes back first before the others."""
        until = self._until
        lines = self.lines(replace(self.query(Pile.ASLEEP, look), limit=len(until)))
        items = self.exceptions(replace(self.stuck(look, asleep=True), limit=len(until)))
        found: list[tuple[QueueLine | ExceptionItem, datetime]] = [
            *((line, until[line.motion.id]) for line in lines),
            *((each, until[each.id]) for each in items),
        ]
        return tuple(sorted(found, key=lambda pair: pair[1]))

    def total(self, pile: Pile, look: Look) -> int:
        """How many a list holds, each kind counted to COUNTED_TO."""
        if pile is Pile.ASLEEP and not self._until:
            return 0
        stuck = [self.stuck(look, asleep=pile is Pile.ASLEEP)] if pile in {Pile.STUCK, Pile.ASLEEP} else []
        motions = [self.query(pile, look)] if pile is not Pile.STUCK else []
        return sum(map(self.uow.exceptions.how_many, stuck)) + sum(map(self.uow.motions.how_many, motions))

    def beside(self, look: Look) -> tuple[BesideLine, ...]:
        """Deals that partners bring, those that lapse first before the others, and private offers; not for sellers.

        None of them has a region or a segment here: who looks at one of those sees none.
        """
        if self.person.role not in MAY_DECIDE or look.region or look.segment:
            return ()
        return tuple(beside_line(each, self.ports) for each in islice(self._waiting(look), BESIDE))

    @cached_property
    def _until(self) -> Mapping[str, datetime]:
        return self.uow.snoozes.of(self.person.key, self.now)

    def _waiting(self, look: Look) -> Iterator[Invitation | PrivateOffer]:
        partners = [each.key for each in self.ports.config.partners if look.partner in {None, each.key}]
        owner = look.owner if self.person.role in SEES_ALL else self.person.email or ""
        return (each for each in waiting_beside(partners, self.uow) if owner in {None, each.manager_email})


def queue_lines(motions: Sequence[Motion], uow: UnitOfWork, ports: Ports) -> Iterator[QueueLine]:
    """Motions as lists show them; their deals are read in bulk."""
    deals = uow.deals.some([motion.opportunity_id for motion in motions])
    for motion in motions:
        deal = deals.get(motion.opportunity_id)
        yield QueueLine(
            motion=motion,
            partner_name=ports.config.name_of(motion.partner),
            waits_for=motion.next_act,
            since=motion.updated_at or motion.matched_at,
            link=ports.deal_url(motion.opportunity_id),
            worth=deal.amount if deal else None,
        )


def waiting_beside(partners: Sequence[PartnerKey], uow: UnitOfWork) -> Sequence[Invitation | PrivateOffer]:
    """What these partners bring and what is to be offered with them, undecided; what lapses first before the others."""
    brought = [each for partner in partners for each in uow.invitations.unsettled(partner)]
    pending = [each for each in brought if each.state is InvitationState.PENDING]
    proposed = [
        each for each in uow.offers.undecided() if each.partner in partners and each.state is OfferState.PROPOSED
    ]
    return [*sorted(pending, key=_lapses), *proposed]


def done_alone(reader: Reader, day: date) -> int:
    """How many of this person's motions were handed over or taken on since their last working day before this one."""
    person, ports = reader.person, reader.ports
    last = ports.config.coverage.last_working_day(person.email or "", day)
    done = _theirs(person, EVERYTHING, (MotionState.HANDED_OFF, MotionState.ENGAGED))
    return reader.uow.motions.how_many(replace(done, moved_since=reader.now - (day - last)))


def _home(reader: Reader, look: Look) -> HomeView:
    """Every list's first lines, or a page of one; nothing is counted or read that is not shown."""
    person, uow = reader.person, reader.uow
    look = look if person.role in SEES_ALL else replace(look, owner=None)
    totals = {pile: reader.total(pile, look) for pile in (Pile if look.pile is None else (look.pile,))}
    last_page = max(totals[look.pile] - 1, 0) // PAGE if look.pile else 0
    look = replace(look, page=min(look.page, last_page))
    shown = {pile: reader.lines(_cut(reader.query(pile, look), look)) for pile in STATES if pile in totals}
    beside = reader.beside(look) if Pile.DECIDE in totals else ()
    view = HomeView(
        name=person.name,
        role=person.role,
        to_decide=shown.get(Pile.DECIDE, ()),
        under_way=shown.get(Pile.UNDER_WAY, ()),
        going_cold=shown.get(Pile.COLD, ()),
        exceptions=reader.exceptions(_cut(reader.stuck(look), look)) if Pile.STUCK in totals else (),
        counts=tuple(uow.motions.counts().items()),
        stopped=why_stopped(uow, reader.ports.config),
        beside=beside if look.page == 0 else (),
        look=look,
        choices=_choices(reader),
        totals={pile: total + (len(beside) if pile is Pile.DECIDE else 0) for pile, total in totals.items()},
        last_page=last_page,
        asleep=reader.asleep(look)[look.page * PAGE :][:PAGE] if look.pile is Pile.ASLEEP else (),
    )
    return view if look.pile else _with_figures(view, reader)


def _with_figures(view: HomeView, reader: Reader) -> HomeView:
    today = reader.now.astimezone(reader.person.zone).date()
    held = tuple(each.said for each in reader.uow.pings.held(named(reader.person)))
    return replace(view, glance=tuple(_glance(reader, view.look)), done_alone=done_alone(reader, today), held=held)


def _cut(query: Q, look: Look) -> Q:
    """The lines of a list that are in sight."""
    limit, offset = (OVERVIEW, 0) if look.pile is None else (PAGE, look.page * PAGE)
    return replace(query, limit=limit, offset=offset)


def _theirs(person: Person, look: Look, states: tuple[MotionState, ...]) -> MotionQuery:
    return MotionQuery(
        states=states,
        manager_email=person.email or "" if person.role is Role.ALLIANCE_MANAGER else look.owner,
        seller_email=person.email or "" if person.role is Role.SELLER else None,
        partner=look.partner,
        region=look.region,
        segment=look.segment,
    )


def _choices(reader: Reader) -> Choices:
    config, places = reader.ports.config, reader.uow.deals.places()
    return Choices(
        partners=tuple((each.key, each.name) for each in config.partners),
        regions=_named(region for region, _ in places),
        segments=_named(segment for _, segment in places),
        owners=_named(config.coverage.staff) if reader.person.role in SEES_ALL else (),
    )


def _named(found: Iterable[str | None]) -> tuple[tuple[str, str], ...]:
    return tuple((name, name) for name in sorted({each for each in found if each}))


def _glance(reader: Reader, look: Look) -> Iterator[PartnerGlance]:
    if reader.person.role is Role.SELLER:
        return
    waiting = _theirs(reader.person, look, (*STATES[Pile.DECIDE], MotionState.IN_REVIEW))
    handed = replace(_theirs(reader.person, look, (MotionState.HANDED_OFF,)), with_due=True)
    month = replace(_theirs(reader.person, look, _FILED), moved_since=reader.now - _MONTH)
    now = {**reader.uow.motions.tally(waiting), **reader.uow.motions.tally(handed)}
    recent = reader.uow.motions.tally(month)
    for partner in reader.ports.config.partners:
        here = {state: count for (key, state), count in now.items() if key == partner.key}
        lately = {state: count for (key, state), count in recent.items() if key == partner.key}
        if here or lately:
            yield PartnerGlance(
                name=partner.name,
                to_decide=_sum(here, STATES[Pile.DECIDE]),
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


def beside_line(each: Invitation | PrivateOffer, ports: Ports) -> BesideLine:
    """One of those on a card, as lists show it."""
    if isinstance(each, PrivateOffer):
        name = f"{each.customer}: private offer for {each.deal_name}"
        return BesideLine(name, each.next_act, each.seen_at, each.channel)
    partner = ports.config.name_of(each.partner)
    left = "1 day" if each.days_left == 1 else f"{each.days_left} days"
    name = f"{each.facts.customer}: {each.facts.title}, a deal {partner} brings"
    return BesideLine(name, f"{each.next_act}, {left} left", each.invited_at, each.channel)
