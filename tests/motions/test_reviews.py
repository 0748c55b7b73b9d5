"""The partner's review: asked for ever more rarely, woken by the portal's own changes, and every answer understood."""

from datetime import timedelta

import pytest

from motions.model import MotionState
from motions.referrals import Review
from motions.reviewing import poll_review, watch_portal
from tests.fakes.world import CHANNEL, DAY, DEAL, MINUTE, MOTION, PRIYA, SECOND, World
from tests.motions.stages import PAM, POLL, handed_off, in_review


def looks(made: World) -> int:
    return made.portal.calls.count("status")


def test_an_accepted_referral_is_handed_over() -> None:
    made = handed_off()

    motion = made.motion
    assert (motion.state, motion.pam) == (MotionState.HANDED_OFF, "Jordan Blake <jordan.blake@aws-partner.example>")
    assert motion.partner_stage == "Qualified"


@pytest.mark.parametrize(
    ("said", "pam"),
    [({"pam_name": "Jordan Blake"}, "Jordan Blake"), ({"pam_email": "j@aws.example"}, "<j@aws.example>"), ({}, None)],
)
def test_the_partners_person_is_named_as_far_as_the_portal_names_them(said: dict[str, str], pam: str | None) -> None:
    made = in_review()
    made.portal.review("O1", Review.ACCEPTED, next_step="Call on Friday", **said)

    made.advance(POLL)

    assert (made.motion.pam, made.motion.next_step) == (pam, "Call on Friday")


def test_while_it_is_pending_the_portal_is_asked_ever_more_rarely() -> None:
    made = in_review(review_poll_after=timedelta(seconds=10), review_poll_at_most=MINUTE)
    asked = []
    for _ in range(30):
        made.advance(10 * SECOND)
        asked.append(looks(made))

    assert asked[:8] == [1, 1, 2, 2, 2, 2, 3, 3]  # after 10, then 20, 40, 60 and 60 seconds
    assert asked[-1] == 6


def test_however_eager_the_policy_a_second_passes_between_two_looks() -> None:
    made = in_review(review_poll_after=timedelta(0))

    made.advance(10 * SECOND)

    assert looks(made) <= 11


def test_a_portal_that_is_away_is_asked_again() -> None:
    made = in_review()
    made.portal.be_unavailable(6, at="status")
    made.portal.review("O1", Review.ACCEPTED, **PAM)

    made.advance(5 * MINUTE)

    assert made.state is MotionState.HANDED_OFF
    assert made.problems() == []


def test_a_rejected_referral_is_over_and_its_manager_is_told_why() -> None:
    made = in_review()
    made.portal.review("O1", Review.REJECTED, comments="not a fit this year")

    made.advance(POLL)

    [item] = made.read(lambda uow: uow.exceptions.of(MOTION))
    assert made.state is MotionState.REJECTED
    assert (item.code, item.owner) == ("referral-rejected", PRIYA.email)
    assert "not a fit this year" in item.reason
    assert made.org.get(DEAL).cosell.status == "Rejected"
    [card] = made.messenger.in_channel(CHANNEL)
    assert "Rejected by AWS" in str(card.message)


def test_a_rejection_without_a_comment_says_that_there_is_none() -> None:
    made = in_review()
    made.portal.review("O1", Review.REJECTED)

    made.advance(POLL)

    assert "no comment given" in made.read(lambda uow: uow.exceptions.of(MOTION))[0].reason


def test_a_request_for_changes_is_an_exception_and_the_review_goes_on() -> None:
    made = in_review()
    made.portal.review("O1", Review.ACTION_REQUIRED, comments="name the decision maker")
    made.advance(MINUTE)
    [item] = made.read(lambda uow: uow.exceptions.of(MOTION))
    made.portal.review("O1", Review.ACCEPTED, **PAM)
    made.advance(2 * MINUTE)

    assert (item.code, item.next_act) == ("action-required", "correct O1 in the partner's portal")
    assert "name the decision maker" in item.reason
    assert made.state is MotionState.HANDED_OFF
    assert made.problems() == []


def test_a_corrected_referral_is_no_exception_while_it_is_looked_at_again() -> None:
    made = in_review()
    made.portal.review("O1", Review.ACTION_REQUIRED, comments="name the decision maker")
    made.advance(MINUTE)
    made.portal.review("O1", Review.PENDING)
    made.advance(2 * MINUTE)
    corrected = made.problems(MOTION)
    made.portal.review("O1", Review.ACTION_REQUIRED, comments="and the amount")
    made.advance(10 * MINUTE)

    assert corrected == []
    assert "and the amount" in made.read(lambda uow: uow.exceptions.of(MOTION))[0].reason
    [card] = made.messenger.in_channel(CHANNEL)
    assert "and the amount" in str(card.message)


def test_a_rejection_leaves_no_request_for_changes_open() -> None:
    made = in_review()
    made.portal.review("O1", Review.ACTION_REQUIRED)
    made.advance(MINUTE)
    made.portal.review("O1", Review.REJECTED)
    made.advance(2 * MINUTE)

    assert made.problems(MOTION) == ["referral-rejected"]


def test_a_change_in_the_portal_is_looked_at_without_waiting_for_the_next_poll() -> None:
    made = in_review(review_poll_after=DAY, review_poll_at_most=DAY)
    made.clock.advance(MINUTE)
    made.portal.review("O1", Review.ACCEPTED, **PAM)

    woken = watch_portal("aws", made.ports)
    made.durable.settle()

    assert woken == 1
    assert made.state is MotionState.HANDED_OFF


def test_a_change_that_reads_back_older_at_first_is_looked_at_until_it_shows() -> None:
    made = in_review(review_poll_after=DAY, review_poll_at_most=DAY)
    made.clock.advance(MINUTE)
    made.portal.review("O1", Review.ACCEPTED, **PAM)
    made.portal.read_back_older(times=3)

    watch_portal("aws", made.ports)
    made.advance(10 * MINUTE)

    assert made.state is MotionState.HANDED_OFF


def test_the_same_change_in_the_portal_is_looked_at_once() -> None:
    made = in_review(review_poll_after=DAY, review_poll_at_most=DAY)
    for _ in range(3):
        watch_portal("aws", made.ports)
        made.durable.settle()

    assert looks(made) == 1
    assert len(made.durable.waiting("poll_review")) == 1


def test_a_look_out_of_turn_starts_no_second_chain_of_polls() -> None:
    made = in_review(review_poll_after=DAY, review_poll_at_most=DAY)
    made.portal.review("O1", Review.ACTION_REQUIRED)

    poll_review(MOTION, made.motion.epoch, "at20261123", made.ports)

    assert len(made.durable.waiting("poll_review")) == 1


def test_a_rejected_referral_is_left_alone() -> None:
    made = in_review()
    made.portal.review("O1", Review.REJECTED)
    made.advance(POLL)

    assert watch_portal("aws", made.ports) == 0


def test_an_empty_portal_wakes_nobody() -> None:
    made = in_review()
    made.portal._records.clear()

    assert watch_portal("aws", made.ports) == 0
    assert made.read(lambda uow: uow.deals.watermark("portal:aws")) is None


@pytest.mark.parametrize("review", [Review.ACCEPTED, Review.REJECTED])
def test_two_looks_at_one_decision_count_once(review: Review) -> None:
    made = in_review()
    made.portal.review("O1", review, **PAM)
    watch_portal("aws", made.ports)

    made.advance(POLL)
    made.durable.run_again()

    log = made.events()
    assert log.count("motion.accepted") + log.count("motion.rejected") == 1
