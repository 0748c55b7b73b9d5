"""What every portal promises that asks for corrections, on the fake and on the adapter over its emulator."""

from datetime import timedelta

import pytest

from motions.corrections import Correctable
from motions.errors import Rejected
from motions.referrals import Field, Review
from tests.contracts.portal_worlds import AwsWorld, FakeWorld, World
from tests.contracts.test_portal import file

TYPED = {Field.PROBLEM: "Dispatchers lose two hours a day, in every depot.", Field.CLOSE_DATE: "2027-09-30"}
OURS = ("meridian.example",)


@pytest.fixture(params=["fake", "aws"])
def world(request: pytest.FixtureRequest) -> World:
    return FakeWorld() if request.param == "fake" else AwsWorld(request.getfixturevalue("emulator"))


def sent_back(world: World) -> tuple[Correctable, str]:
    """A referral that the partner wants corrected."""
    referral = file(world)["create"]
    if isinstance(world, FakeWorld):
        world.portal.ask_for_changes(referral, "Say more")
    else:
        world.decide(referral, Review.ACTION_REQUIRED, "Say more")
    portal: object = world.portal
    assert isinstance(portal, Correctable)
    return portal, referral


def test_the_status_says_what_is_asked_and_what_may_change(world: World) -> None:
    _, referral = sent_back(world)

    status = world.portal.status(referral)

    assert (status.review, status.comments) == (Review.ACTION_REQUIRED, "Say more")
    assert set(TYPED) <= {line.field for line in status.form}


def test_a_correction_stands_there_once_and_the_partner_looks_again(world: World) -> None:
    portal, referral = sent_back(world)
    made = portal.correction(referral, TYPED, OURS)
    before = portal.find_correction(referral, made.changes)

    stamp = portal.correct(referral, made.changes, made.seen, world.portal.status(referral).modified_at)
    again = portal.correct(referral, made.changes, made.seen, world.portal.status(referral).modified_at)

    status = world.portal.status(referral)
    assert (made.problems, before, again) == ((), None, stamp)
    assert portal.find_correction(referral, made.changes) == stamp
    assert (status.review, status.form, status.modified_at) == (Review.PENDING, (), stamp)


def test_what_would_bounce_is_said_and_nothing_is_sent(world: World) -> None:
    portal, referral = sent_back(world)

    made = portal.correction(referral, {Field.PROBLEM: "Too short"}, OURS)

    assert [problem.field for problem in made.problems] == [Field.PROBLEM]
    assert world.portal.status(referral).review is Review.ACTION_REQUIRED


def test_what_was_not_seen_so_is_not_overwritten(world: World) -> None:
    portal, referral = sent_back(world)
    made = portal.correction(referral, TYPED, OURS)

    with pytest.raises(Rejected):
        portal.correct(
            referral,
            made.changes,
            dict.fromkeys(made.seen, "something else"),
            world.portal.status(referral).modified_at,
        )

    assert portal.find_correction(referral, made.changes) is None


def test_what_was_asked_since_is_not_answered(world: World) -> None:
    portal, referral = sent_back(world)
    asked_at = world.portal.status(referral).modified_at
    made = portal.correction(referral, TYPED, OURS)

    with pytest.raises(Rejected, match="since"):
        portal.correct(referral, made.changes, made.seen, asked_at - timedelta(seconds=1))

    assert portal.find_correction(referral, made.changes) is None


def test_once_it_asks_no_more_nothing_is_corrected(world: World) -> None:
    portal, referral = sent_back(world)
    made = portal.correction(referral, {Field.CLOSE_DATE: "2027-09-30"}, OURS)
    portal.correct(referral, made.changes, made.seen, world.portal.status(referral).modified_at)

    with pytest.raises(Rejected, match="not ask"):
        portal.correction(referral, TYPED, OURS)
