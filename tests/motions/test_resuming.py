"""An engine that lost its tables: what only shows a motion is found missing from the rows, and nothing comes twice."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from motions.approvals import deny
from motions.deals import Stage
from motions.handoffs import take
from motions.model import MotionState
from motions.referrals import Field, Review
from motions.resuming import RECENT, SHOWN, resume_missing
from motions.surfaces import ClickOutcome
from motions.sweeping import IDLE, expire_cards
from motions.triggers import read_changes
from tests.fakes.world import ALEX, CHANNEL, DAY, DEAL, PRIYA, SECOND, SHARED, World, default_configuration, world
from tests.motions.stages import approved, awaiting, handed_off, in_review

WEEK = 7 * DAY


def forgotten(made: World) -> World:
    """The engine's tables are gone, a minute ago."""
    made.durable.lose_everything()
    made.clock.advance(IDLE)
    return made


def resumed(made: World) -> int:
    """What the sweep found, and all of it done."""
    found = resume_missing(made.ports)
    made.durable.settle()
    return found


def engaged() -> World:
    made = handed_off()
    made.durable.settle()
    token = made.motion.handoff_token
    assert token is not None
    assert take(token, ALEX, made.ports).outcome is ClickOutcome.DONE
    return made


def denied() -> World:
    made = awaiting()
    deny(made.token, PRIYA, "not now", made.ports)
    return made


def expired() -> World:
    made = awaiting()
    made.clock.advance(5 * DAY)
    expire_cards(made.ports)
    return made


def rejected() -> World:
    made = in_review()
    made.portal.review("O1", Review.REJECTED, comments="no")
    made.clock.advance(WEEK)
    made.durable.run_named("poll_review")
    return made


STATUS: dict[str, tuple[Callable[[], World], str]] = {
    "denied": (denied, "Denied"),
    "expired": (expired, "Expired"),
    "rejected": (rejected, "Rejected"),
    "engaged": (engaged, "Engaged"),
}


@pytest.mark.parametrize("name", STATUS)
def test_an_end_nobody_was_shown_is_shown_and_written_to_the_crm(name: str) -> None:
    make, status = STATUS[name]
    made = forgotten(make())

    resumed(made)

    [card] = made.messenger.in_channel(CHANNEL)
    assert made.org.get(DEAL).cosell.status == status
    assert f"{made.motion.id}:card.{made.motion.epoch}" in {str(e.key).rpartition(".")[0] for e in effects(made)}
    assert "motion.approve" not in str(card.message)


def test_the_handoff_and_the_seller_s_note_are_posted_after_all() -> None:
    made = in_review()
    made.portal.review("O1", Review.ACCEPTED)
    made.clock.advance(WEEK)
    made.durable.run_named("poll_review")
    made.durable.run_named("close_loop")
    assert made.state is MotionState.HANDED_OFF
    forgotten(made)

    resumed(made)

    assert len(made.messenger.in_channel(SHARED)) == 1
    assert len([p for p in made.messenger.posted if ":tell." in p.key]) == 1


def test_the_partner_s_button_goes_and_the_activity_is_filed_after_all() -> None:
    made = forgotten(engaged())

    resumed(made)

    [handoff] = made.messenger.in_channel(SHARED)
    assert "handoff.take" not in str(handoff.message)
    assert [task.subject for task in made.org.tasks] == ["Co-sell with AWS: accepted", "Co-sell with AWS: engaged"]


@pytest.mark.parametrize("make", [awaiting, approved, in_review, handed_off, engaged], ids=lambda f: f.__name__)
def test_what_was_done_is_not_done_again(make: Callable[[], World]) -> None:
    made = make()
    made.durable.settle()
    before = (len(made.messenger.posted), len(made.org.tasks), len(made.portal.referrals), made.org.get(DEAL).cosell)
    forgotten(made)

    resumed(made)
    resumed(made)

    after = (len(made.messenger.posted), len(made.org.tasks), len(made.portal.referrals), made.org.get(DEAL).cosell)
    assert after == before


@pytest.mark.parametrize("make", [awaiting, approved, in_review, handed_off, engaged], ids=lambda f: f.__name__)
def test_an_engine_that_knows_its_segments_is_asked_for_nothing(make: Callable[[], World]) -> None:
    made = make()
    made.clock.advance(IDLE)

    assert resume_missing(made.ports) == 0


def test_a_change_nobody_evaluated_is_evaluated() -> None:
    made = world()
    made.change(stage_name="Proposal")
    read_changes(made.ports)
    forgotten(made)

    resumed(made)

    assert made.state is MotionState.AWAITING


