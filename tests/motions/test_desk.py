"""A desk of ten thousand things is a page: narrowed, turned, and rid of what somebody put off for themselves."""

from dataclasses import replace

import pytest

from motions.deals import Account, Owner
from motions.desk import home_for
from motions.desk_surfaces import EVERYTHING, OVERVIEW, PAGE, Look, PartnerGlance, Pile
from motions.inviting import look
from motions.model import ExceptionItem, Motion, MotionId, MotionState, PartnerKey, Role
from motions.records import MotionQuery
from tests.fakes.world import AWS, DANA, DAY, DEAL, PRIYA, SELLER, TOMAS, World, a_deal
from tests.motions.stages import awaiting

NORTHSTAR = PartnerKey("northstar")
DECIDE = Look(Pile.DECIDE)


def full(count: int) -> World:
    """So many motions more that wait for Priya, the later the higher their number."""
    made = awaiting()
    first = made.motion
    with made.store.transaction() as uow:
        for n in range(count):
            seen_at = first.seen_at + n * DAY
            uow.motions.add(replace(first, id=MotionId(f"more{n:03}"), due_at=None, seen_at=seen_at))
    return made


def put(made: World, motion: Motion) -> None:
    """One more motion."""
    with made.store.transaction() as uow:
        uow.motions.add(motion)


def names(made: World, look: Look, person: object = PRIYA) -> list[str]:
    """The motions of the list to decide, as shown."""
    assert person in {PRIYA, TOMAS, DANA, SELLER}
    shown = home_for(person, look, made.ports).to_decide
    return [line.motion.id for line in shown]


def test_everything_at_once_shows_the_first_few_of_each_list_and_counts_them_all() -> None:
    made = full(30)

    home = home_for(PRIYA, EVERYTHING, made.ports)

    assert len(home.to_decide) == OVERVIEW
    assert home.totals[Pile.DECIDE] == 31


def test_a_list_alone_comes_by_the_page_and_the_others_not_at_all() -> None:
    made = full(30)

    pages = [home_for(PRIYA, replace(DECIDE, page=n), made.ports) for n in (0, 1)]

    assert [len(page.to_decide) for page in pages] == [PAGE, 11]
    ids = [line.motion.id for page in pages for line in page.to_decide]
    assert ids[1:] == [f"more{n:03}" for n in range(30)]
    assert pages[0].under_way == ()


def test_a_page_that_is_gone_is_the_last_one() -> None:
    made = full(30)

    home = home_for(PRIYA, replace(DECIDE, page=7), made.ports)

    assert (home.look.page, home.last_page) == (1, 1)
    assert home.to_decide


def test_what_stands_beside_motions_makes_no_page_of_its_own() -> None:
    made = full(PAGE - 1)
    made.portal.invite()
    look(made.ports)
    made.durable.settle()

    home = home_for(PRIYA, DECIDE, made.ports)

    assert home.totals[Pile.DECIDE] == len(home.to_decide) + len(home.beside) == PAGE + 1
    assert home.last_page == 0


def test_a_desk_is_narrowed_by_partner_place_and_who_looks_after_it() -> None:
    made = awaiting()
    elsewhere = a_deal(
        7, owner=Owner("005S", "Sue", None, "EMEA"), account=Account("001B", "Initech", industry="retail")
    )
    with made.store.transaction() as uow:
        uow.deals.save([elsewhere])
    other = replace(
        made.motion,
        id=MotionId("other"),
        partner=NORTHSTAR,
        opportunity_id=elsewhere.id,
        manager_email=str(TOMAS.email),
    )
    put(made, other)
    mine = made.motion.id

    assert set(names(made, DECIDE, DANA)) == {mine, "other"}
    assert names(made, replace(DECIDE, partner=NORTHSTAR), DANA) == ["other"]
    assert names(made, replace(DECIDE, region="EMEA"), DANA) == ["other"]
    assert names(made, replace(DECIDE, segment="technology"), DANA) == [mine]
    assert names(made, replace(DECIDE, owner=TOMAS.email), DANA) == ["other"]
    assert home_for(DANA, replace(DECIDE, owner=TOMAS.email), made.ports).totals[Pile.DECIDE] == 1
    choices = home_for(DANA, DECIDE, made.ports).choices
    assert {"Central", "EMEA"} <= {value for value, _ in choices.regions}
    assert {"retail", "technology"} <= {value for value, _ in choices.segments}
    assert (TOMAS.email, TOMAS.email) in choices.owners


