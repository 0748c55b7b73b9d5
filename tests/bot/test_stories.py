"""`cosell explain` in the terminal: decision by decision, what was known, asked and decided, and what it led to."""

import re
from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console

from bot.stories import show
from motions import journal
from motions.approvals import approve, deny
from motions.deals import CosellFields
from motions.editing import edit
from motions.explaining import tell
from motions.model import MotionState
from motions.referrals import Field
from tests.fakes.world import MOTION, PRIYA, SECOND, TOMAS, World, a_deal, world
from tests.motions.stages import awaiting
from tests.store.samples import a_standing


def story(made: World) -> str:
    """What the terminal shows."""
    out = StringIO()
    show(made.read(lambda uow: tell(MOTION, uow)), Console(file=out, width=160))
    return out.getvalue()


def won(n: int) -> object:
    """A closed deal of another customer, won with AWS."""
    return a_deal(n, is_closed=True, is_won=True, cosell=CosellFields(partners="AWS"))


@pytest.fixture(scope="module")
def edited() -> str:
    """A referral that one person changed and another approved."""
    made = world(a_deal(), *(won(n) for n in range(2, 12)))  # type: ignore[arg-type] # deals all
    made.change(stage_name="Proposal")
    made.poll()
    made.clock.advance(SECOND)
    edit(made.token, TOMAS, {Field.TITLE: "Another title"}, made.ports)
    made.clock.advance(SECOND)
    approve(made.token, PRIYA, made.ports)
    made.durable.settle()
    return story(made)


def test_the_deal_is_shown_as_it_was_scored_with_what_was_not_known() -> None:
    made = awaiting()
    made.change(amount=None, stage_name="Negotiation")
    made.poll()

    first, crm, second = re.split(r"Decision (?=\d)", story(made))[1:]

    assert first.startswith("1 of 3, file referral: out of date before anybody decided")
    assert second.startswith("3 of 3, file referral: waiting for a decision")
    assert "amount.amount        54000" in first
    assert "Not known: nothing" in first
    assert "stage_name           Negotiation" in crm
    assert "Not known: amount" in crm


def test_the_numbers_and_reasons_stand_with_their_points_and_evidence(edited: str) -> None:
    assert "any partner, any industry  won 10 of 10" in edited
    assert "aws, technology            won 10 of 10" in edited
    assert "+0.40  deals from 20,000 a year get an AWS seller's attention [rule aws-worth-their-time]" in edited
    assert "left out: no portal of Microsoft is connected" in edited


def test_nothing_counted_is_said() -> None:
    assert "There were none to count." in story(awaiting())


def test_what_is_the_same_at_the_next_decision_is_not_repeated(edited: str) -> None:
    assert edited.count("The deal as it was scored") == 1
    assert edited.count("The brief, written by playbook v1") == 1


def test_the_sealed_request_stands_with_its_hash_and_who_decided_in_which_role(edited: str) -> None:
    first, second = edited.split("Decision 2 of 2, file referral: approved")

    assert "Decision 1 of 2, file referral: replaced by another" in first
    assert "Acmeco GTX rollout" not in first.partition("What was asked")[2]
    sealed = " ".join(second.split())  # how wide its columns are is not the matter
    assert "file.create.title Another title" in sealed
    assert "handoff.fields.1 Customer, Acmeco" in sealed
    assert "Tomas Lindqvist (alliance manager, our own organisation, T0MERIDIAN/U0TOMAS): replaced" in first
    assert "Priya Raman (alliance manager, our own organisation, T0MERIDIAN/U0PRIYA): approved" in second
    assert second.count("Sealed ") == 1


def test_every_effect_stands_with_its_outcome_and_the_log_leaves_them_out(edited: str) -> None:
    outside, log = edited.split("What happened outside")[1].split("The log ")

    assert "aws.create" in outside
    assert "done" in outside
    assert "aws.create" not in log
    assert "motion.opened" in log


def test_a_refusal_to_file_stands_with_its_reason() -> None:
    made = awaiting()
    deny(made.token, PRIYA, "wrong [b]customer[/b]", made.ports)

    assert "denied, “wrong [b]customer[/b]”" in story(made)


def test_an_approval_in_advance_is_called_so() -> None:
    made = awaiting()
    approval, _ = made.decision()
    with made.store.transaction() as uow:
        journal.offer_standing(uow, a_standing())
        journal.decide_by_standing(uow, approval, a_standing(), at=made.clock.now())

    said = story(made)

    assert f"the standing approval of {a_standing().given_name}: approved" in said


def test_a_request_that_would_bounce_says_why_and_nobody_decided_it() -> None:
    deal = a_deal(description=None)
    made = world(deal)
    made.change(stage_name="Proposal")
    made.poll()

    said = story(made)

    assert "It could not be approved:" in said
    assert "Nobody." in said


def test_before_anybody_is_asked_there_is_the_match() -> None:
    made = world()
    made.ports = replace(made.ports, crm=world(a_deal(9)).ports.crm)  # which shows another deal only
    made.change(stage_name="Proposal")

    made.poll()

    assert made.state is MotionState.NEEDS_PERSON
    assert "Nobody was asked yet" in story(made)
    assert "aws: 77 of 100" in story(made)


def test_a_motion_without_any_match_is_told_all_the_same() -> None:
    made = awaiting()
    made.store._rows.matches.clear()
    made.store._rows.decisions.clear()

    assert "What happened outside" in story(made)


def test_a_match_of_the_version_before_says_that_what_was_known_is_not_kept() -> None:
    made = awaiting()
    made.store._rows.matches = [replace(match, known=None) for match in made.store._rows.matches]

    assert "What was known is not kept" in story(made)
