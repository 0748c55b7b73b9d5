"""`/cosell`: what people ask and may know, answered from our own store; and the override that starts a motion once."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from motions.answer_surfaces import (
    ChoiceAnswer,
    DealAnswer,
    HelpAnswer,
    ProblemAnswer,
    QueueAnswer,
    StatusAnswer,
    WhyAnswer,
)
from motions.asking import CHOICES, answer, start_deal
from motions.deals import Account, Money, Owner, Stage
from motions.model import Band, MotionState, Person
from motions.sweeping import expire_cards
from tests.fakes.world import ALEX, DANA, DAY, DEAL, KIM, PRIYA, SELLER, STRANGER, TOMAS, World, a_deal, world
from tests.motions.stages import awaiting

LOW: dict[str, Any] = {"amount": Money(Decimal(100), "USD")}


def crowd() -> World:
    """Several deals of one customer, one of another in the west, and a seller who owns only some."""
    west = Owner("005B", "Zane Levy", "zane.levy@meridian.example", "West")
    return world(
        a_deal(1),
        a_deal(2, name="Acmeco MG pilot"),
        a_deal(3, name="Acmeco", product="MG"),
        *(a_deal(n, name=f"Globex {n}", account=Account("001G", "Globex"), owner=west) for n in range(10, 17)),
        a_deal(20, name="Initech", account=Account("001I", "Initech"), owner=west),
        a_deal(30, name="Umbrella won", is_closed=True),
    )


@pytest.mark.parametrize("text", ["", "   ", "help", "HELP", " Help "])
def test_help_is_what_an_empty_question_gets(text: str) -> None:
    assert isinstance(answer(text, PRIYA, world().ports), HelpAnswer)


def test_the_queue_is_the_askers() -> None:
    found = answer("queue", PRIYA, awaiting().ports)

    assert isinstance(found, QueueAnswer)
    assert len(found.lines) == 1


def test_the_status_counts_motions_and_scores_and_says_how_fresh_it_is() -> None:
    made = awaiting()

    found = answer("status", DANA, made.ports)

    assert isinstance(found, StatusAnswer)
    counts = dict(found.counts)
    assert counts["awaiting approval"] == 1
    assert counts["deals scored high"] == 1
    assert found.last_read_at == made.motion.triggered_at
    assert (found.open_exceptions, found.writer) == (0, "playbook v1 (no AI model configured)")


@pytest.mark.parametrize("asked", ["Initech", "initech", "Init", a_deal(20).id])
def test_one_deal_is_found_by_its_name_a_part_of_it_or_its_id(asked: str) -> None:
    found = answer(asked, DANA, crowd().ports)

    assert isinstance(found, DealAnswer)
    assert found.deal.name == "Initech"


def test_an_exact_name_wins_over_the_ones_it_is_part_of() -> None:
    found = answer("acmeco", DANA, crowd().ports)

    assert isinstance(found, DealAnswer)
    assert found.deal.id == a_deal(3).id


def test_an_ambiguous_name_is_a_choice() -> None:
    made = crowd()

    found = answer("Globex", DANA, made.ports)

    assert isinstance(found, ChoiceAnswer)
    assert (len(found.choices), found.more) == (CHOICES, 2)
    assert made.store.enqueued == ()


def test_an_unknown_name_says_where_was_looked() -> None:
    made = crowd()

    operator, manager, seller = (answer("Nonesuch", person, made.ports) for person in (DANA, PRIYA, SELLER))

    assert isinstance(operator, ProblemAnswer)
    assert isinstance(manager, ProblemAnswer)
    assert isinstance(seller, ProblemAnswer)
    assert "all open deals" in operator.written
    assert "the open deals you look after" in manager.written
    assert "your open deals" in seller.written


def test_a_closed_deal_is_not_found() -> None:
    assert isinstance(answer("Umbrella won", DANA, crowd().ports), ProblemAnswer)


def test_a_seller_finds_their_own_deals_only() -> None:
    made = crowd()

    assert isinstance(answer("Initech", SELLER, made.ports), ProblemAnswer)
    assert isinstance(answer("Acmeco MG pilot", SELLER, made.ports), DealAnswer)
    assert isinstance(answer("Acmeco", replace(SELLER, email=None), made.ports), ProblemAnswer)


def test_a_manager_finds_the_deals_of_their_regions() -> None:
    made = crowd()
    config = made.ports.config
    rows = tuple(row.model_copy(update={"backup": "nobody@meridian.example"}) for row in config.coverage.rows)
    made.use(config.model_copy(update={"coverage": config.coverage.model_copy(update={"rows": rows})}))

    assert isinstance(answer("Initech", PRIYA, made.ports), ProblemAnswer)  # in the west, which is Tomas's
    assert isinstance(answer("Initech", TOMAS, made.ports), DealAnswer)
    assert isinstance(answer("Acmeco MG pilot", TOMAS, made.ports), ProblemAnswer)


def test_a_manager_of_every_region_finds_every_deal() -> None:
    made = crowd()
    config = made.ports.config
    rows = (config.coverage.rows[0].model_copy(update={"region": "*"}),)
    made.use(config.model_copy(update={"coverage": config.coverage.model_copy(update={"rows": rows})}))

    assert isinstance(answer("Initech", PRIYA, made.ports), DealAnswer)


@pytest.mark.parametrize("person", [ALEX, KIM, STRANGER], ids=lambda person: person.name)
@pytest.mark.parametrize("text", ["", "queue", "status", "why Acmeco", "Acmeco"])
def test_partners_and_strangers_learn_nothing(person: Person, text: str) -> None:
    made = awaiting()

    found = answer(text, person, made.ports)

    assert isinstance(found, ProblemAnswer)
    assert "Acmeco" not in f"{found.what}{found.written}{found.do}"
    assert "shared channel only" in found.what


def test_why_shows_every_partner_its_reasons_and_the_rules_that_spoke() -> None:
    made = awaiting()

    found = answer("why Acmeco GTX rollout", SELLER, made.ports)

    assert isinstance(found, WhyAnswer)
    assert [(name, band, excluded) for name, _, band, _, excluded in found.ranked][:2] == [
        ("AWS", Band.HIGH, None),
        ("Microsoft", Band.UNKNOWN, "no portal of Microsoft is connected"),
    ]
    assert found.rule_version == made.motion.rule_version


def test_why_needs_a_deal() -> None:
    found = answer("why", PRIYA, world().ports)

    assert isinstance(found, ProblemAnswer)
    assert found.what == "No deal was named."


def test_a_deal_that_was_never_scored_has_no_why() -> None:
    made = world()
    made.store._rows.matches.clear()

    found = answer("why Acmeco", PRIYA, made.ports)

    assert isinstance(found, ProblemAnswer)
    assert "has not been scored yet" in found.what


def deal_answer(made: World, text: str = "Acmeco", by: Person = SELLER) -> DealAnswer:
    found = answer(text, by, made.ports)
    assert isinstance(found, DealAnswer)
    return found


def test_asking_starts_the_motion_no_change_has_started() -> None:
    made = world(a_deal(**LOW))

    found = deal_answer(made)
    made.durable.settle()

    assert found.started
    assert "the card will be in the alliance channel" in found.note
    assert (found.band, found.partner_name) == (Band.LOW, "AWS")
    assert made.state is MotionState.AWAITING
    trigger_id = made.motion.trigger_id
    assert made.read(lambda uow: uow.matches.trigger(trigger_id)).asked_by == SELLER.key


def test_asking_twice_starts_it_once_and_says_so() -> None:
    made = world()

    first, second = deal_answer(made), deal_answer(made)
    made.durable.settle()
    third = deal_answer(made)

    assert (first.started, second.started, third.started) == (True, False, False)
    assert "already" in second.note
    assert third.note.startswith("The motion is awaiting approval.")
    assert len(made.motions) == 1


def test_a_deal_nobody_has_evidence_for_starts_nothing() -> None:
    made = world(a_deal(amount=None, product=None, account=Account("001A", "Acmeco")))

    found = deal_answer(made)

    assert (found.started, found.band) == (False, Band.UNKNOWN)
    assert "no evidence" in found.note


def test_a_deal_no_partner_may_have_starts_nothing() -> None:
    found = deal_answer(world(a_deal(stage=Stage.DISCOVERY)))

    assert (found.started, found.partner_name, found.score, found.reasons) == (False, None, None, ())
    assert "No connected partner fits" in found.note


def test_a_deal_without_an_account_starts_nothing_and_says_what_to_do() -> None:
    found = deal_answer(world(a_deal(account=None)))

    assert not found.started
    assert "Set it" in found.note


def test_a_deal_that_was_never_scored_starts_nothing() -> None:
    made = world()
    made.store._rows.matches.clear()

    assert not deal_answer(made).started


def test_a_motion_that_expired_is_started_again_by_asking_each_time_once() -> None:
    made = awaiting()
    made.advance(5 * DAY)
    expire_cards(made.ports)
    made.durable.settle()
    expired = made.state

    answers = [deal_answer(made) for _ in range(2)]
    made.durable.settle()
    again = made.state
    made.advance(5 * DAY)
    expire_cards(made.ports)
    later = deal_answer(made)
    made.durable.settle()

    assert expired is MotionState.EXPIRED
    assert [found.started for found in answers] == [True, False]
    assert again is MotionState.AWAITING
    assert later.started
    assert made.state is MotionState.AWAITING


def test_a_workflow_learns_only_whether_the_motion_is_under_way() -> None:
    made = world()

    first, again = (start_deal(DEAL, SELLER, made.ports) for _ in range(2))
    made.durable.settle()
    later = start_deal(DEAL, SELLER, made.ports)
    made.advance(5 * DAY)
    expire_cards(made.ports)
    made.durable.settle()

    expired, anew = made.state, [start_deal(DEAL, SELLER, made.ports) for _ in range(2)]

    assert (first, again, later) == (True, True, True)
    assert len(made.motions) == 1
    assert (expired, anew) == (MotionState.EXPIRED, [True, True])


def test_a_workflow_is_told_once_what_was_weighed_came_to_nothing() -> None:
    made = world()
    made.use(
        made.ports.config.model_copy(update={"coverage": made.ports.config.coverage.model_copy(update={"rows": ()})})
    )

    asked = start_deal(DEAL, SELLER, made.ports)
    made.durable.settle()

    assert asked
    assert not made.motions
    assert not start_deal(DEAL, SELLER, made.ports)


@pytest.mark.parametrize("asker", [ALEX, STRANGER, PRIYA])
def test_what_starts_nothing_is_no_motion_for_a_workflow(asker: Person) -> None:
    nothing = world(a_deal(amount=None, product=None, account=Account("001A", "Acmeco")))

    assert not start_deal(DEAL, asker, nothing.ports)
    assert not start_deal("Nobody knows it", asker, nothing.ports)
    assert not nothing.motions


def test_what_a_motion_waits_for_is_in_the_answer() -> None:
    made = awaiting()

    found = deal_answer(made)

    assert found.motion == made.motion
    assert found.note == "The motion is awaiting approval. Next: approve, edit or deny the referral."
    assert found.deal_url == f"https://crm.example/{DEAL}"