def test_nobody_widens_their_desk_by_asking_for_somebody_elses() -> None:
    made = awaiting()
    put(made, replace(made.motion, id=MotionId("tomas"), manager_email=str(TOMAS.email)))

    assert names(made, replace(DECIDE, owner=TOMAS.email), PRIYA) == [made.motion.id]
    assert home_for(PRIYA, DECIDE, made.ports).choices.owners == ()


def test_exceptions_are_narrowed_too() -> None:
    made = awaiting()
    stuck = ExceptionItem("x1", made.motion.id, DEAL, "stuck", "why", "act", str(PRIYA.email), made.clock.now())
    loose = replace(stuck, id="x2", subject="a portal", opportunity_id=None)
    with made.store.transaction() as uow:
        uow.exceptions.open(stuck)
        uow.exceptions.open(loose)

    def shown(look: Look) -> list[str]:
        return [item.id for item in home_for(PRIYA, look, made.ports).exceptions]

    assert shown(Look(Pile.STUCK)) == ["x1", "x2"]
    assert shown(Look(Pile.STUCK, partner=AWS)) == ["x1"]
    assert shown(Look(Pile.STUCK, partner=NORTHSTAR)) == []


def test_what_was_put_off_is_shown_in_a_list_of_its_own_until_it_comes_back() -> None:
    made = awaiting()
    subject, until = made.motion.id, made.clock.now() + DAY
    with made.store.transaction() as uow:
        uow.snoozes.put(PRIYA.key, subject, until, now=made.clock.now())

    home = home_for(PRIYA, EVERYTHING, made.ports)
    [(line, back)] = home_for(PRIYA, Look(Pile.ASLEEP), made.ports).asleep

    assert (home.to_decide, home.totals[Pile.DECIDE], home.totals[Pile.ASLEEP]) == ((), 0, 1)
    assert back == until
    assert not isinstance(line, ExceptionItem)
    assert line.motion.id == made.motion.id
    assert names(made, DECIDE, DANA) == [made.motion.id]
    made.clock.advance(DAY)
    assert names(made, DECIDE) == [made.motion.id]


def test_a_glance_at_each_partner_tells_what_is_open_and_what_came_of_the_last_month() -> None:
    made = awaiting()
    now = made.clock.now()
    for n, (state, at) in enumerate(
        (
            (MotionState.IN_REVIEW, now),
            (MotionState.HANDED_OFF, now - DAY),
            (MotionState.ENGAGED, now - DAY),
            (MotionState.REJECTED, now - DAY),
            (MotionState.ENGAGED, now - 40 * DAY),
        )
    ):
        put(made, replace(made.motion, id=MotionId(f"m{n}"), state=state, updated_at=at))

    [glance] = home_for(PRIYA, EVERYTHING, made.ports).glance

    long_ago = now - 40 * DAY
    tired = replace(made.motion, id=MotionId("old"), state=MotionState.HANDED_OFF, due_at=None, updated_at=long_ago)
    put(made, tired)
    [again] = home_for(PRIYA, EVERYTHING, made.ports).glance

    assert again == glance  # nobody waits for what nobody will be reminded of any more
    assert glance == PartnerGlance("AWS", to_decide=1, in_review=1, with_seller=1, filed=4, accepted=2, taken=1)
    assert home_for(SELLER, EVERYTHING, made.ports).glance == ()


@pytest.mark.parametrize("role", [Role.PARTNER, Role.STRANGER])
def test_whoever_is_not_ours_has_no_desk_however_they_look(role: Role) -> None:
    made = awaiting()

    home = home_for(replace(PRIYA, role=role), DECIDE, made.ports)

    assert (home.to_decide, home.totals, home.choices.partners, home.glance) == ((), {}, (), ())


def test_how_many_motions_each_partner_has_in_each_state() -> None:
    made = full(2)
    put(made, replace(made.motion, id=MotionId("n"), partner=NORTHSTAR, state=MotionState.DENIED))

    tally = made.read(lambda uow: dict(uow.motions.tally(MotionQuery())))

    assert tally == {(AWS, MotionState.AWAITING): 3, (NORTHSTAR, MotionState.DENIED): 1}
