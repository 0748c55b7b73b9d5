"""What lets a change of a filed referral out, and what stops it: the card that was approved, its terms, the grant."""

from decimal import Decimal

import pytest

from motions.approvals import approve
from motions.deals import Money, Stage
from motions.effects import EffectStatus
from motions.granting import unshare
from motions.in_step import covered
from motions.journal import take_back
from motions.labels import Catalogue
from motions.model import MotionState
from motions.referrals import Review
from motions.standing import revoke
from motions.switches import resume, stop
from motions.syncing import bring_in_step
from tests.fakes.clock import MONDAY
from tests.fakes.world import DANA, DEAL, MINUTE, MOTION, PRIYA, TOMAS, World, world
from tests.motions.kept import (
    CLOSE,
    LATER,
    OTHER,
    SPEND,
    STAGE,
    STEPS,
    amendments,
    card,
    exception,
    in_portal,
    moves,
    says,
    writes,
)
from tests.motions.stages import PAM, POLL, awaiting, handed_off
from tests.motions.test_competitors import THEM, competing, named, theirs
from tests.motions.test_standing import granted, matched

BIG = Money(Decimal(2_000_000), "USD")


def accepted(made: World) -> World:
    made.durable.settle()
    made.portal.review("O1", Review.ACCEPTED, **PAM)
    made.advance(POLL)
    return made


def test_the_approved_card_names_what_follows_the_crm() -> None:
    made = awaiting()

    told = [each.what for each in card(made).consequences]

    assert any("in the CRM: Monthly spend, Close date, Stage, Next steps" in what for what in told)
    assert any("lost" in what for what in told)
    assert set(covered(made.decision()[1])) == {STAGE, CLOSE, SPEND, STEPS}


def test_what_the_card_did_not_name_is_not_sent() -> None:
    made = handed_off(sync={"close_date": "to_portal"})
    made.configure(sync={"close_date": "to_portal", "next_steps": "both", "monthly_spend": "to_portal"})

    moves(made, next_step="Contract", close_date=LATER)
    moves(made, next_step="Signature", close_date=OTHER)

    assert (says(made, STEPS), says(made, CLOSE)) == ("Security review", "2027-09-30")


def test_what_the_table_switches_off_is_not_sent_any_more() -> None:
    made = handed_off()
    made.configure(sync={"close_date": "off"})

    moves(made, close_date=LATER)

    assert writes(made) == 0


def test_the_stop_holds_it_back_and_it_goes_on_after() -> None:
    made = handed_off()
    with made.store.transaction() as uow:
        stop(DANA, "look first", uow, made.ports.config, made.clock.now())

    moves(made, close_date=LATER)
    made.advance(MINUTE)
    held_back = writes(made)
    with made.store.transaction() as uow:
        resume(DANA, uow, made.ports.config, made.clock.now())
    made.advance(2 * MINUTE)

    assert (held_back, says(made, CLOSE)) == (0, "2027-06-30")


def test_without_the_grant_nothing_is_sent_and_a_person_is_told() -> None:
    made = handed_off()
    unshare("aws", DANA, made.ports)
    made.durable.settle()

    moves(made, close_date=LATER)

    assert writes(made) == 0
    assert "grant-revoked" in made.problems(MOTION)


def test_a_grant_that_ends_under_the_round_lets_nothing_out() -> None:
    made = handed_off()

    def end() -> None:
        unshare("aws", DANA, made.ports)

    made.portal.after_look = end
    moves(made, close_date=LATER)

    assert writes(made) == 0
    assert "grant-revoked" in made.problems(MOTION)


def test_a_grant_that_ends_after_a_lost_answer_is_told() -> None:
    made = handed_off()
    made.portal.drop_changes()
    moves(made, close_date=LATER)
    unshare("aws", DANA, made.ports)

    made.advance(MINUTE)

    assert writes(made) == 0
    assert "grant-revoked" in made.problems(MOTION)


@pytest.mark.parametrize("was_made", [True, False])
def test_a_change_whose_approval_ended_after_a_lost_answer_is_settled_by_what_stands_there(*, was_made: bool) -> None:
    made = handed_off()
    if was_made:
        made.portal.lose_answer("change")
    else:
        made.portal.drop_changes()
    moves(made, close_date=LATER)
    approval, _ = made.decision()
    with made.store.transaction() as uow:
        take_back(uow, approval, by=DANA, at=made.clock.now())

    made.advance(MINUTE)
    in_portal(made, next_steps="Call the CIO")

    assert amendments(made) == [EffectStatus.DONE if was_made else EffectStatus.HELD]
    assert made.portal.calls.count("change") == 1
    assert made.problems(MOTION) == ([] if was_made else ["sync-refused"])
    assert "Next steps is now Call the CIO there" in made.org.tasks[-1].body


