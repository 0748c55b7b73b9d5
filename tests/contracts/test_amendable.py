"""What every portal promises that takes changes of what is filed, on the fake and on the adapters over theirs."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from motions.deals import Stage
from motions.errors import OutcomeUnknown, Rejected, Unavailable
from motions.in_step import Amendable
from motions.referrals import Field, Review
from tests.contracts.portal_worlds import World, opened
from tests.contracts.test_portal import file, payload_of

AMOUNT, CLOSE, SPEND, STAGE = Field.AMOUNT, Field.CLOSE_DATE, Field.MONTHLY_SPEND, Field.STAGE
# What each has a field for, and how it words another one beside the close date.
CARRIED: Mapping[str, set[Field]] = {
    "aws": {STAGE, CLOSE, SPEND, Field.NEXT_STEPS},
    "microsoft": {STAGE, CLOSE, AMOUNT},
}
BESIDE: Mapping[str, tuple[Field, str]] = {
    "aws": (Field.NEXT_STEPS, "Contract & start"),
    "microsoft": (AMOUNT, "EUR 60000.50"),
}


@pytest.fixture(params=["fake", "aws", "microsoft"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> World:
    return opened(request.param, request, tmp_path)


def amendable(world: World) -> Amendable:
    portal: object = world.portal
    assert isinstance(portal, Amendable)
    return portal


def moved(world: World) -> dict[Field, str]:
    """A change of two fields."""
    field, value = BESIDE[world.portal.key]
    return {CLOSE: "2027-09-30", field: value}


def accepted(world: World) -> str:
    referral = file(world)["create"]
    world.decide(referral, Review.ACCEPTED)
    return referral


def test_what_was_filed_is_what_stands_there_and_what_the_deal_says(world: World) -> None:
    portal, referral = amendable(world), accepted(world)

    held = portal.held(referral)

    assert held.locked is None
    assert held.open == held.values.keys() == CARRIED[world.portal.key]
    assert dict(held.values) == dict(portal.filed_as(payload_of(world)))
    assert portal.worded(world.ready, world.clock.now().date()).items() <= held.values.items()


def test_before_the_partner_has_decided_it_says_that_a_change_waits_or_takes_it(world: World) -> None:
    portal, referral = amendable(world), file(world)["create"]
    held = portal.held(referral)

    if held.locked is None:
        portal.change(referral, moved(world), held.values)

    assert (held.locked is None) is (world.portal.key == "microsoft")
    assert held.locked or moved(world).items() <= portal.held(referral).values.items()


def test_a_change_stands_there_under_the_stamp_it_gave(world: World) -> None:
    portal, referral = amendable(world), accepted(world)
    before = portal.held(referral).values

    stamp = portal.change(referral, moved(world), before)

    held = portal.held(referral)
    assert (dict(held.values), held.modified_at) == ({**before, **moved(world)}, stamp)


def test_the_same_change_again_writes_nothing(world: World) -> None:
    portal, referral = amendable(world), accepted(world)
    before = portal.held(referral).values

    assert portal.change(referral, moved(world), before) == portal.change(referral, moved(world), before)


def test_after_a_lost_answer_the_change_stands_there_and_is_not_made_again(world: World) -> None:
    portal, referral = amendable(world), accepted(world)
    before = portal.held(referral).values
    world.lose_answer("change")

    with pytest.raises(OutcomeUnknown):
        portal.change(referral, moved(world), before)

    held = portal.held(referral)
    assert dict(held.values) == {**before, **moved(world)}
    assert portal.change(referral, moved(world), before) == held.modified_at


def test_a_change_that_finds_nobody_in_is_not_made(world: World) -> None:
    portal, referral = amendable(world), accepted(world)
    before = portal.held(referral)
    world.be_unavailable("change")

    with pytest.raises(Unavailable) as stopped:
        portal.change(referral, moved(world), before.values)

    assert not isinstance(stopped.value, OutcomeUnknown)
    assert portal.held(referral) == before


def test_what_is_not_as_it_was_seen_is_left_and_named(world: World) -> None:
    portal, referral = amendable(world), accepted(world)
    seen = portal.held(referral).values
    portal.change(referral, {CLOSE: "2027-10-31"}, seen)

    with pytest.raises(Rejected) as stopped:
        portal.change(referral, moved(world), seen)

    assert {problem.code for problem in stopped.value.problems} == {"CONFLICT"}
    assert portal.held(referral).values == {**seen, CLOSE: "2027-10-31"}


def test_what_a_deal_does_not_say_is_left_out(world: World) -> None:
    today = world.clock.now().date()
    quiet = replace(world.ready, next_steps=None, annual_value=None, close_date=date(2027, 9, 30), stage=Stage.LOST)

    words = amendable(world).worded(quiet, today)

    assert words.keys() == CARRIED[world.portal.key] - {Field.NEXT_STEPS, AMOUNT}
    assert words[CLOSE] == "2027-09-30"
    assert words[STAGE] != amendable(world).worded(world.ready, today)[STAGE]


def test_a_lost_deal_closes_it(world: World) -> None:
    assert Stage.LOST in amendable(world).closing
