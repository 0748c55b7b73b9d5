"""What waits for whom: managers see theirs, sellers see their own, operators see all, nobody else sees anything."""

from dataclasses import replace

import pytest

from motions.desk import home_for
from motions.desk_surfaces import EVERYTHING
from motions.model import ExceptionItem, MotionId, MotionState, PartnerKey, Person, Role
from motions.queues import digest_for, queue_for
from tests.fakes.world import ALEX, CHANNEL, DANA, DAY, DEAL, KIM, PRIYA, SAM, SELLER, STRANGER, TOMAS, World, world
from tests.motions.invited import accepted, invitation, invited
from tests.motions.quoted import offer, quoted, say_draft
from tests.motions.stages import awaiting, handed_off

OTHER_SELLER = replace(SELLER, user_id="U0OTHER", name="Other", email="other@meridian.example")


def busy() -> World:
    """Priya's motions in several states, one of Tomas's, and an exception of each."""
    made = awaiting()
    first = made.motion
    more = {
        "filing": {"state": MotionState.FILING},
        "cold": {"state": MotionState.HANDED_OFF, "due_at": made.clock.now()},
        "nudged": {"state": MotionState.HANDED_OFF, "nudges": 1, "due_at": made.clock.now() + DAY},
        "warm": {"state": MotionState.HANDED_OFF, "due_at": made.clock.now() + DAY},
        "silent": {"state": MotionState.HANDED_OFF, "due_at": None},
        "stuck": {"state": MotionState.NEEDS_PERSON},
        "over": {"state": MotionState.DENIED},
        "tomas": {"manager_email": TOMAS.email, "seller_email": OTHER_SELLER.email},
    }
    with made.store.transaction() as uow:
        for name, changes in more.items():
            uow.motions.add(replace(first, id=MotionId(name), **changes))  # type: ignore[arg-type]
        for number, owner in enumerate([PRIYA, TOMAS, SELLER]):
            item = ExceptionItem(
                f"e{number}", f"s{number}", DEAL, "code", "why", "act", str(owner.email), first.seen_at
            )
            uow.exceptions.open(item)
    return made


def test_an_alliance_managers_desk() -> None:
    made = busy()

    home = home_for(PRIYA, EVERYTHING, made.ports)

    assert [line.motion.state for line in home.to_decide] == [MotionState.AWAITING, MotionState.NEEDS_PERSON]
    assert [line.motion.id for line in home.under_way] == ["filing"]
    assert {line.motion.id for line in home.going_cold} == {"cold", "nudged"}
    assert [item.owner for item in home.exceptions] == [PRIYA.email]
    assert dict(home.counts)[MotionState.HANDED_OFF] == 4


@pytest.mark.parametrize("person", [DANA, SAM], ids=lambda person: person.name)
def test_operators_and_admins_see_everybodys(person: Person) -> None:
    made = busy()

    queue = queue_for(person, made.ports)

    assert queue.whose == "everybody's"
    assert "tomas" in {line.motion.id for line in queue.lines}
    assert len(queue.exceptions) == 3


def test_a_seller_sees_the_motions_of_their_own_deals() -> None:
    made = busy()

    mine, others = queue_for(SELLER, made.ports), queue_for(OTHER_SELLER, made.ports)

    assert "tomas" not in {line.motion.id for line in mine.lines}
    assert [line.motion.id for line in others.lines] == ["tomas"]
    assert [item.owner for item in mine.exceptions] == [SELLER.email]
    assert mine.whose == "yours"


@pytest.mark.parametrize("role", [Role.SELLER, Role.ALLIANCE_MANAGER])
def test_somebody_without_an_address_sees_nothing_rather_than_everything(role: Role) -> None:
    made = busy()
    nobody = replace(SELLER, role=role, email=None)

    queue = queue_for(nobody, made.ports)

    assert (queue.lines, queue.exceptions) == ((), ())


@pytest.mark.parametrize("person", [ALEX, KIM, STRANGER], ids=lambda person: person.name)
def test_a_partners_or_a_strangers_desk_is_empty(person: Person) -> None:
    made = busy()

    home = home_for(person, EVERYTHING, made.ports)

    assert (home.to_decide, home.under_way, home.going_cold, home.exceptions, home.counts) == ((), (), (), (), ())
    assert queue_for(person, made.ports).lines == ()


def test_a_deal_a_partner_brings_waits_for_its_manager_and_for_operators_until_it_is_answered() -> None:
    made = invited()
    [line] = home_for(PRIYA, EVERYTHING, made.ports).beside

    seen = {who.name: len(queue_for(who, made.ports).beside) for who in (DANA, SAM, TOMAS, SELLER, ALEX)}
    accepted(made)

    assert line.name == f"{invitation(made).facts.customer}: {invitation(made).facts.title}, a deal AWS brings"
    assert (line.waits_for, line.channel) == ("accept or reject it, 15 days left", CHANNEL)
    assert seen == {DANA.name: 1, SAM.name: 1, TOMAS.name: 0, SELLER.name: 0, ALEX.name: 0}
    assert home_for(PRIYA, EVERYTHING, made.ports).beside == ()


def test_a_private_offer_waits_until_somebody_has_it_drafted() -> None:
    made = quoted()
    [line] = digest_for(PRIYA, "2026-11-23", made.ports).beside

    say_draft(made)

    assert line.name == f"{offer(made).customer}: private offer for {offer(made).deal_name}"
    assert line.waits_for == "have it drafted, or leave it"
    assert home_for(PRIYA, EVERYTHING, made.ports).beside == ()


def test_a_line_says_what_it_waits_for_and_since_when() -> None:
    made = awaiting()

    [line] = home_for(PRIYA, EVERYTHING, made.ports).to_decide

    assert (line.partner_name, line.waits_for) == ("AWS", "approve, edit or deny the referral")
    assert line.since == made.motion.updated_at
    assert line.link == f"https://crm.example/{DEAL}"


def test_a_motion_that_never_moved_waits_since_it_was_matched() -> None:
    made = awaiting()
    made.note(updated_at=None)

    [line] = home_for(PRIYA, EVERYTHING, made.ports).to_decide

    assert line.since == made.motion.matched_at


def test_what_is_due_soonest_comes_first() -> None:
    made = awaiting()
    first = made.motion
    assert first.due_at is not None
    with made.store.transaction() as uow:
        uow.motions.add(replace(first, id=MotionId("later"), due_at=first.due_at + DAY))
        uow.motions.add(replace(first, id=MotionId("sooner"), due_at=first.due_at - DAY))

    assert [line.motion.id for line in home_for(PRIYA, EVERYTHING, made.ports).to_decide] == [
        "sooner",
        first.id,
        "later",
    ]


def test_an_empty_desk_is_empty() -> None:
    assert queue_for(PRIYA, world().ports).lines == ()


def test_a_handoff_is_on_nobodys_list_while_it_is_warm() -> None:
    made = handed_off()

    assert home_for(PRIYA, EVERYTHING, made.ports).going_cold == ()
    assert PartnerKey("aws") == made.motion.partner