def test_why_a_deal_was_lost_leaves_only_while_that_may_be_shared() -> None:
    made = handed_off()
    made.portal.drop_changes()
    moves(made, stage=Stage.LOST, stage_name="Closed Lost", is_closed=True, loss_reason="Price")
    config = made.ports.config
    others = tuple(row for row in config.fields.rows if row.field != "Loss_Reason__c")
    made.use(config.model_copy(update={"fields": Catalogue(rows=others)}))

    made.advance(MINUTE)

    first, second = (e for e in made.read(lambda uow: uow.effects.of(MOTION)) if e.kind == "aws.amend")
    assert (first.status, second.status) == (EffectStatus.HELD, EffectStatus.DONE)
    assert first.payload["origins"].keys() == {"stage", "loss_reason"}
    assert second.payload["origins"].keys() == {"stage"}


def test_without_a_field_that_is_sent_nobody_needs_the_grant() -> None:
    made = handed_off(sync={"close_date": "off"})
    unshare("aws", DANA, made.ports)
    made.durable.settle()

    moves(made, close_date=LATER)

    assert "kept in step" not in str(made.read(lambda uow: uow.exceptions.of(MOTION)))


def test_a_revoked_approval_sends_nothing_more() -> None:
    made = handed_off()
    approval, _ = made.decision()
    with made.store.transaction() as uow:
        take_back(uow, approval, by=DANA, at=made.clock.now())

    moves(made, close_date=LATER)

    assert writes(made) == 0
    assert f"taken back by {DANA.name}" in exception(made, "sync-refused")


def test_a_round_that_cannot_read_the_deal_settles_no_refusal() -> None:
    made = handed_off()
    moves(made, amount=BIG)
    made.org.delete(DEAL)

    in_portal(made, next_steps="Call the CIO")

    assert "sync-refused" in made.problems(MOTION)


def test_what_was_filed_under_a_standing_approval_follows_the_deal_as_long_as_it_stands_and_up_to_its_amount() -> None:
    made = world()
    token = granted(made)
    accepted(matched(made))
    moves(made, close_date=LATER, amount=Money(Decimal(70_000), "USD"))
    told = exception(made, "sync-refused")
    within = (says(made, CLOSE), says(made, SPEND))

    revoke(token, PRIYA, made.ports)
    moves(made, close_date=OTHER)

    assert "covers up to USD 60,000.00" in told
    assert within == ("2027-06-30", "1350.00")
    assert says(made, CLOSE) == "2027-06-30"
    assert "was revoked" in exception(made, "sync-refused")


def test_an_amount_that_needs_two_people_stays_here_and_the_rest_goes() -> None:
    made = handed_off()

    moves(made, close_date=LATER, amount=BIG)

    assert (says(made, CLOSE), says(made, SPEND)) == ("2027-06-30", "1350.00")
    assert "two people" in exception(made, "sync-refused")


def test_what_two_people_approved_may_grow() -> None:
    made = awaiting(two_people_from=50_000)
    for each in (PRIYA, TOMAS):
        approve(made.token, each, made.ports)
    accepted(made)

    moves(made, amount=BIG)

    assert says(made, SPEND) == "50000.00"


def test_an_amount_that_goes_from_the_crm_stays_as_it_was_filed() -> None:
    made = handed_off()

    moves(made, amount=None, close_date=LATER)

    assert (says(made, CLOSE), says(made, SPEND)) == ("2027-06-30", "1350.00")


def test_where_one_person_may_approve_anything_any_amount_goes() -> None:
    made = handed_off(two_people_from=None)

    moves(made, amount=BIG)

    assert says(made, SPEND) == "50000.00"


# A partner that competes on the deal.


def test_nothing_more_goes_to_a_partner_that_is_named_a_competitor_and_the_rest_follows_once_it_is_not() -> None:
    made = handed_off()

    moves(made, competitors=THEM)
    moves(made, close_date=LATER)

    assert writes(made) == 0
    assert "filed before as O1" in exception(made, "competitor-named")
    assert made.events().count("exception.opened") == 1

    moves(made, competitors=())

    assert (says(made, CLOSE), made.problems(MOTION)) == ("2027-06-30", [])


def test_a_competitor_that_only_the_crm_knows_of_yet_gets_nothing() -> None:
    made = handed_off()
    made.change(competitors=THEM, close_date=LATER)

    bring_in_step(MOTION, made.motion.epoch, "early", made.ports)

    assert writes(made) == 0
    assert "filed before as O1" in exception(made, "competitor-named")


def test_one_that_is_named_between_the_look_and_the_write_gets_nothing() -> None:
    made = handed_off()
    made.portal.after_look = lambda: named(made, *THEM)

    moves(made, close_date=LATER)

    assert writes(made) == 0
    assert "AWS is named a competitor" in exception(made, "competitor-named")


def test_the_rival_of_who_has_the_deal_gets_nothing_more() -> None:
    made = handed_off()
    made.use(competing(made))
    other = theirs(made, MotionState.FILING, approved_at=MONDAY)
    with made.store.transaction() as uow:
        assert uow.motions.add(other)

    moves(made, close_date=LATER)

    assert writes(made) == 0
    assert "Microsoft, which competes with AWS, has this deal already" in exception(made, "competitor-named")
