"""A referral that a person files: it waits as an exception with an owner, and goes on under the partner's reference."""

from dataclasses import replace

from motions.decision_records import ExceptionQuery
from motions.model import MotionState
from motions.referrals import Review
from motions.reviewing import FILE_BY_HAND
from tests.fakes.world import DEAL, MOTION, World
from tests.motions.by_hand import TO_DO, ByHand
from tests.motions.stages import POLL, in_review


def waiting() -> tuple[World, ByHand]:
    made = in_review()
    portal = ByHand(made.clock, made.portal)
    made.ports = replace(made.ports, portals={"aws": portal})
    made.advance(POLL)
    return made, portal


def test_who_is_to_file_is_told_with_what_to_do() -> None:
    made, _ = waiting()

    [item] = made.read(lambda uow: uow.exceptions.listing(ExceptionQuery()))
    assert (item.code, item.next_act, item.owner) == (FILE_BY_HAND, TO_DO, made.motion.manager_email)
    assert made.state is MotionState.IN_REVIEW


def test_it_is_told_once_however_often_it_is_looked_at() -> None:
    made, _ = waiting()
    made.advance(4 * POLL)

    assert made.events().count("exception.opened") == 1


def test_once_filed_nobody_is_waited_for_and_the_partners_reference_stands_everywhere() -> None:
    made, portal = waiting()

    portal.reference = "DR-1001"
    made.advance(4 * POLL)

    assert made.problems() == []
    assert made.motion.referral_id == "DR-1001"
    assert made.org.get(DEAL).cosell.referral_id == "DR-1001"
    assert made.events(MOTION).count("motion.noted") >= 1


def test_a_decision_that_brings_the_reference_leaves_it_in_the_crm() -> None:
    made, portal = waiting()

    portal.reference = "DR-7"
    made.portal.review("O1", Review.ACCEPTED, pam_name="Kim Ode")
    made.advance(8 * POLL)

    assert made.state is MotionState.HANDED_OFF
    assert made.org.get(DEAL).cosell.referral_id == "DR-7"
    assert made.problems() == []


def test_once_the_partner_asks_for_changes_nobody_is_told_to_file_any_more() -> None:
    made, portal = waiting()

    portal.reference = "DR-7"
    made.portal.review("O1", Review.ACTION_REQUIRED)
    made.advance(4 * POLL)

    assert FILE_BY_HAND not in made.problems()
    assert made.problems() == ["action-required"]
