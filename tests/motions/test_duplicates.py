"""The same deal in a portal already: scored by what both tell, asked of a person once, and remembered."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from motions.approvals import approve
from motions.cards import gather_card
from motions.deals import Account, Money
from motions.duplicates import likeness
from motions.editing import edit, edit_form
from motions.errors import Unavailable
from motions.model import MotionId, MotionState, PartnerKey
from motions.referrals import Field, LookAlike, Problem, Referral
from motions.surfaces import ClickOutcome, EditForm
from tests.fakes.portal import FakePortal
from tests.fakes.world import DEAL, MINUTE, MOTION, PRIYA, SECOND, World, world
from tests.motions.stages import awaiting

OURS = Referral(
    crm_id=DEAL,
    title="Acme GTX rollout",
    account=Account("001A", "Acme Inc.", "https://www.acme.example/shop"),
    stage=None,
    annual_value=Money(Decimal(60000), "USD"),
    monthly_spend=Money(Decimal(1500), "USD"),
    monthly_spend_note=None,
    close_date=date(2027, 2, 15),
    problem=None,
    next_steps=None,
    kind=None,
    product=None,
)
SAME = LookAlike(
    "O9",
    "GTX rollout Acme",
    "Acme",
    same_crm_id=False,
    why="filed without a CRM id",
    website="acme.example",
    worth=Money(Decimal(1600), "USD"),
    is_monthly=True,
    close_date=date(2027, 3, 1),
)


@pytest.mark.parametrize(
    ("changes", "score"),
    [
        ({}, 100),
        ({"title": "Acme data lake"}, 70),
        ({"title": "Data lake", "worth": Money(Decimal(9000), "USD")}, 50),
        ({"title": "Data lake", "worth": Money(Decimal(9000), "USD"), "close_date": date(2028, 1, 1)}, 40),
        ({"title": "Data lake", "worth": Money(Decimal(1600), "EUR"), "close_date": date(2028, 1, 1)}, 50),
        ({"worth": None, "close_date": None, "website": None}, 100),
        ({"worth": Money(Decimal(60000), "USD"), "is_monthly": False}, 100),
        ({"customer": "Other", "website": "other.example"}, 60),
        ({"customer": "ACME Corporation", "website": None}, 100),
        ({"customer": "", "website": None, "title": "", "worth": None, "close_date": None}, 0),
        ({"title": "...", "worth": None, "close_date": None}, 57),
    ],
)
def test_how_alike_two_are_counts_what_both_tell(changes: dict[str, Any], score: int) -> None:
    assert likeness(replace(SAME, **changes), OURS) == score


def test_what_a_person_typed_is_what_is_compared() -> None:
    typed = {Field.TITLE: "Data lake", Field.WEBSITE: "other.example", Field.CUSTOMER: "Other"}

    assert likeness(SAME, replace(OURS, answers=typed)) == 30


class Crowded(FakePortal):
    """A portal in which people filed by hand."""

    found: tuple[LookAlike, ...] = ()

    def look_alikes(self, referral: Referral) -> tuple[LookAlike, ...]:
        super().look_alikes(referral)
        return self.found


def crowded(*found: LookAlike) -> tuple[World, Crowded]:
    """A deal moved on while these are in the portal."""
    made = world()
    portal = Crowded(made.clock)
    portal.found = found
    made.ports = replace(made.ports, portals={"aws": portal})
    made.change(stage_name="Proposal")
    made.poll()
    return made, portal


ALIKE = LookAlike("O9", "Acmeco GTX rollout", "Acmeco", same_crm_id=False, why="filed without a CRM id")
FAR = LookAlike(
    "O8", "Payroll", "Acmeco", same_crm_id=False, why="the same", worth=Money(Decimal(1), "USD"), is_monthly=True
)


def options(made: World) -> tuple[str, ...]:
    form = edit_form(made.token, PRIYA, made.ports)
    assert isinstance(form, EditForm)
    return next(line.options for line in form.fields if line.field is Field.OTHER_DEALS)


def test_what_looks_alike_is_asked_with_what_agrees_and_cannot_be_approved_over() -> None:
    made, _ = crowded(ALIKE)

    [problem] = made.decision()[1].problems

    assert (problem.code, problem.field) == ("look-alike", Field.OTHER_DEALS)
    assert "O9 in the portal looks like the same deal: same customer, name" in problem.message
    assert approve(made.token, PRIYA, made.ports).outcome is ClickOutcome.CHANGED_NOTHING
    assert options(made) == ("O9",)


def test_that_it_is_another_deal_is_said_once_sealed_and_remembered() -> None:
    made, portal = crowded(ALIKE)

    edit(made.token, PRIYA, {Field.OTHER_DEALS: "O9"}, made.ports)
    proposal = made.decision()[1]
    assert proposal.is_ready
    assert proposal.payload["other_deals"] == "O9"
    assert proposal.edited_by == PRIYA.name
    assert "other_deals" not in str(proposal.payload["file"])

    made.change(stage_name="Committed")
    made.poll()

    assert made.state is MotionState.AWAITING
    assert made.decision()[1].is_ready
    made.clock.advance(SECOND)
    assert approve(made.token, PRIYA, made.ports).outcome is ClickOutcome.DONE
    made.durable.settle()
    assert [one.crm_id for one in portal.referrals] == [DEAL]


def test_another_one_is_asked_anew() -> None:
    made, portal = crowded(ALIKE)
    edit(made.token, PRIYA, {Field.OTHER_DEALS: "O9"}, made.ports)

    portal.found = (ALIKE, replace(ALIKE, referral_id="O10"))
    made.change(stage_name="Committed")
    made.poll()

    [problem] = made.decision()[1].problems
    assert problem.message.startswith("O10")
    assert options(made) == ("O10",)

    edit(made.token, PRIYA, {Field.OTHER_DEALS: "O10"}, made.ports)
    assert made.decision()[1].payload["other_deals"] == "O9; O10"


def test_the_likeliest_is_asked_first_and_nobody_approves_before_all_were_asked() -> None:
    twins = [replace(ALIKE, referral_id=f"O{number}", worth=Money(Decimal(1), "USD")) for number in range(11, 15)]
    likeliest = replace(ALIKE, referral_id="O15")
    made, _ = crowded(*twins, likeliest)

    first = options(made)
    assert edit(made.token, PRIYA, {Field.OTHER_DEALS: first[0]}, made.ports).outcome is ClickOutcome.DONE  # type: ignore[union-attr]  # it has no problems
    [problem] = made.decision()[1].problems
    second = options(made)
    edit(made.token, PRIYA, {Field.OTHER_DEALS: second[0]}, made.ports)

    assert (first, second) == (("O15; O11; O12",), ("O13; O14",))
    assert problem.message.startswith("O13")
    assert made.decision()[1].is_ready
    assert made.decision()[1].payload["other_deals"] == "O15; O11; O12; O13; O14"


def test_an_answer_that_is_none_is_not_saved() -> None:
    made, _ = crowded(ALIKE)

    [wrong] = edit(made.token, PRIYA, {Field.OTHER_DEALS: "O7"}, made.ports)  # type: ignore[misc]  # problems, no reply

    assert isinstance(wrong, Problem)
    assert "O9" in wrong.message
    assert made.decision()[1].answers == {}


def test_what_is_hardly_alike_asks_nobody() -> None:
    made, _ = crowded(FAR)

    assert made.decision()[1].is_ready


def test_under_this_deals_own_id_nobody_can_say_it_is_another() -> None:
    made, _ = crowded(replace(ALIKE, same_crm_id=True))

    answer = edit(made.token, PRIYA, {Field.OTHER_DEALS: "O9"}, made.ports)

    assert not isinstance(answer, tuple)
    [problem] = made.decision()[1].problems
    assert (problem.code, problem.field) == ("already-filed", None)
    assert isinstance(problem, Problem)
    assert made.read(lambda uow: uow.motions.get(MOTION)).state is MotionState.AWAITING


def test_what_came_since_the_card_was_prepared_is_asked_before_anything_leaves() -> None:
    made, portal = crowded()
    made.advance(120 * MINUTE)
    portal.found = (ALIKE,)

    approve(made.token, PRIYA, made.ports)
    made.durable.settle()

    [problem] = made.decision()[1].problems
    assert (made.state, problem.code, portal.referrals) == (MotionState.AWAITING, "look-alike", ())
    assert made.problems(MOTION) == []  # the card says it

    edit(made.token, PRIYA, {Field.OTHER_DEALS: "O9"}, made.ports)
    made.advance(120 * MINUTE)
    approve(made.token, PRIYA, made.ports)
    made.durable.settle()
    assert (made.state, len(portal.referrals)) == (MotionState.IN_REVIEW, 1)


def test_a_referral_of_the_same_deal_filed_meanwhile_by_a_colleague_is_not_filed_again() -> None:
    made, portal = crowded()
    made.advance(120 * MINUTE)
    portal.found = (replace(ALIKE, same_crm_id=True),)

    approve(made.token, PRIYA, made.ports)
    made.durable.settle()

    assert (made.state, made.decision()[1].problems[0].code) == (MotionState.AWAITING, "already-filed")
    assert portal.referrals == ()
    log = made.read(lambda uow: uow.log.of(MOTION))
    assert [str(e.detail["why"])[:40] for e in log if "why" in e.detail] == ["O9 in the portal looks like the same dea"]


def test_a_partner_that_competes_by_now_is_not_even_asked() -> None:
    made, portal = crowded()
    made.advance(120 * MINUTE)
    looks = portal.calls.count("look_alikes")

    approve(made.token, PRIYA, made.ports)
    made.change(competitors=("Amazon Web Services",))  # not read yet
    made.durable.settle()

    assert portal.calls.count("look_alikes") == looks


def test_what_was_looked_for_a_moment_ago_is_not_looked_for_again() -> None:
    made, portal = crowded()
    looks = portal.calls.count("look_alikes")

    approve(made.token, PRIYA, made.ports)
    made.durable.settle()

    assert (made.state, portal.calls.count("look_alikes")) == (MotionState.IN_REVIEW, looks)


def test_a_filing_under_way_does_not_take_its_own_referral_for_another() -> None:
    made = awaiting()
    made.advance(120 * MINUTE)
    made.portal.fail(Unavailable("portal", "down"), times=9, at="associate")  # what is created is there meanwhile

    approve(made.token, PRIYA, made.ports)
    made.advance(10 * MINUTE)

    assert (made.state, len(made.portal.referrals)) == (MotionState.IN_REVIEW, 1)


def test_a_card_shows_where_else_the_deal_is_filed() -> None:
    made, _ = crowded()
    other = replace(
        made.motion,
        id=MotionId("other"),
        partner=PartnerKey("microsoft"),
        state=MotionState.IN_REVIEW,
        referral_id="R-1",
    )
    unfiled = replace(other, id=MotionId("third"), partner=PartnerKey("northstar"), referral_id=None)
    with made.store.transaction() as uow:
        assert uow.motions.add(other)
        assert uow.motions.add(unfiled)

    card, _ = gather_card(MOTION, made.ports, mention=False)

    assert card.elsewhere == ("Microsoft: R-1 (in review)",)
    assert "Microsoft: R-1 (in review)" in str(made.messenger.render(card))