def test_a_change_of_a_filed_deal_that_nobody_sent_is_sent() -> None:
    made = handed_off()
    made.clock.advance(WEEK)
    made.change(next_step="Contract")
    read_changes(made.ports)
    forgotten(made)

    resumed(made)

    assert made.portal.says("O1", Field.NEXT_STEPS) == "Contract"


def test_a_lost_deal_closes_its_referral_after_all() -> None:
    made = handed_off()
    made.clock.advance(WEEK)
    made.change(stage=Stage.LOST, stage_name="Closed Lost", is_closed=True)
    read_changes(made.ports)
    forgotten(made)

    resumed(made)

    assert made.portal.says("O1", Field.STAGE) == "lost"


@pytest.mark.parametrize("segments", [("poll_review",), ("poll_review", "close_loop")])
def test_what_waited_for_the_decision_is_sent_after_all(segments: tuple[str, ...]) -> None:
    made = in_review()
    made.change(next_step="Contract")
    made.poll()
    made.clock.advance(RECENT)
    made.portal.review("O1", Review.ACCEPTED)
    for name in segments:
        made.durable.run_named(name)
    forgotten(made)

    resumed(made)

    assert made.portal.says("O1", Field.NEXT_STEPS) == "Contract"


def test_a_change_that_was_sent_before_the_motion_moved_on_is_asked_for_once() -> None:
    made = handed_off()
    made.change(next_step="Contract")
    made.poll()
    token = made.motion.handoff_token
    assert token is not None
    take(token, ALEX, made.ports)
    made.durable.settle()
    made.clock.advance(IDLE)

    assert resume_missing(made.ports) == 0


def test_where_the_portal_takes_no_change_none_is_asked_for() -> None:
    made = handed_off()
    made.change(next_step="Contract")
    read_changes(made.ports)
    forgotten(made)
    made.ports = replace(made.ports, portals={"aws": object()})  # type: ignore[dict-item]  # a portal without changes

    resume_missing(made.ports)

    assert made.durable.waiting("bring_in_step") == []


def test_a_short_silence_and_an_old_change_are_left_alone() -> None:
    made = denied()
    made.durable.lose_everything()
    early = resume_missing(made.ports)
    made.clock.advance(RECENT + SECOND)

    assert (early, resume_missing(made.ports)) == (0, 0)


def test_a_motion_that_moves_meanwhile_shows_itself() -> None:
    made = forgotten(denied())
    asked = made.durable.known

    def moving(ids: list[str]) -> frozenset[str]:
        made.note(epoch=made.motion.epoch + 1)
        return asked(ids)

    made.durable.known = moving  # type: ignore[method-assign, assignment]  # the moment between the two looks

    resume_missing(made.ports)

    assert made.durable.waiting("redraw") == []


def test_a_motion_that_waits_for_its_first_card_and_one_whose_deal_closed_write_nothing_to_the_crm() -> None:
    made = awaiting()
    made.change(stage_name="Closed Lost", is_closed=True)
    made.poll()
    assert made.state is MotionState.EXPIRED
    forgotten(made)

    resumed(made)

    assert made.org.get(DEAL).cosell.status == "Matched"


def test_a_card_or_handoff_that_never_was_is_not_drawn_again() -> None:
    made = engaged()
    made.note(card=None, handoff=None)
    forgotten(made)

    resume_missing(made.ports)

    assert made.durable.waiting("redraw") == made.durable.waiting("redraw_handoff") == []


@pytest.mark.parametrize("band_may", ["auto", "approve"])
def test_a_match_is_written_after_all_where_policy_lets_us(band_may: str) -> None:
    made = awaiting(autonomy=crm_writes(band_may))
    made.org.edit_cosell(DEAL, status=None)
    made.store._rows.effects.clear()
    forgotten(made)

    resumed(made)

    assert (made.org.get(DEAL).cosell.status == "Matched") == (band_may == "auto")


def test_every_state_but_the_first_is_shown() -> None:
    assert set(MotionState) - set(SHOWN) == {MotionState.MATCHED}


def crm_writes(how: str) -> dict[str, dict[str, str]]:
    every = default_configuration().policy.model_dump(mode="json")["autonomy"]
    return {**every, "crm_write": dict.fromkeys(every["crm_write"], how)}


def effects(made: World) -> list:  # type: ignore[type-arg]  # effects, as the store has them
    return list(made.store._rows.effects.values())
