"""What every portal promises that takes changes of what is filed, on the fake and on the adapter over its emulator."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from motions.deals import Stage
from motions.errors import Rejected
from motions.in_step import Amendable
from motions.merging import KEPT
from motions.referrals import Field, Review
from tests.connectors.aws.aws_world import Emulator, running_emulator
from tests.contracts.portal_worlds import AwsWorld, FakeWorld, World
from tests.contracts.test_portal import file, payload_of

CLOSE, STEPS, STAGE = Field.CLOSE_DATE, Field.NEXT_STEPS, Field.STAGE
TO = {CLOSE: "2027-09-30", STEPS: "Contract & start"}


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with running_emulator() as running:
        yield running


@pytest.fixture(params=["fake", "aws"])
def world(request: pytest.FixtureRequest) -> World:
    return FakeWorld() if request.param == "fake" else AwsWorld(request.getfixturevalue("emulator"))


def amendable(world: World) -> Amendable:
    portal: object = world.portal
    assert isinstance(portal, Amendable)
    return portal


def accepted(world: World) -> str:
    referral = file(world)["create"]
    world.decide(referral, Review.ACCEPTED)
    return referral


def test_what_was_filed_is_what_stands_there_and_what_the_deal_says(world: World) -> None:
    portal, referral = amendable(world), accepted(world)

    held = portal.held(referral)

    assert held.locked is None
    assert held.open == set(KEPT)
    assert dict(held.values) == dict(portal.filed_as(payload_of(world)))
    assert portal.worded(world.ready, world.clock.now().date()).items() <= held.values.items()


def test_it_takes_no_change_before_the_partner_has_decided(world: World) -> None:
    assert amendable(world).held(file(world)["create"]).locked


def test_a_change_stands_there_under_the_stamp_it_gave(world: World) -> None:
    portal, referral = amendable(world), accepted(world)
    before = portal.held(referral).values

    stamp = portal.change(referral, TO, before)

    held = portal.held(referral)
    assert (dict(held.values), held.modified_at) == ({**before, **TO}, stamp)


def test_the_same_change_again_writes_nothing(world: World) -> None:
    portal, referral = amendable(world), accepted(world)
    before = portal.held(referral).values

    assert portal.change(referral, TO, before) == portal.change(referral, TO, before)


def test_what_is_not_as_it_was_seen_is_left_and_named(world: World) -> None:
    portal, referral = amendable(world), accepted(world)
    seen = portal.held(referral).values
    portal.change(referral, {CLOSE: "2027-10-31"}, seen)

    with pytest.raises(Rejected) as stopped:
        portal.change(referral, TO, seen)

    assert {problem.code for problem in stopped.value.problems} == {"CONFLICT"}
    assert portal.held(referral).values[STEPS] == seen[STEPS]


def test_what_a_deal_does_not_say_is_left_out(world: World) -> None:
    today = world.clock.now().date()
    quiet = replace(world.ready, next_steps=None, close_date=date(2027, 9, 30), stage=Stage.PROPOSAL)

    words = amendable(world).worded(quiet, today)

    assert STEPS not in words
    assert words[CLOSE] == "2027-09-30"
    assert words[STAGE] != amendable(world).worded(world.ready, today)[STAGE]
