"""From a deal to a sealed proposal: what is asked instead of guessed, what is worked out, what the brief says."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motions.approvals import approve
from motions.coverage import Coverage, CoverageRow
from motions.deals import DealContext, Money, Opportunity, Owner, Stage
from motions.drafting import propose, referral_of
from motions.editing import edit
from motions.errors import Unavailable
from motions.grants import Purpose, released
from motions.labels import typed_by
from motions.model import MotionState
from motions.policy import Configuration
from motions.preparing import prepare, waits_for
from motions.rates import Rates
from motions.referrals import Field, Referral, Review
from motions.surfaces import ClickOutcome
from motions.writing import WORD_LIMIT, count_words
from tests.fakes.crm import ORIGINS
from tests.fakes.grants import granted
from tests.fakes.portal import FakeReferral
from tests.fakes.world import AWS, CHANNEL, DAY, DEAL, MOTION, PRIYA, SECOND, a_deal, configuration, world
from tests.motions.stages import awaiting, in_review


def referral_made_of(deal: Opportunity, config: Configuration, **answers: str) -> Referral:
    """What would be filed of a deal of which everything may cross."""
    typed = {Field(name): typed_by("Priya Raman", value) for name, value in answers.items()}
    context = DealContext(deal, origins=ORIGINS)
    free = released(context, config.partner(AWS), Purpose.REFERRAL, granted(AWS), config, typed=typed)
    return referral_of(free, deal.id, config)


def test_a_complete_deal_becomes_a_card_that_waits_for_a_decision() -> None:
    made = awaiting()

    approval, proposal = made.decision()
    assert proposal.is_ready
    assert (approval.epoch, approval.seal, approval.verdict) == (made.motion.epoch, proposal.seal, None)
    assert approval.expires_at == made.motion.due_at == proposal.created_at + 5 * DAY
    assert (proposal.destination, proposal.audience) == ("aws", AWS)
    assert made.motion.next_act == waits_for(proposal) == "approve, edit or deny the referral"
    assert len(made.messenger.in_channel(CHANNEL)) == 1


def test_the_card_carries_its_token_and_never_the_payload_behind_the_button() -> None:
    made = awaiting()

    [card] = made.messenger.in_channel(CHANNEL)
    assert str(card.message).count(f"'value': '{made.token}'") >= 2
    assert MOTION not in str([block for block in card.message["blocks"] if block["type"] == "actions"])  # type: ignore[attr-defined]


def test_the_brief_is_short_names_what_is_missing_and_says_who_wrote_it() -> None:
    made = world()
    made.org.contacts.clear()
    made.org.unreadable = ("Task.Description",)
    made.change(stage_name="Proposal", description=None)
    made.poll()

    motion = made.motion
    assert 10 < count_words(motion.brief) <= WORD_LIMIT
    assert motion.missing == ("contacts", "business problem", "Task.Description")
    assert motion.brief_by == "playbook v1 (no AI model configured)"


def test_a_missing_field_is_a_question_and_nothing_can_be_approved_until_it_is_answered() -> None:
    made = world()
    made.change(stage_name="Proposal", description=None)
    made.poll()
    refused = approve(made.token, PRIYA, made.ports)

    answered = edit(made.token, PRIYA, {Field.PROBLEM: "Orders get lost in the old warehouse."}, made.ports)

    assert refused.outcome is ClickOutcome.CHANGED_NOTHING
    assert "problem is missing" in refused.text
    assert getattr(answered, "outcome", None) is ClickOutcome.DONE
    assert made.decision()[1].is_ready


def test_the_next_act_of_a_card_with_a_question_is_the_question() -> None:
    made = world()
    made.change(stage_name="Proposal", close_date=None)
    made.poll()

    assert made.motion.next_act == "answer on the card: close_date is missing."


def test_what_a_person_typed_survives_a_change_of_the_deal() -> None:
    made = awaiting()
    edit(made.token, PRIYA, {Field.TITLE: "Warehouse rollout"}, made.ports)
    made.change(amount=Money(Decimal(60000), "USD"))
    made.poll()

    proposal = made.decision()[1]
    values = {line.field: line.value for line in proposal.form}
    assert values[Field.TITLE] == "Warehouse rollout"
    assert values[Field.MONTHLY_SPEND] == "1500.00"
    assert proposal.answers == {"title": "Warehouse rollout"}


def test_the_same_deal_in_the_portal_already_cannot_be_filed_again() -> None:
    made = in_review()
    again = world()
    again.portal = made.portal
    again.ports = replace(again.ports, portals={"aws": made.portal})
    again.change(stage_name="Proposal")
    again.poll()

    [problem] = again.decision()[1].problems
    assert (problem.code, problem.field) == ("already-filed", None)
    assert "O1" in problem.message


def test_a_referral_that_may_be_the_same_deal_is_shown_before_anything_is_filed() -> None:
    made = world()
    status = replace(in_review().portal.referrals[0].status, review=Review.PENDING)
    made.portal._keep(FakeReferral("O77", "", "Acmeco something", "Acmeco", status))
    made.change(stage_name="Proposal")
    made.poll()

    [problem] = made.decision()[1].problems
    assert problem.code == "look-alike"
    assert approve(made.token, PRIYA, made.ports).outcome is ClickOutcome.CHANGED_NOTHING


def test_the_portal_does_not_see_that_something_changed_which_its_partner_may_not_know() -> None:
    made = awaiting()
    epoch = made.motion.epoch
    made.change(owner=Owner("005B", "Anna Snelling", "anna.snelling@meridian.example", "Central"))
    made.poll()

    assert made.motion.epoch > epoch  # prepared again
    assert made.portal.calls.count("look_alikes") == 1


def test_other_bytes_are_looked_for_again_and_so_are_the_same_once_a_twin_was_found() -> None:
    made = awaiting()
    made.change(amount=Money(Decimal(60000), "USD"))
    made.poll()
    status = replace(in_review().portal.referrals[0].status, review=Review.PENDING)
    made.portal._keep(FakeReferral("O77", "", "Acmeco something", "Acmeco", status))
    made.change(amount=Money(Decimal(61000), "USD"))
    made.poll()
    made.portal._records.clear()  # as the card advises
    made.change(owner=Owner("005B", "Anna Snelling", "anna.snelling@meridian.example", "Central"))
    made.poll()

    assert made.portal.calls.count("look_alikes") == 4
    assert made.decision()[1].problems == ()


def test_a_deal_that_is_hidden_from_us_is_an_exception_and_its_card_says_so() -> None:
    made = awaiting()
    made.change(stage_name="Committed")
    made.ports = replace(made.ports, crm=world(a_deal(9)).ports.crm)
    made.poll()

    [item] = made.read(lambda uow: uow.exceptions.of(MOTION))
    assert made.state is MotionState.NEEDS_PERSON
    assert item.code == "deal-hidden"
    assert "Nothing was written." in item.reason
    [card] = made.messenger.in_channel(CHANNEL)
    assert "'action_id'" not in str([b for b in card.message["blocks"] if b["type"] == "actions"])  # type: ignore[attr-defined]


def test_a_portal_that_is_away_delays_the_card_and_loses_nothing() -> None:
    made = world()
    made.portal.fail(Unavailable("aws", "throttled"), at="draft")
    made.change(stage_name="Proposal")
    made.poll()
    meanwhile = made.state

    made.advance(10 * SECOND)

    assert (meanwhile, made.state) == (MotionState.MATCHED, MotionState.AWAITING)
    assert len(made.messenger.in_channel(CHANNEL)) == 1


def test_a_motion_that_moved_on_is_not_prepared_a_second_time() -> None:
    made = awaiting()
    before = made.decision()

    prepare(MOTION, 1, made.ports)

    assert made.decision() == before


@pytest.mark.parametrize(
    ("amount", "share", "monthly"),
    [
        ("54000", "0.30", "1350.00"),
        ("1000", "0.30", "25.00"),
        ("0.10", "0.30", "0.00"),
        ("0.20", "0.30", "0.01"),  # half a cent goes up
        ("100", "1", "8.33"),
        ("99999999.99", "0.123", "1025000.00"),
    ],
)
def test_monthly_spend_is_the_policys_share_of_a_year_to_the_cent(amount: str, share: str, monthly: str) -> None:
    config = configuration(monthly_spend_share=share)

    referral = referral_made_of(a_deal(amount=Money(Decimal(amount), "EUR")), config)

    assert referral.monthly_spend == Money(Decimal(monthly), "EUR")
    assert f"of EUR {Decimal(amount):,.2f} a year, by policy, divided by 12" in str(referral.monthly_spend_note)


def test_without_an_amount_the_spend_is_asked_not_invented() -> None:
    referral = referral_made_of(a_deal(amount=None), configuration())

    assert (referral.monthly_spend, referral.monthly_spend_note) == (None, None)


def test_our_domains_are_those_of_our_peoples_addresses() -> None:
    row = CoverageRow(partner=AWS, channel="C1", manager="ann@Acme.example", backup="bo@acme.example")
    coverage = Coverage(rows=(row,), operators=("cy@acme-labs.example",), admins=("di@acme.example",))
    config = configuration().model_copy(update={"coverage": coverage})

    assert referral_made_of(a_deal(), config).our_domains == ("acme-labs.example", "acme.example")


def test_the_operators_rates_go_along_with_how_long_they_may_be_used() -> None:
    config = configuration(rate_fresh_for="P3D")

    assert referral_made_of(a_deal(), config).rates == Rates(config.rates, timedelta(days=3))


def test_a_product_nobody_described_leaves_its_fields_open() -> None:
    config = configuration().model_copy(update={"referral_defaults": ()})

    referral = referral_made_of(a_deal(), config, title="T")

    assert (referral.use_case, referral.delivery_models, referral.help_wanted) == (None, (), ())
    assert referral.answers == {Field.TITLE: "T"}


secrets = st.text("abcdefgh XYZ&<>", min_size=20, max_size=40)


@settings(max_examples=30)
@given(
    amount=st.none() | st.decimals(1, 10**9, places=2),
    problem=st.none() | secrets,
    website=st.none() | secrets,
    next_step=st.none() | secrets,
    name=secrets,
    stage=st.sampled_from([Stage.QUALIFIED, Stage.PROPOSAL, Stage.COMMITTED]),
)
def test_whatever_the_partner_may_not_see_makes_no_difference_to_what_they_read(
    amount: Decimal | None, problem: str | None, website: str | None, next_step: str | None, name: str, stage: Stage
) -> None:
    made = awaiting()
    deal = made.org.get(DEAL)
    assert deal.account is not None
    other = replace(
        deal,
        name=name,
        amount=Money(amount, "USD") if amount is not None else None,
        description=problem,
        next_step=next_step,
        stage=stage,
        account=replace(deal.account, website=website, street=website, employees=7),
    )

    mine = propose(made.motion, DealContext(deal, origins=ORIGINS), {}, made.ports)
    theirs = propose(made.motion, DealContext(other, origins=ORIGINS), {}, made.ports)

    assert mine.payload["handoff"] == theirs.payload["handoff"]
