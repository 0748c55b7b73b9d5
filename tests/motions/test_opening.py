"""Which changes open a motion, and what stands in the way of one."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from motions.coverage import Away
from motions.deals import Money, OpportunityId, Owner, Stage
from motions.model import Band, MotionState, Person, Trigger, TriggerId, TriggerKind
from motions.moving import open_motion
from motions.opening import evaluate
from motions.policy import ActionKind, Autonomy
from tests.fakes.world import (
    AWS,
    CHANNEL,
    DANA,
    DEAL,
    MOTION,
    PRIYA,
    SECOND,
    SELLER,
    TOMAS,
    World,
    a_deal,
    world,
)

# One rule fewer fires than for the good deal.
GREY: dict[str, Any] = {
    "amount": Money(Decimal(19000), "USD"),
    "stage_name": "Proposal",
}
LOW: dict[str, Any] = {"amount": Money(Decimal(100), "USD"), "stage_name": "Proposal"}


def asked_by(asker: Person, made: World, trigger_id: str = "asked") -> None:
    """Somebody asks for a motion."""
    now = made.clock.now()
    trigger = Trigger(TriggerId(trigger_id), DEAL, TriggerKind.PERSON, now, now, asked_by=asker.key)
    with made.store.transaction() as uow:
        uow.matches.add_trigger(trigger)
    evaluate(DEAL, trigger.id, made.ports)
    made.durable.settle()


def with_autonomy(made: World, action: ActionKind, autonomy: Autonomy) -> None:
    table = made.ports.config.policy.autonomy
    made.configure(autonomy={**table, action: dict.fromkeys(Band, autonomy)})


def test_a_changed_deal_that_fits_a_partner_opens_a_motion() -> None:
    made = world()
    changed = made.change(stage_name="Proposal")

    made.poll()

    motion = made.motion
    assert (motion.opportunity_id, motion.partner, motion.band, motion.score) == (DEAL, AWS, Band.HIGH, 77)
    assert (motion.channel, motion.manager_email, motion.seller_email) == (CHANNEL, PRIYA.email, SELLER.email)
    assert (motion.triggered_at, motion.deal_name, motion.account_name) == (changed.modified_at, changed.name, "Acmeco")
    assert made.events(DEAL) == ["trigger.seen", "deal.matched"]
    assert made.events()[0] == "motion.opened"


def test_a_sure_match_is_written_to_the_crm_without_asking() -> None:
    made = world()
    made.change(stage_name="Proposal")
    made.poll()

    cosell = made.org.get(DEAL).cosell
    assert (cosell.status, cosell.partners, cosell.score) == ("Matched", "AWS", "77")


def test_a_grey_match_gets_a_card_and_leaves_the_crm_alone() -> None:
    made = world()
    made.change(**GREY)
    made.poll()

    assert (made.motion.band, made.state) == (Band.GREY, MotionState.AWAITING)
    assert made.org.get(DEAL).cosell.status is None


def test_a_low_match_opens_nothing_unless_a_person_asks() -> None:
    made = world()
    made.change(**LOW)
    made.poll()
    unasked = made.motions

    asked_by(SELLER, made)

    assert unasked == []
    assert (made.motion.band, made.state) == (Band.LOW, MotionState.AWAITING)


def test_where_policy_forbids_posting_nothing_is_opened() -> None:
    made = world()
    with_autonomy(made, ActionKind.INTERNAL_POST, Autonomy.FORBID)
    made.change(stage_name="Proposal")

    made.poll()

    assert made.motions == []


def test_a_deal_no_partner_may_have_opens_nothing_and_says_so_in_the_log() -> None:
    made = world()
    made.change(stage=Stage.DISCOVERY, stage_name="Prospecting")

    made.poll()

    assert made.motions == []
    [_, matched] = made.read(lambda uow: uow.log.of(DEAL))
    assert matched.detail["partner"] is None


def test_a_deal_without_an_account_is_its_sellers_exception_until_it_has_one() -> None:
    made = world()
    account = made.org.get(DEAL).account
    made.change(account=None)
    made.poll()
    [item] = made.read(lambda uow: uow.exceptions.of(DEAL))
    made.change(account=account)
    made.poll()

    assert (item.code, item.owner) == ("deal-incomplete", SELLER.email)
    assert made.problems() == []
    assert made.state is MotionState.AWAITING


@pytest.mark.parametrize("owner", [None, Owner("005X", "Nobody Known")])
def test_what_nobody_else_owns_the_operator_owns(owner: Owner | None) -> None:
    made = world()
    made.change(account=None, owner=owner)

    made.poll()

    [item] = made.read(lambda uow: uow.exceptions.of(DEAL))
    assert item.owner == DANA.email


@pytest.mark.parametrize("owner", [None, Owner("005X", "Far Away", region="Antarctica")])
def test_a_region_nobody_covers_is_one_exception_until_somebody_does(owner: Owner | None) -> None:
    made = world()
    made.change(owner=owner)
    made.poll()
    [first] = made.read(lambda uow: uow.exceptions.of(DEAL))
    made.change(stage_name="Proposal")
    made.poll()
    [second] = made.read(lambda uow: uow.exceptions.of(DEAL))
    cover_everything(made)
    made.change(stage_name="Committed")
    made.poll()

    assert (first.code, first.owner) == ("no-coverage", DANA.email)
    assert second.opened_at == first.opened_at
    assert made.problems() == []
    assert made.state is MotionState.AWAITING


def cover_everything(made: World) -> None:
    config = made.ports.config
    row = config.coverage.rows[0].model_copy(update={"region": "*"})
    made.use(config.model_copy(update={"coverage": config.coverage.model_copy(update={"rows": (row,)})}))


def test_while_the_manager_is_away_the_backup_is_asked() -> None:
    made = world()
    config = made.ports.config
    today = made.clock.now().date()
    away = (Away(email=str(PRIYA.email), first=today, last=today),)
    made.use(config.model_copy(update={"coverage": config.coverage.model_copy(update={"away": away})}))
    made.change(stage_name="Proposal")

    made.poll()

    assert made.motion.manager_email == TOMAS.email


def test_one_trigger_evaluated_twice_changes_nothing_the_second_time() -> None:
    made = world()
    made.change(stage_name="Proposal")
    made.poll()
    before = (made.motion, made.store.enqueued, made.events(DEAL))

    evaluate(DEAL, made.motion.trigger_id, made.ports)

    assert (made.motion, made.store.enqueued, made.events(DEAL)) == before


def test_one_trigger_evaluated_again_behind_a_later_one_changes_nothing_either() -> None:
    made = world()
    made.change(stage_name="Proposal")
    made.poll()
    first = made.motion.trigger_id
    made.change(stage_name="Committed")
    made.poll()
    before = (made.motion, made.store.enqueued, made.events(DEAL))

    evaluate(DEAL, first, made.ports)

    assert (made.motion, made.store.enqueued, made.events(DEAL)) == before


@pytest.mark.parametrize("known", ["deal", "trigger", "neither"])
def test_a_deal_or_trigger_the_store_lost_is_nobodys_motion(known: str) -> None:
    made = world()
    made.change(stage_name="Proposal")
    made.poll()
    before = made.motions

    evaluate(
        DEAL if known == "deal" else OpportunityId("nowhere"),
        made.motion.trigger_id if known == "trigger" else TriggerId("never"),
        made.ports,
    )

    assert made.motions == before


def test_two_deals_have_two_motions() -> None:
    made = world(a_deal(1), a_deal(2))
    made.change(a_deal(1).id, stage_name="Proposal")
    made.change(a_deal(2).id, stage_name="Proposal")

    assert made.poll() == 2
    assert len({motion.id for motion in made.motions}) == 2


def test_a_motion_that_expired_is_prepared_afresh_when_a_person_asks() -> None:
    made = world()
    made.change(stage_name="Proposal")
    made.poll()
    made.note(state=MotionState.EXPIRED)
    made.clock.advance(SECOND)

    asked_by(SELLER, made)

    assert (made.state, made.motion.id) == (MotionState.AWAITING, MOTION)
    assert made.decision()[0].verdict is None


@pytest.mark.parametrize("state", [MotionState.EXPIRED, MotionState.DENIED, MotionState.REJECTED, MotionState.FILING])
def test_a_change_of_the_deal_brings_back_nothing_that_is_over_or_decided(state: MotionState) -> None:
    made = world()
    made.change(stage_name="Proposal")
    made.poll()
    made.note(state=state)
    before = made.motion

    made.change(stage_name="Committed")
    made.poll()

    assert made.motion == before


def test_no_partner_at_all_is_no_motion() -> None:
    made = world()
    made.use(made.ports.config.model_copy(update={"partners": ()}))
    made.change(stage_name="Proposal")

    made.poll()

    assert made.motions == []


def test_a_motion_that_is_there_is_not_opened_again_and_nothing_is_logged() -> None:
    made = world()
    made.change(stage_name="Proposal")
    made.poll()
    before = made.events()

    motion = made.motion

    with made.store.transaction() as uow:
        opened = open_motion(uow, replace(motion, next_act="another"), at=made.clock.now(), actor="somebody")

    assert not opened
    assert made.motion == motion
    assert made.events() == before
